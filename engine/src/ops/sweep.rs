//! Discovery: which addresses of a subnet to ask, and what becomes of those that answer.

use crate::{
    Engine, Result,
    board::{Board, Entry},
    store::{
        self, Write,
        event::NewEvent,
        history::Began,
        host::Documented,
        samples::journal::{self, NewRound},
    },
};
use domain::{
    cidr,
    event::EventKind,
    host::HostId,
    live::{LiveEvent, SweepProgress},
    probe::{Answer, Observation},
    sample::Sample,
    status::{self, State, Thresholds},
    subnet::SubnetId,
    time::Timestamp,
};
use std::{collections::HashMap, net::IpAddr};

/// The addresses that a sweep asks: unused ones, outside of nested subnets, which have their own sweep or want none.
pub fn targets(engine: &Engine, id: SubnetId) -> Vec<IpAddr> {
    let board = engine.board();
    let Some(block) = board.rules(id).map(|r| r.cidr) else {
        return Vec::new();
    };
    if cidr::can_discover(block).is_err() {
        return Vec::new();
    }
    let (first, last) = cidr::usable(block);
    (cidr::number(first)..=cidr::number(last))
        .filter_map(|n| cidr::address(n, first))
        .filter(|ip| board.get(*ip).is_none() && board.home(*ip) == Some(id))
        .collect()
}

/// Tells the open pages that a sweep begins.
pub fn begin(engine: &Engine, id: SubnetId, total: usize) {
    engine.bus.publish(LiveEvent::Sweep(SweepProgress {
        subnet_id: id,
        running: true,
        total: total as u64,
        alive: None,
    }));
}

/// Tells the open pages that a sweep is over, whatever came of it; `new` hosts were found.
pub fn end(engine: &Engine, id: SubnetId, total: usize, new: Option<usize>) {
    engine.bus.publish(LiveEvent::Sweep(SweepProgress {
        subnet_id: id,
        running: false,
        total: total as u64,
        alive: new.map(|n| n as u64),
    }));
}

/// Adds the addresses that answered as hosts and returns how many are new; `None` when most addresses could not be
/// asked, so that the sweep has to be repeated soon.
pub async fn record(
    engine: &Engine,
    id: SubnetId,
    observations: &[Observation],
) -> Result<Option<usize>> {
    let write = engine.store.write().await?;
    let now = engine.now();
    let trouble = super::history::trouble(observations);
    let Some(found) = found(engine, id, observations, now) else {
        return Ok(Some(0));
    };
    let (hosts, news) = stored(&write, &found, now).await?;
    let ids: Vec<HostId> = hosts.iter().map(|host| host.id).collect();
    let states: Vec<(HostId, State)> = ids
        .iter()
        .copied()
        .zip(found.iter().map(|f| f.state.clone()))
        .collect();
    store::history::put_current(&write.tx, &states).await?;
    let began: Vec<Began> = states
        .iter()
        .map(|(id, state)| Began {
            id: *id,
            at: now,
            state: state.shown(),
            cause: None,
        })
        .collect();
    store::history::begin_intervals(&write.tx, &began).await?;
    let samples = ids.iter().copied().zip(found.iter().map(|f| f.sample));
    journal::append(&write.tx, id, now, NewRound::Partial(samples.collect())).await?;
    let events = store::event::insert_many(&write.tx, &news).await?;
    if trouble.is_none() {
        store::subnet::swept(&write.tx, id, now).await?;
    }
    let count = hosts.len();
    let apply = move |board: &mut Board| {
        super::history::note_trouble(board, id, trouble);
        if trouble.is_none()
            && let Some(rules) = board.rules_mut(id)
        {
            rules.swept_at = Some(now);
        }
        for ((host, state), found) in states.into_iter().zip(found) {
            board.ring.note(host, now, found.sample);
            board.insert(found.ip, found.entry(host, id, state, now));
        }
    };
    engine.commit(write, apply).await?;
    if count == 0 {
        // Nothing else tells the open pages when the subnet was swept.
        super::subnet::publish(engine, id).await?;
    }
    let by_id = hosts.into_iter().map(|host| (host.id, host)).collect();
    super::history::publish(engine, id, &ids, &by_id, events, now).await?;
    super::health::refresh_banners(engine);
    Ok(trouble.is_none().then_some(count))
}

