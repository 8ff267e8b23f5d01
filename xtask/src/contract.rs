//! The scan routes against their document: schemathesis asks a real server whatever the document permits, and more.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::netns::Netns;
use crate::process::{say, step, which};
use crate::test::Count;
use crate::workspace::{Flavour, Workspace};
use crate::{apt, server};

const SCRIPT: &str = include_str!("contract.sh");

/// Counts as one test. Says why where it can't be run.
pub(crate) fn count(workspace: &Workspace) -> Result<Count> {
    let Some(program) = which("schemathesis") else {
        say(
            "the test of the document is skipped: it needs schemathesis (pip install schemathesis)",
        );
        return Ok(Count::default());
    };
    if !apt::is_root() {
        say("the test of the document is skipped: only root can make a network of its own for it");
        return Ok(Count::default());
    }
    let binary = server::build(workspace, Flavour::Development)?;
    step("asking the scan routes whatever their document permits");
    let folder = workspace.target.join("contract");
    if folder.exists() {
        fs::remove_dir_all(&folder).context("failed to delete what the last run left")?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("failed to make {}", folder.display()))?;
    let network = Netns::pair()?;
    let status = network
        .near("sh")
        .args(["-c", SCRIPT])
        .env("ROLLCALL", fs::canonicalize(binary)?)
        .env("SCHEMATHESIS", program)
        .env("FOLDER", fs::canonicalize(folder)?)
        .status()
        .context("failed to start a shell")?;
    let is_fine = u64::from(status.success());
    Ok(Count {
        passed: is_fine,
        failed: 1 - is_fine,
    })
}

/// The task: as [`count`], where a failed test is an error.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    if count(workspace)?.failed > 0 {
        bail!("the server answers otherwise than its document says");
    }
    Ok(())
}
