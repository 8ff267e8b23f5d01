//! The rules of the code base, cheapest first.

mod arrows;
mod lock;
mod sources;

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{self, say, step};
use crate::setup;
use crate::workspace::{Flavour, Workspace};

/// The packages that are compiled for this machine. `app` is there with the face it shows the server.
const NATIVE: [&str; 7] = [
    "--package=domain",
    "--package=migration",
    "--package=engine",
    "--package=app",
    "--package=server",
    "--package=xtask",
    "--features=app/ssr",
];

/// The packages that are compiled for the browser.
const BROWSER: [&str; 4] = [
    "--package=frontend",
    "--package=app",
    "--features=app/hydrate",
    "--target=wasm32-unknown-unknown",
];

/// Checks everything; each broken rule is said in one line of its own.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    setup::lint_tools()?;
    setup::wasm_target()?;
    let lock_file = workspace.root.join("Cargo.lock");
    let before = fs::read_to_string(&lock_file).context("failed to read Cargo.lock")?;

    step("checking the rules of the sources, Cargo.lock and the allowed dependencies");
    let mut broken = sources::broken_rules(&workspace.root, &workspace.target)?;
    broken.extend(lock::broken_rules(&before));
    broken.extend(arrows::broken_rules(workspace)?);
    step("checking the format (cargo fmt)");
    if process::run(
        workspace
            .cargo(Flavour::Development)
            .args(["fmt", "--all", "--check"]),
    )
    .is_err()
    {
        broken.push("the format is not rustfmt's: run `cargo fmt --all`".to_owned());
    }
    report(&broken)?;

    step("checking with clippy, for this machine");
    clippy(workspace, &NATIVE, "--profile=dev", &["--all-targets"])?;
    step("checking with clippy, for the browser");
    clippy(workspace, &BROWSER, "--profile=wasm-dev", &["--lib"])?;
    step("checking the documentation of domain and engine (cargo doc)");
    process::run(
        workspace
            .cargo(Flavour::Development)
            .env("RUSTDOCFLAGS", "--deny warnings")
            .args(["doc", "--no-deps", "--document-private-items"])
            .args(["--package=domain", "--package=engine"]),
    )?;
    deny(workspace)?;

    let after = fs::read_to_string(&lock_file).context("failed to read Cargo.lock")?;
    if before != after {
        report(&["Cargo.lock was out of date: the build changed it, commit it".to_owned()])?;
    }
    Ok(())
}

fn clippy(workspace: &Workspace, packages: &[&str], profile: &str, targets: &[&str]) -> Result<()> {
    process::run(
        workspace
            .cargo(Flavour::Development)
            .args(["clippy", profile])
            .args(packages)
            .args(targets)
            .args(["--", "--deny=warnings"]),
    )
}

/// Licences, sources and known vulnerabilities of the dependencies, where the tool for it is installed.
fn deny(workspace: &Workspace) -> Result<()> {
    if !process::works(Command::new("cargo-deny").arg("--version")) {
        step("skipped: cargo deny is not installed (cargo install cargo-deny)");
        return Ok(());
    }
    step("checking licences, sources and advisories (cargo deny)");
    process::run(
        workspace
            .cargo(Flavour::Development)
            .args(["deny", "check"]),
    )
}

fn report(broken: &[String]) -> Result<()> {
    for rule in broken {
        say(format_args!("broken rule: {rule}"));
    }
    match broken.len() {
        0 => Ok(()),
        1 => bail!("1 rule is broken"),
        many => bail!("{many} rules are broken"),
    }
}
