//! What a child process costs: wall time by the clock, processor time by the kernel's account of it.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

/// The cost of one run, with what it printed.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) wall: Duration,
    /// User and system time.
    pub(super) cpu: Duration,
    /// Standard output, then standard error.
    pub(super) output: String,
}

/// Runs a command to its end. Its exit status is not judged: fping's says whether everybody answered.
pub(super) fn run(command: &mut Command) -> Result<Run> {
    let before = children()?;
    let started = Instant::now();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("failed to start {command:?}"))?;
    let wall = started.elapsed();
    let cpu = children()?.saturating_sub(before);
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Ok(Run {
        wall,
        cpu,
        output: text,
    })
}

/// Processor time of all children that have been waited for; one at a time, so differences belong to one child.
fn children() -> Result<Duration> {
    let usage =
        getrusage(UsageWho::RUSAGE_CHILDREN).context("failed to read the usage of children")?;
    Ok(duration(usage.user_time()) + duration(usage.system_time()))
}

fn duration(time: TimeVal) -> Duration {
    let seconds = u64::try_from(time.tv_sec()).unwrap_or(0);
    let micros = u64::try_from(time.tv_usec()).unwrap_or(0);
    Duration::from_secs(seconds) + Duration::from_micros(micros)
}
