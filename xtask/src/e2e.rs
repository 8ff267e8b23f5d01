//! The end-to-end tests: Playwright drives the real binary in Chromium, in a network namespace whose peer plays the hosts.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::netns::Netns;
use crate::process::{say, step};
use crate::test::Count;
use crate::workspace::{Flavour, Workspace};
use crate::{apt, node, server, setup};

/// Builds, runs the tests and returns how many passed and failed; a failed test is not an error here
/// when Playwright could report it.
pub(crate) fn count(workspace: &Workspace, arguments: &[String]) -> Result<Count> {
    setup::e2e_tools()?;
    node::require()?;
    node::install_packages(workspace)?;
    let binary = server::build(workspace, Flavour::Development)?;
    let output = workspace.target.join("e2e");
    let report = output.join("report.json");
    fs::create_dir_all(&output).with_context(|| format!("failed to make {}", output.display()))?;
    // A report of the last run must not speak for this one.
    if report.exists() {
        fs::remove_file(&report).context("failed to delete the last report")?;
    }
    step("running the end-to-end tests");
    let network = network()?;
    let playwright = node::program(workspace, "playwright");
    let status = in_network(network.as_ref(), &playwright)
        .arg("test")
        .args(arguments)
        .env("ROLLCALL_BIN", &binary)
        .env("E2E_OUTPUT", &output)
        .current_dir(workspace.end2end())
        .status()
        .context("failed to start playwright")?;
    let text = fs::read_to_string(&report)
        .with_context(|| format!("failed to read a report of playwright ({status})"))?;
    let count = parse(&text)?;
    if !status.success() && count.failed == 0 {
        bail!("playwright failed ({status})");
    }
    Ok(count)
}

/// The namespaces that the tests run in and play with; none without root.
fn network() -> Result<Option<Netns>> {
    if !apt::is_root() {
        say("the tests over a network are skipped: only root can make network namespaces");
        return Ok(None);
    }
    let network = Netns::pair()?;
    network.permit_datagrams()?;
    Ok(Some(network))
}

/// A command on the near side, told how to reach both.
fn in_network(network: Option<&Netns>, program: &Path) -> Command {
    let Some(network) = network else {
        return Command::new(program);
    };
    let (near, far) = network.names();
    let mut command = network.near(program);
    command.env("E2E_NEAR", near).env("E2E_FAR", far);
    command
}

/// The task: as [`count`], where a failed test is an error.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let count = count(workspace, arguments)?;
    if count.failed > 0 {
        bail!(
            "end-to-end tests: {} failed; traces are in {}",
            count.failed,
            workspace.target.join("e2e/artefacts").display()
        );
    }
    Ok(())
}

/// Reads the totals of Playwright's JSON report.
fn parse(report: &str) -> Result<Count> {
    let report: Value =
        serde_json::from_str(report).context("failed to parse the report of playwright")?;
    let number = |key: &str| report["stats"][key].as_u64().unwrap_or(0);
    // Errors outside any test, for instance a file that does not load.
    let errors = report["errors"].as_array().map_or(0, Vec::len) as u64;
    Ok(Count {
        passed: number("expected"),
        failed: number("unexpected") + number("flaky") + errors,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flaky_test_and_a_file_that_does_not_load_count_as_failed() {
        let count = parse(
            r#"{"stats": {"expected": 7, "unexpected": 1, "flaky": 1, "skipped": 2}, "errors": [{"message": "no"}]}"#,
        )
        .unwrap();
        assert_eq!(
            count,
            Count {
                passed: 7,
                failed: 3
            }
        );
    }
}
