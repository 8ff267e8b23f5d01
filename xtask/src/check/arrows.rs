//! Who may depend on whom, and what must never reach the browser.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;
use crate::workspace::{Flavour, Workspace};

/// Our packages, each with those of ours that it may use.
const ALLOWED: [(&str, &[&str]); 7] = [
    ("domain", &[]),
    ("migration", &[]),
    ("engine", &["domain", "migration"]),
    ("app", &["domain", "engine"]),
    ("frontend", &["app"]),
    ("server", &["app", "domain", "engine"]),
    ("xtask", &[]),
];

/// Families of packages that must not be compiled into a package's tree; a name stands for itself and
/// for everything that begins with it and a dash.
const FORBIDDEN: [(&str, &[&str], &[&str]); 3] = [
    (
        "frontend",
        &["--target=wasm32-unknown-unknown"],
        &[
            "tokio",
            "sea-orm",
            "sqlx",
            "axum",
            "utoipa",
            "engine",
            "migration",
        ],
    ),
    (
        "domain",
        &[],
        &[
            "tokio", "sea-orm", "sqlx", "axum", "leptos", "rand", "reqwest",
        ],
    ),
    ("migration", &[], &["domain", "engine", "app", "axum"]),
];

/// One line for each broken rule.
pub(super) fn broken_rules(workspace: &Workspace) -> Result<Vec<String>> {
    let mut broken = wrong_arrows(&workspace.metadata);
    for (package, options, families) in FORBIDDEN {
        let tree = process::read(
            workspace
                .cargo(Flavour::Development)
                .args([
                    "tree",
                    "--edges=normal",
                    "--prefix=none",
                    "--format={p}",
                    "--package",
                    package,
                ])
                .args(options),
        )
        .with_context(|| format!("failed to list the dependencies of {package}"))?;
        broken.extend(intruders(&tree, families).into_iter().map(|intruder| {
            format!("{package}: {intruder} must not be among its dependencies (see cargo tree -p {package} -i {intruder})")
        }));
    }
    Ok(broken)
}

/// Compares the packages' own `[dependencies]` with the arrows that are allowed.
fn wrong_arrows(metadata: &Value) -> Vec<String> {
    let mut broken = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = ALLOWED.iter().find(|(ours, _)| *ours == name) else {
            broken.push(format!(
                "{name}: a package that the list of allowed arrows does not know"
            ));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let target = dependency["name"].as_str().unwrap_or_default();
            // Tests may look at anything; registry packages have a source, ours have none.
            let is_ours = dependency["source"].is_null() && dependency["kind"] != "dev";
            if is_ours && !allowed.contains(&target) {
                broken.push(format!("{name} -> {target}: not an allowed arrow"));
            }
        }
    }
    broken
}

/// The packages of a tree that belong to a forbidden family.
fn intruders<'a>(tree: &'a str, families: &[&str]) -> BTreeSet<&'a str> {
    tree.lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| {
            families.iter().any(|family| {
                name.strip_prefix(family)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_the_name_and_what_follows_it_with_a_dash() {
        let tree = "frontend v0.1.0 (/x)\ntokio v1.0.0\nsea-orm-macros v2.0.4 (proc-macro)\nfutures v0.3.0 (*)\n\nengineer v1.0.0";
        let found: Vec<_> = intruders(tree, &["tokio", "sea-orm", "engine"])
            .into_iter()
            .collect();
        assert_eq!(found, ["sea-orm-macros", "tokio"]);
    }

    #[test]
    fn an_arrow_that_is_not_on_the_list_is_named() {
        let metadata = serde_json::json!({"packages": [
            {"name": "domain", "dependencies": [
                {"name": "engine", "source": null, "kind": null},
                {"name": "engine", "source": null, "kind": "dev"},
                {"name": "serde", "source": "registry", "kind": null}
            ]},
            {"name": "engine", "dependencies": [{"name": "domain", "source": null, "kind": null}]},
            {"name": "extra", "dependencies": []}
        ]});
        let broken = wrong_arrows(&metadata);
        assert_eq!(broken.len(), 2, "{broken:?}");
        assert!(broken[0].starts_with("domain -> engine"));
        assert!(broken[1].starts_with("extra"));
    }
}
