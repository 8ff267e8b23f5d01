//! The server: building it around the site, and becoming it.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{self, step};
use crate::site;
use crate::workspace::{Flavour, Workspace};

/// Builds the site and the server that embeds it; returns the binary.
pub(crate) fn build(workspace: &Workspace, flavour: Flavour) -> Result<PathBuf> {
    site::assemble(workspace, flavour)?;
    step(match flavour {
        Flavour::Development => "building the server",
        Flavour::Release => "building the server (release), some minutes the first time",
    });
    let mut cargo = workspace.cargo(flavour);
    cargo.args(["build", "--package=server", "--bin=rollcall"]);
    if flavour == Flavour::Release {
        cargo.arg("--release");
    }
    process::run(&mut cargo)?;
    Ok(workspace.binary(flavour))
}

/// Builds the server and turns this process into it, so that signals reach it directly.
pub(crate) fn run(workspace: &Workspace, task: &str, arguments: &[String]) -> Result<()> {
    let binary = build(workspace, Flavour::Development)?;
    step(format_args!("starting {}", workspace.shown(&binary)));
    let error = Command::new(&binary)
        .arg(task)
        .args(arguments)
        .current_dir(&workspace.root)
        .exec();
    Err(error).with_context(|| format!("failed to start {}", binary.display()))
}
