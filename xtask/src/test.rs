//! Everything that must pass, quickest first, with a total at the end.

use std::fmt;

use anyhow::{Result, anyhow};

use crate::process::{self, say, step};
use crate::workspace::{Flavour, Workspace};
use crate::{check, contract, e2e, setup, site};

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Tests that did what they should.
    pub(crate) passed: u64,
    /// Tests that did not, and whatever else went wrong.
    pub(crate) failed: u64,
}

/// Everything about this failure has been said already.
#[derive(Debug)]
pub(crate) struct Failed;

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tests failed")
    }
}

impl std::error::Error for Failed {}

/// Runs the stages until one fails; the last line printed is the total.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut total = Count::default();
    let stages: [fn(&Workspace) -> Result<Count>; 4] = [
        checked,
        cargo,
        |workspace| e2e::count(workspace, &[]),
        contract::count,
    ];
    for stage in stages {
        match stage(workspace) {
            Ok(count) => {
                total.passed += count.passed;
                total.failed += count.failed;
            }
            Err(error) => {
                say(format_args!("error: {error:#}"));
                total.failed += 1;
            }
        }
        if total.failed > 0 {
            break;
        }
    }
    say(format_args!(
        "{} passed, {} failed",
        total.passed, total.failed
    ));
    if total.failed > 0 {
        return Err(Failed.into());
    }
    Ok(())
}

/// The rules are no tests: they count only when broken.
fn checked(workspace: &Workspace) -> Result<Count> {
    check::run(workspace).map(|()| Count::default())
}

fn cargo(workspace: &Workspace) -> Result<Count> {
    setup::test_tools()?;
    // The server's tests serve the embedded site.
    site::assemble(workspace, Flavour::Development)?;
    step("running cargo test");
    let mut count = Count::default();
    // Not `--workspace`: that would unite the two faces of `app`, `ssr` and `hydrate`, in one build.
    for packages in [
        &[
            "--package=domain",
            "--package=migration",
            "--package=engine",
            "--package=app",
            "--package=server",
            "--features=app/ssr",
        ][..],
        &["--package=xtask"][..],
    ] {
        let status = process::watch(
            workspace
                .cargo(Flavour::Development)
                .args(["test", "--no-fail-fast"])
                .args(packages),
            |line| {
                if let Some(result) = parse(line) {
                    count.passed += result.passed;
                    count.failed += result.failed;
                }
            },
        )?;
        if !status.success() && count.failed == 0 {
            return Err(anyhow!("cargo test failed ({status})"));
        }
    }
    Ok(count)
}

/// Reads `test result: ok. 3 passed; 0 failed; ...`, which ends every test binary's output.
fn parse(line: &str) -> Option<Count> {
    let (_, totals) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |label: &str| {
        totals
            .split("; ")
            .find_map(|part| part.strip_suffix(label)?.trim().parse().ok())
    };
    Some(Count {
        passed: number("passed")?,
        failed: number("failed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_read_from_result_lines_only() {
        let ok = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(
            parse(ok),
            Some(Count {
                passed: 12,
                failed: 0
            })
        );
        let bad = "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(
            parse(bad),
            Some(Count {
                passed: 1,
                failed: 2
            })
        );
        assert_eq!(parse("test tests::totals ... ok"), None);
        assert_eq!(parse("running 3 tests"), None);
    }
}
