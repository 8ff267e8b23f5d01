//! What is known, when something is told, of the hosts and subnets that it is about.

use crate::{
    Engine, Result,
    board::{Board, Entry, Rules},
    store::{self, host::Documented},
};
use domain::{
    event::Event,
    host::HostId,
    status::Status,
    subnet::SubnetId,
    time::Timestamp,
    webhook::digest::{Context, Uplink},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    net::IpAddr,
    time::Duration,
};

/// How far a chain of uplinks is followed: it may be a ring.
const LONGEST_CHAIN: usize = 16;
/// Beside two rounds of those behind it, an uplink has to answer for this long until their silence is their own.
const SETTLING: Duration = Duration::from_secs(30);

/// The documentation of some hosts, and of every subnet.
pub(super) struct Surroundings {
    hosts: HashMap<HostId, Documented>,
    tags: HashMap<SubnetId, Vec<String>>,
    /// The subnets that each uplink leads to.
    behind: HashMap<HostId, Vec<SubnetId>>,
}

impl Surroundings {
    /// Those of events, of hosts that are held, and of their uplinks.
    pub(super) async fn of(
        engine: &Engine,
        events: &[Event],
        held: impl Iterator<Item = HostId>,
    ) -> Result<Self> {
        let mut ids: BTreeSet<HostId> = held.collect();
        ids.extend(events.iter().filter_map(|event| event.host_id));
        let behind = behind(&engine.board());
        ids.extend(behind.keys());
        let ids: Vec<HostId> = ids.into_iter().collect();
        let db = engine.store.read();
        let hosts = store::host::by_ids(db, &ids).await?;
        let subnets = store::subnet::list(db).await?;
        Ok(Self {
            hosts: hosts.into_iter().map(|host| (host.id, host)).collect(),
            tags: subnets.into_iter().map(|it| (it.id, it.tags)).collect(),
            behind,
        })
    }

    /// What is known of every host that was asked for and still exists.
    pub(super) fn hosts(&self, board: &Board, now: Timestamp) -> BTreeMap<HostId, Context> {
        let known = self.hosts.values();
        known
            .filter_map(|host| Some((host.id, self.host(board, host, now)?)))
            .collect()
    }

    /// What is known of where an event happened, if not of its host.
    pub(super) fn place(&self, board: &Board, event: &Event) -> Context {
        let home = event.subnet_id.or_else(|| board.home(event.ip));
        let mut context = Context::default();
        if let Some(rules) = home.and_then(|id| board.rules(id)) {
            self.place_in(&mut context, board, rules);
        }
        context
    }

    fn place_in(&self, context: &mut Context, board: &Board, rules: &Rules) {
        context.cidr = Some(rules.cidr);
        for id in board.around(rules.cidr) {
            context.subnets.push(id);
            context
                .tags
                .extend(self.tags.get(&id).into_iter().flatten().cloned());
        }
    }

    fn host(&self, board: &Board, host: &Documented, now: Timestamp) -> Option<Context> {
        let entry = board.find(host.id)?;
        let rules = board.rules(entry.subnet_id)?;
        let shown = board.shown(entry, now);
        let mut context = Context {
            tags: host.tags.clone(),
            reserved: host.reserved,
            flapping: shown.flapping,
            status: Some(shown.status),
            uplink: uplink(board, host.ip, entry, now),
            ..Context::default()
        };
        self.place_in(&mut context, board, rules);
        for id in self.behind.get(&host.id).into_iter().flatten() {
            // Who is told of what is behind it, is told of it.
            context.subnets.push(*id);
            context
                .tags
                .extend(self.tags.get(id).into_iter().flatten().cloned());
            let members = board.members(*id).filter(|(_, it)| it.id != host.id);
            context.behind += members.count() as u64;
        }
        Some(context)
    }
}

/// Whether something is to be said of hosts that are held: one is gone, or something is known of it and its uplink explains
/// nothing any more. As `domain::webhook::digest` decides, without a look at the database.
pub(super) fn has_moved(board: &Board, held: &BTreeMap<HostId, i64>, now: Timestamp) -> bool {
    held.keys().any(|id| {
        let Some((ip, entry)) = board.locate(*id) else {
            return true;
        };
        board.shown(entry, now).status != Status::Unknown
            && uplink(board, ip, entry, now).is_none_or(|(_, state)| state == Uplink::Clear)
    })
}

/// The subnets that each uplink leads to: those that name it, and those inside them that name no other.
fn behind(board: &Board) -> HashMap<HostId, Vec<SubnetId>> {
    let mut behind: HashMap<HostId, Vec<SubnetId>> = HashMap::new();
    if board.subnets().all(|(_, rules)| rules.uplink.is_none()) {
        return behind;
    }
    for (id, rules) in board.subnets() {
        let mut around = board.around(rules.cidr).filter_map(|id| board.rules(id));
        if let Some(uplink) = around.find_map(|rules| rules.uplink) {
            behind.entry(uplink).or_default().push(id);
        }
    }
    behind
}

/// The host by which another is reached: that of the smallest subnet which names one that is not itself.
fn next(board: &Board, ip: IpAddr, id: HostId) -> Option<(IpAddr, &Entry)> {
    let mut around = board.around(ip.into()).filter_map(|id| board.rules(id));
    let uplink = around.find_map(|rules| rules.uplink.filter(|uplink| *uplink != id))?;
    board.locate(uplink)
}

fn uplink(board: &Board, ip: IpAddr, entry: &Entry, now: Timestamp) -> Option<(HostId, Uplink)> {
    let (at, by) = next(board, ip, entry.id)?;
    // Two that name each other would hide each other.
    let mut chain = (at, by);
    for _ in 0..LONGEST_CHAIN {
        let Some((at, by)) = next(board, chain.0, chain.1.id) else {
            break;
        };
        if by.id == entry.id {
            return None;
        }
        chain = (at, by);
    }
    let shown = board.shown(by, now);
    let interval = board.rules(entry.subnet_id).map(|rules| rules.interval);
    let settling = interval.unwrap_or_default() * 2 + SETTLING;
    let is_fresh = !by.state.changes.is_empty() && now.since(by.state.since) < settling;
    let state = match shown.status {
        Status::Down => Uplink::Down,
        Status::Up if shown.suspect || is_fresh => Uplink::Doubtful,
        Status::Up | Status::Unknown => Uplink::Clear,
    };
    Some((by.id, state))
}

#[cfg(test)]
#[path = "surroundings_tests.rs"]
mod tests;
