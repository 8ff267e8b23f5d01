//! A whole /16 at full speed, everybody answering and nearly nobody answering.
//!
//! fping leaves out the first and the last address of the network: it has sequence numbers for 65,535 requests only.

use std::time::Duration;

use anyhow::Result;

use super::contest::{Contest, alternate, times};
use super::cost;
use super::document::Section;
use super::sweeper::{Sweeper, figures, fping};
use crate::netns::Netns;

const NETWORK: &str = "10.77.0.0/16";
const ADDRESSES: u64 = 65_536;
/// Networks of 256 that stay alive when 90 % are silent.
const ALIVE_NETWORKS: u32 = 25;
const MOST_MEMORY_KIB: u64 = 60 * 1_024;

/// 65,536 answering addresses: time, processor time, and ten sweeps without a miss, by both kinds of socket.
pub(super) fn full_speed(sweeper: &Sweeper) -> Result<Section> {
    let network = Netns::pair()?;
    network.permit_datagrams()?;
    network.answer_routed(NETWORK)?;
    let mut section = Section::new("65,536 answering addresses at full speed");
    for mode in ["datagram", "raw"] {
        let contest = alternate(
            || sweeper.command(&network, &format!("--mode {mode} {NETWORK}")),
            || fping(&network, &format!("-q -i 0 -r 0 -g {NETWORK}")),
        )?;
        let (wall, cpu) = compare(&mut section, mode, &contest);
        section.bar(format!("{mode}: wall at most 1.0 × fping"), wall <= 1.0);
        section.bar(
            format!("{mode}: processor time at most 1.0 × fping"),
            cpu <= 1.0,
        );

        let ten = format!("--mode {mode} --repeat 10 {NETWORK}");
        let output = cost::run(&mut sweeper.command(&network, &ten))?.output;
        let alive = figures(&output, "alive");
        let fewest = alive.iter().min().copied().unwrap_or(0);
        let found = format!("at least {fewest} in each of {} sweeps", alive.len());
        section.row(
            format!("{mode}: found"),
            [found, String::new(), String::new()],
        );
        section.bar(
            format!("{mode}: ten sweeps without one living host missed"),
            alive.len() == 10 && fewest == ADDRESSES,
        );
    }
    Ok(section)
}

/// A /16 of which 90 % never answer, with a timeout of one second.
pub(super) fn silent(sweeper: &Sweeper) -> Result<Section> {
    let network = Netns::pair()?;
    network.answer_routed(NETWORK)?;
    for third in ALIVE_NETWORKS..256 {
        network.silence(&format!("10.77.{third}.0/24"))?;
    }
    let mut section = Section::new("A /16, 90 % silent, timeout 1 s, full speed");
    let contest = alternate(
        || sweeper.command(&network, &format!("--timeout-ms 1000 {NETWORK}")),
        || fping(&network, &format!("-q -i 0 -r 0 -t 1000 -g {NETWORK}")),
    )?;
    let (wall, _) = compare(&mut section, "raw", &contest);
    section.bar("wall at most 1.2 × fping", wall <= 1.2);

    let all = |key: &str| -> Vec<u64> {
        let runs = contest.ours.iter();
        runs.flat_map(|run| figures(&run.output, key)).collect()
    };
    let alive = u64::from(ALIVE_NETWORKS) * 256;
    let missed = all("alive").iter().any(|found| *found != alive);
    section.bar(
        format!("every one of the {alive} living hosts found in every run"),
        !missed,
    );
    let memory = all("peak_kib").into_iter().max().unwrap_or(u64::MAX);
    let shown = format!(
        "{:.1} MiB",
        Duration::from_secs(memory).as_secs_f64() / 1_024.0
    );
    section.row(
        "peak memory of the process",
        [shown, String::new(), String::new()],
    );
    section.bar("memory under 60 MiB", memory < MOST_MEMORY_KIB);
    Ok(section)
}

/// Adds the rows of wall and processor time and returns both ratios.
fn compare(section: &mut Section, mode: &str, contest: &Contest) -> (f64, f64) {
    let ((our_wall, our_cpu), (their_wall, their_cpu)) =
        (times(&contest.ours), times(&contest.theirs));
    let mut ratios = [
        (our_wall, their_wall, "wall"),
        (our_cpu, their_cpu, "processor"),
    ]
    .map(|(ours, theirs, what)| {
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64().max(f64::EPSILON);
        let shown = [ours, theirs].map(|time| format!("{:.3} s", time.as_secs_f64()));
        let [ours, theirs] = shown;
        section.row(
            format!("{mode}: {what}"),
            [ours, theirs, format!("{ratio:.2}")],
        );
        ratio
    });
    ratios.reverse();
    let [cpu, wall] = ratios;
    (wall, cpu)
}
