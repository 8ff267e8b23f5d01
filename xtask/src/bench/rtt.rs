//! Round-trip times at the product's pace: honest ones, and never zero.

use anyhow::{Context, Result};

use super::contest::{alternate, median};
use super::document::Section;
use super::sweeper::{Sweeper, figures, fping};
use crate::netns::Netns;

const NETWORK: &str = "10.77.0.0/21";
const RANGE: &str = "10.77.0.0 10.77.7.255";

/// Mean round-trip time at 1,000 packets per second.
pub(super) fn round_trip(sweeper: &Sweeper) -> Result<Section> {
    let network = Netns::pair()?;
    network.answer_routed(NETWORK)?;
    let mut section = Section::new("Round-trip times at 1,000 packets per second");
    let contest = alternate(
        || sweeper.command(&network, &format!("--rate 1000 {NETWORK}")),
        || fping(&network, &format!("-q -s -i 1 -r 0 -g {RANGE}")),
    )?;
    let ours = median(&contest.ours, |run| {
        figures(&run.output, "rtt_mean_us").first().copied()
    })
    .context("failed to read our round-trip times")?;
    let theirs = median(&contest.theirs, |run| fping_mean(&run.output))
        .context("failed to read fping's round-trip times")?;
    let ratio = f64::from(u32::try_from(ours)?) / theirs.max(f64::EPSILON);
    section.row(
        "mean",
        [
            format!("{ours} µs"),
            format!("{theirs:.0} µs"),
            format!("{ratio:.2}"),
        ],
    );
    let least = contest
        .ours
        .iter()
        .flat_map(|run| figures(&run.output, "rtt_min_us"));
    let least = least.min().unwrap_or(0);
    section.row(
        "least of all runs",
        [format!("{least} µs"), String::new(), String::new()],
    );
    let cpu = [&contest.ours, &contest.theirs].map(|runs| {
        let cpu = median(runs, |run| Some(run.cpu)).unwrap_or_default();
        cpu.as_secs_f64() * 1_000.0
    });
    let [our_cpu, their_cpu] = cpu;
    let shown = cpu.map(|cpu| format!("{cpu:.0} ms"));
    let [our_shown, their_shown] = shown;
    let cpu_ratio = format!("{:.2}", our_cpu / their_cpu.max(f64::EPSILON));
    section.row(
        "processor time for 2,048 addresses",
        [our_shown, their_shown, cpu_ratio],
    );
    section.bar("mean at most 3 × fping", ratio <= 3.0);
    section.bar("never 0", least > 0);
    Ok(section)
}

/// Microseconds of ` 0.025 ms (avg round trip time)`.
fn fping_mean(output: &str) -> Option<f64> {
    let line = output
        .lines()
        .find(|line| line.contains("avg round trip time"))?;
    let millis: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(millis * 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_fping_is_read() {
        let output = " 0.00 ms (min round trip time)\n 0.025 ms (avg round trip time)\n";
        assert_eq!(fping_mean(output), Some(25.0));
        assert_eq!(fping_mean("nothing"), None);
    }
}
