//! A directly attached /20: every living host must be found through the kernel's neighbour table.

use std::fs;

use anyhow::Result;

use super::cost;
use super::document::Section;
use super::sweeper::{Sweeper, figures, fping};
use crate::netns::Netns;

const NETWORK: &str = "10.80.0.0/20";
const NEAR: &str = "10.80.0.1/20";
/// The 512 hosts, 32 in each /24, and the near side itself.
const ANSWERING: u64 = 513;
const SILENT: u64 = 4_096 - ANSWERING;
/// History: an unanswered entry lives for about three seconds, so the table takes 1,024 in three.
const SAFE_PER_SECOND: u64 = 1_024 / 3;

/// 512 alive of an attached /20, swept twice: unknown at first, then with the living ones remembered.
pub(super) fn attached(sweeper: &Sweeper) -> Result<Section> {
    let mut section = Section::new("An attached /20 with 512 hosts alive");
    let table =
        fs::read_to_string("/proc/sys/net/ipv4/neigh/default/gc_thresh3").unwrap_or_default();
    section.bar(
        format!("measured with gc_thresh3 {} (1024 wanted)", table.trim()),
        table.trim() == "1024",
    );
    for mode in ["datagram", "raw"] {
        let network = Netns::pair()?;
        network.permit_datagrams()?;
        populate(&network)?;
        let words = format!("--mode {mode} --timeout-ms 1000 --repeat 2 {NETWORK}");
        let output = cost::run(&mut sweeper.command(&network, &words))?.output;
        let (alive, elapsed) = (figures(&output, "alive"), figures(&output, "elapsed_ms"));
        for (sweep, (alive, elapsed)) in ["first", "second"].iter().zip(alive.iter().zip(&elapsed))
        {
            let found = format!("{alive} of {ANSWERING} in {:.1} s", millis(*elapsed));
            section.row(
                format!("{mode}: {sweep} sweep"),
                [found, String::new(), String::new()],
            );
        }
        section.bar(
            format!("{mode}: all 512 found (and the near side itself) in both sweeps"),
            alive == [ANSWERING; 2],
        );
        let fastest = elapsed.iter().min().copied().unwrap_or(0).max(1);
        section.bar(
            format!(
                "{mode}: silent addresses asked no faster than the table allows (341 per second)"
            ),
            SILENT * 1_000 / fastest <= SAFE_PER_SECOND,
        );
    }
    let network = Netns::pair()?;
    populate(&network)?;
    let theirs = cost::run(&mut fping(
        &network,
        "-a -q -i 0 -r 0 -g 10.80.0.0 10.80.15.255",
    ))?;
    let found = theirs
        .output
        .lines()
        .filter(|line| line.starts_with("10.80."))
        .count();
    let shown = format!(
        "{found} of {ANSWERING} in {:.1} s",
        theirs.wall.as_secs_f64()
    );
    section.row(
        "fping -i 0, for comparison",
        [String::new(), shown, String::new()],
    );
    Ok(section)
}

/// Spreads the living hosts over the whole range: the last ones meet a table that has been filled by all before them.
fn populate(network: &Netns) -> Result<()> {
    network.attach(NEAR)?;
    (0..16).try_for_each(|third| network.answer(&format!("10.80.{third}.96/27")))
}

fn millis(millis: u64) -> f64 {
    std::time::Duration::from_millis(millis).as_secs_f64()
}
