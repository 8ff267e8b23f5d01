//! Rules that a look at the source files decides.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The longest a source file may be, tests included.
const LONGEST: usize = 400;

/// Folders of the checkout that hold no sources of ours.
const SKIPPED: [&str; 2] = ["node_modules", "test-results"];

/// One line for each broken rule.
pub(super) fn broken_rules(root: &Path, target: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    collect(root, target, &mut files)?;
    files.sort();
    let mut broken = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file)
            .with_context(|| format!("failed to read {}", file.display()))?;
        let name = file.strip_prefix(root).unwrap_or(&file);
        broken.extend(judge(name, &text));
    }
    Ok(broken)
}

fn collect(folder: &Path, target: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    // Generated code follows nobody's rules.
    if folder == target {
        return Ok(());
    }
    let what = || format!("failed to read {}", folder.display());
    for entry in fs::read_dir(folder).with_context(what)? {
        let entry = entry.with_context(what)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // A link may lead in circles, and hidden folders are not ours.
        let kind = entry.file_type().with_context(what)?;
        if kind.is_dir() && !name.starts_with('.') && !SKIPPED.contains(&name.as_ref()) {
            collect(&entry.path(), target, files)?;
        } else if kind.is_file() && name.ends_with(".rs") {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn judge(name: &Path, text: &str) -> Vec<String> {
    let shown = name.display();
    let mut broken = Vec::new();
    if name.ends_with("mod.rs") {
        broken.push(format!("{shown}: a module is foo.rs + foo/, never mod.rs"));
    }
    // Written in two halves so that this file does not break the rule.
    if text.contains(concat!("inner", "_html")) {
        broken.push(format!("{shown}: HTML is never built from text"));
    }
    let lines = text.lines().count();
    if lines > LONGEST {
        broken.push(format!(
            "{shown}: {lines} lines, more than {LONGEST}: split it by purpose"
        ));
    }
    let is_crate_file = name.components().any(|part| part.as_os_str() == "src");
    if is_crate_file && !text.starts_with("//! ") {
        broken.push(format!(
            "{shown}: the first line says the file's purpose (//! ...)"
        ));
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_is_broken_by_its_own_kind_of_file() {
        let purpose = "//! Purpose.\n";
        let cases = [
            ("a/src/host.rs", purpose.to_owned(), ""),
            ("a/src/host/mod.rs", purpose.to_owned(), "never mod.rs"),
            (
                "a/src/host.rs",
                format!("{purpose}view! {{ <p inner{}=x/> }}", "_html"),
                "HTML",
            ),
            ("a/src/host.rs", purpose.repeat(401), "401 lines"),
            ("a/src/host.rs", "use std::fs;\n".to_owned(), "purpose"),
            ("a/build.rs", "fn main() {}\n".to_owned(), ""),
        ];
        for (name, text, expected) in cases {
            let broken = judge(Path::new(name), &text).join("\n");
            assert!(broken.contains(expected), "{name}: {broken}");
            assert_eq!(broken.is_empty(), expected.is_empty(), "{name}: {broken}");
        }
    }
}
