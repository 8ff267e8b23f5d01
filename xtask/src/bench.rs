//! Measurements against the bars of the product, written to `docs/benchmarks.md`.
//!
//! A group makes its own network, measures, and returns a section; a new group is one line in [`GROUPS`].

mod attached;
mod client;
mod contest;
mod cost;
mod document;
mod history;
mod known_hosts;
mod ports;
mod product;
mod rtt;
mod scans;
mod sweep;
mod sweeper;

use anyhow::{Result, bail};

use self::document::Section;
use self::sweeper::Sweeper;
use crate::process::{say, step};
use crate::workspace::Workspace;

/// A measurement by name.
type Group = (&'static str, fn(&Workspace) -> Result<Section>);

const GROUPS: [Group; 9] = [
    ("full-speed", |workspace| {
        sweep::full_speed(&Sweeper::build(workspace)?)
    }),
    ("silent", |workspace| {
        sweep::silent(&Sweeper::build(workspace)?)
    }),
    ("attached", |workspace| {
        attached::attached(&Sweeper::build(workspace)?)
    }),
    ("round-trip", |workspace| {
        rtt::round_trip(&Sweeper::build(workspace)?)
    }),
    ("huge-subnets", known_hosts::huge_subnets),
    ("known-hosts", known_hosts::known_hosts),
    ("history", history::history),
    ("ports", ports::ports),
    ("scans", scans::scans),
];

/// Runs every group, or the one that is named, and writes the figures down. Needs root and fping, but for `history` and `scans`.
///
/// # Errors
/// A bar was missed (the figures are written all the same), or something could not be run.
pub(crate) fn run(only: Option<&str>) -> Result<()> {
    let workspace = Workspace::find()?;
    let chosen: Vec<_> = GROUPS
        .into_iter()
        .filter(|(name, _)| only.is_none_or(|only| only == *name))
        .collect();
    if chosen.is_empty() {
        let names = GROUPS.map(|(name, _)| name).join(", ");
        bail!("no such group; there are {names}");
    }
    let mut missed = Vec::new();
    for (name, group) in chosen {
        step(format_args!("bench {name}"));
        let section = group(&workspace)?;
        say(section.markdown());
        document::write(&workspace, name, &section)?;
        missed.extend(section.missed().map(ToOwned::to_owned));
    }
    if !missed.is_empty() {
        bail!("bars missed: {}", missed.join("; "));
    }
    Ok(())
}
