//! The npm packages of `end2end`: Playwright for the tests, binaryen for `dist`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::apt::{self, Tool};
use crate::process::{self, step};
use crate::workspace::Workspace;

const NODE: Tool = Tool {
    program: "node",
    package: "nodejs",
    purpose: "browser tests",
};
const NPM: Tool = Tool {
    program: "npm",
    package: "npm",
    purpose: "the packages of the browser tests",
};

/// Node and npm, from Debian if they are not there.
pub(crate) fn require() -> Result<()> {
    apt::require(&[&NODE, &NPM])
}

/// Whether node and npm are there already.
pub(crate) fn is_there() -> bool {
    [&NODE, &NPM]
        .iter()
        .all(|tool| process::which(tool.program).is_some())
}

/// Installs exactly the locked packages, unless they are there.
pub(crate) fn install_packages(workspace: &Workspace) -> Result<()> {
    let folder = workspace.end2end();
    let lock = fs::read(folder.join("package-lock.json"))
        .context("failed to read end2end/package-lock.json")?;
    let stamp = folder.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step("installing the npm packages of end2end (npm ci)");
    process::run(
        Command::new("npm")
            .args(["ci", "--no-fund", "--no-audit", "--ignore-scripts"])
            // The browser is Debian's.
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .current_dir(&folder),
    )?;
    fs::write(stamp, lock).context("failed to note which npm packages are installed")
}

/// A program that one of the packages brings.
pub(crate) fn program(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.end2end().join("node_modules/.bin").join(name)
}

/// Makes a WebAssembly module smaller, in place.
pub(crate) fn optimise(workspace: &Workspace, module: &Path) -> Result<()> {
    process::run(
        Command::new(program(workspace, "wasm-opt"))
            .arg("-Oz")
            .arg(module)
            .arg("--output")
            .arg(module),
    )
}
