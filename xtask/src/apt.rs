//! Debian packages: which are missing, and how to get them.

use std::os::unix::fs::MetadataExt;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{self, step};

/// A program and the Debian package that brings it.
pub(crate) struct Tool {
    /// What is looked for in the path.
    pub(crate) program: &'static str,
    /// What is installed when it is not there.
    pub(crate) package: &'static str,
    /// What it is needed for, in a few words.
    pub(crate) purpose: &'static str,
}

/// Installs the tools that are not there, or says what the user must run.
pub(crate) fn require(tools: &[&Tool]) -> Result<()> {
    let missing: Vec<&Tool> = tools
        .iter()
        .copied()
        .filter(|tool| process::which(tool.program).is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    let wanted: Vec<String> = missing
        .iter()
        .map(|tool| format!("{} ({})", tool.package, tool.purpose))
        .collect();
    if process::which("apt-get").is_none() {
        bail!("please install {}", wanted.join(", "));
    }
    if !is_root() {
        bail!(
            "missing: {}; to install, run\n    sudo apt-get update && sudo apt-get install --yes --no-install-recommends {}",
            wanted.join(", "),
            packages.join(" ")
        );
    }
    step(format_args!("installing {}", wanted.join(", ")));
    if !has_lists() {
        update()?;
    }
    if install(&packages).is_err() {
        step("that did not work; refreshing the package lists and trying once more");
        update()?;
        install(&packages)?;
    }
    Ok(())
}

/// Whether this process may install packages and make network namespaces.
pub(crate) fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Whether apt has ever heard of any package; container images come without.
fn has_lists() -> bool {
    std::fs::read_dir("/var/lib/apt/lists").is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().contains("_Packages"))
    })
}

fn update() -> Result<()> {
    step("refreshing the package lists (apt-get update)");
    process::run(apt().arg("update"))
}

fn install(packages: &[&str]) -> Result<()> {
    process::run(
        apt()
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages),
    )
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args([
        "--quiet",
        "-o",
        "DPkg::Lock::Timeout=300",
    ]);
    command
}
