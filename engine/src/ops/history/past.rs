//! What the drawer shows of a host's past.

use super::read;
use crate::{Caller, Engine, Error, Result, ops::uptime};
use domain::{
    chart::{Chart, HostPast, Stretch},
    history::{HistoryQuery, MAX_POINTS, Sparkline},
    host::HostId,
    token::Scope,
    uptime::OutageQuery,
};
use std::time::Duration;

/// Outages that are listed.
const OUTAGES: usize = 50;
/// Most sparklines of one answer.
const LINES: usize = 512;
/// Between two rounds of a host whose subnet is gone.
const MINUTE: Duration = Duration::from_mins(1);

/// A host's latency, uptime and outages over a stretch that ends now.
pub async fn past(
    engine: &Engine,
    caller: &Caller,
    id: HostId,
    stretch: Stretch,
) -> Result<HostPast> {
    let uptimes = uptime::of_host(engine, caller, id).await?;
    let mut chart = Chart::until(engine.now(), stretch, interval(engine, id));
    let query = HistoryQuery {
        from: Some(chart.from),
        to: Some(chart.to),
        resolution: Some(stretch.resolution()),
        limit: Some(MAX_POINTS),
    };
    chart.fill(&read::status(engine, caller, id, &query).await?.items);
    let query = OutageQuery {
        since: Some(chart.from),
        ..OutageQuery::default()
    };
    let mut outages = uptime::outages(engine, caller, id, &query).await?;
    let (count, down_seconds) = (
        outages.len() as u64,
        outages.iter().map(|outage| outage.down_seconds).sum(),
    );
    outages.truncate(OUTAGES);
    Ok(HostPast {
        id,
        chart,
        uptimes,
        outages,
        outages_in_all: count,
        down_seconds,
    })
}

/// The last 24 hours of some hosts, in short; those that do not exist come with empty buckets.
pub fn sparklines_of(engine: &Engine, caller: &Caller, ids: &[HostId]) -> Result<Vec<Sparkline>> {
    caller.require(Scope::Read)?;
    if ids.len() > LINES {
        return Err(Error::field("/ids", "at most 512 hosts at a time"));
    }
    let (board, now) = (engine.board(), engine.now());
    let line = |id: &HostId| Sparkline::new(*id, board.ring.buckets(*id, now));
    Ok(ids.iter().map(line).collect())
}

fn interval(engine: &Engine, id: HostId) -> Duration {
    let board = engine.board();
    let home = board
        .find(id)
        .and_then(|entry| board.rules(entry.subnet_id));
    home.map_or(MINUTE, |rules| rules.interval)
}
