//! The last 24 hours from memory: sparklines of hosts, the strip of a subnet.

use crate::{Caller, Engine, Error, Result, ring};
use domain::{
    history::{BUCKETS, Sparkline, Sparklines, Strip, StripBucket},
    host::HostId,
    subnet::SubnetId,
    token::Scope,
};
use ipnetwork::IpNetwork;

/// Most sparklines at a time: 400 bytes each.
const LINES: usize = 8_192;

/// The last 24 hours of one host; empty buckets for one that does not exist.
pub fn sparkline(engine: &Engine, caller: &Caller, id: HostId) -> Result<Sparkline> {
    caller.require(Scope::Read)?;
    let now = engine.now();
    Ok(Sparkline::new(id, engine.board().ring.buckets(id, now)))
}

/// The last 24 hours of the hosts inside a subnet, nested ones included; the first 8,192 in address order.
pub fn sparklines(engine: &Engine, caller: &Caller, id: SubnetId) -> Result<Sparklines> {
    caller.require(Scope::Read)?;
    let block = block(engine, id)?;
    let (board, now) = (engine.board(), engine.now());
    let hosts = board.within(block).take(LINES);
    let line = |id| Sparkline::new(id, board.ring.buckets(id, now));
    Ok(Sparklines {
        start: ring::start(now),
        hosts: hosts.map(|(_, entry)| line(entry.id)).collect(),
    })
}

/// The last 24 hours of a subnet: how many of its hosts answered, nested subnets included.
pub fn strip(engine: &Engine, caller: &Caller, id: SubnetId) -> Result<Strip> {
    caller.require(Scope::Read)?;
    let block = block(engine, id)?;
    let (board, now) = (engine.board(), engine.now());
    let mut buckets = vec![StripBucket::default(); BUCKETS];
    for (_, entry) in board.within(block) {
        let own = board.ring.buckets(entry.id, now);
        buckets
            .iter_mut()
            .zip(own)
            .for_each(|(all, own)| all.add(own));
    }
    Ok(Strip {
        start: ring::start(now),
        buckets,
    })
}

fn block(engine: &Engine, id: SubnetId) -> Result<IpNetwork> {
    let block = engine.board().rules(id).map(|rules| rules.cidr);
    block.ok_or(Error::NotFound { what: "subnet" })
}