/// The addresses that answered and are not known yet; `None` when the subnet is gone.
fn found(
    engine: &Engine,
    id: SubnetId,
    observations: &[Observation],
    now: Timestamp,
) -> Option<Vec<Found>> {
    let board = engine.board();
    let thresholds = board.rules(id)?.thresholds;
    let is_new = |ip: IpAddr| board.get(ip).is_none() && board.home(ip) == Some(id);
    let found = observations.iter().filter_map(|o| match o.answer {
        Answer::Reply { .. } if is_new(o.ip) => Some(Found {
            ip: o.ip,
            sample: Sample::of(o),
            state: first_state(o.answer, thresholds, now),
            host: Documented {
                first_seen_at: Some(now),
                ..Documented::bare(o.ip, id, now)
            },
        }),
        Answer::Reply { .. } | Answer::Silence | Answer::Unsent(_) => None,
    });
    Some(found.collect())
}

/// An address that answered and was not known.
struct Found {
    ip: IpAddr,
    sample: Sample,
    state: State,
    host: Documented,
}

impl Found {
    fn entry(&self, id: HostId, subnet_id: SubnetId, state: State, now: Timestamp) -> Entry {
        Entry {
            id,
            subnet_id,
            state,
            last_round_at: Some(now),
            last_seen_at: Some(now),
            rtt_us: self.sample.rtt_us(),
        }
    }
}

/// A host is discovered by answering, so it is Up at once, whatever `up_after` asks of hosts that were Down.
fn first_state(answer: Answer, rules: Thresholds, now: Timestamp) -> State {
    status::advance(
        &State::default(),
        answer,
        Thresholds {
            up_after: 1,
            ..rules
        },
        now,
    )
    .state
}

/// Stores what was found, in its order: new hosts, and archived ones that are back; with what is told of each.
async fn stored(
    write: &Write,
    found: &[Found],
    now: Timestamp,
) -> Result<(Vec<Documented>, Vec<NewEvent>)> {
    let ips: Vec<IpAddr> = found.iter().map(|f| f.ip).collect();
    let archived = store::host::archived(&write.tx, &ips).await?;
    let mut archived: HashMap<IpAddr, Documented> =
        archived.into_iter().map(|host| (host.ip, host)).collect();
    let (mut back, mut new) = (HashMap::new(), Vec::new());
    for found in found {
        match archived.remove(&found.ip) {
            Some(old) => {
                let host = Documented {
                    subnet_id: found.host.subnet_id,
                    first_seen_at: old.first_seen_at.or(Some(now)),
                    archived_at: None,
                    version: old.version + 1,
                    ..old.clone()
                };
                store::host::update(&write.tx, &host).await?;
                back.insert(found.ip, (host, old.archived_at));
            }
            None => new.push(found.host.clone()),
        }
    }
    let ids = store::host::insert_many(&write.tx, &new).await?;
    let mut new = new.into_iter().zip(ids);
    let words = || "answered a sweep".to_owned();
    let of = |found: &Found| match back.remove(&found.ip) {
        Some((host, since)) => {
            let event = super::host::event(&host, EventKind::Restored, words(), now);
            let lasted_seconds = since.map(|since| now.since(since).as_secs());
            Some((
                host,
                NewEvent {
                    lasted_seconds,
                    ..event
                },
            ))
        }
        None => new.next().map(|(host, id)| {
            let host = Documented { id, ..host };
            let event = super::host::event(&host, EventKind::Discovered, words(), now);
            (host, event)
        }),
    };
    Ok(found.iter().filter_map(of).unzip())
}
