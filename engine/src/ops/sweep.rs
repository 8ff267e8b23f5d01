//! Discovery: which addresses of a subnet to ask, and what becomes of those that answer.

use crate::{
    Engine, Result,
    board::Entry,
    store::{self, event::NewEvent, history::Began, host::Documented},
};
use domain::{
    cidr,
    event::EventKind,
    live::{LiveEvent, SweepProgress},
    probe::{Answer, Observation},
    status::{self, State, Thresholds},
    subnet::SubnetId,
    time::Timestamp,
};
use ipnetwork::IpNetwork;
use std::{collections::HashSet, net::IpAddr};

/// The addresses that a sweep asks: unused ones, outside of nested subnets, which have their own sweep or want none.
pub fn targets(engine: &Engine, id: SubnetId) -> Vec<IpAddr> {
    let board = engine.board();
    let Some(block) = board
        .rules
        .get(&id)
        .map(|r| r.cidr)
        .filter(|block| cidr::can_discover(*block).is_ok())
    else {
        return Vec::new();
    };
    let nested: Vec<IpNetwork> = board
        .rules
        .values()
        .map(|r| r.cidr)
        .filter(|inner| cidr::is_inside(*inner, block))
        .collect();
    let known: HashSet<IpAddr> = board.within(block).map(|(ip, _)| ip).collect();
    let (first, last) = cidr::usable(block);
    (cidr::number(first)..=cidr::number(last))
        .filter_map(|n| cidr::address(n, first))
        .filter(|ip| !known.contains(ip) && !nested.iter().any(|inner| inner.contains(*ip)))
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

/// Adds the addresses that answered as hosts; returns how many are new.
pub async fn record(engine: &Engine, id: SubnetId, observations: &[Observation]) -> Result<usize> {
    let write = engine.store.write().await?;
    let now = engine.now();
    let found = {
        let board = engine.board();
        let Some(rules) = board.rules.get(&id) else {
            return Ok(0);
        };
        let is_new = |ip: IpAddr| board.get(ip).is_none() && board.home(ip) == Some(id);
        observations
            .iter()
            .filter_map(|o| match o.answer {
                Answer::Reply { rtt_us } if is_new(o.ip) => Some(Found {
                    ip: o.ip,
                    rtt_us,
                    state: first_state(o.answer, rules.thresholds, now),
                    host: Documented {
                        first_seen_at: Some(now),
                        ..Documented::bare(o.ip, id, now)
                    },
                }),
                Answer::Reply { .. } | Answer::Silence | Answer::Unsent(_) => None,
            })
            .collect::<Vec<_>>()
    };
    let mut hosts: Vec<Documented> = found.iter().map(|f| f.host.clone()).collect();
    let ids = store::host::insert_many(&write.tx, &hosts).await?;
    for (host, id) in hosts.iter_mut().zip(&ids) {
        host.id = *id;
    }
    let states: Vec<_> = ids
        .iter()
        .copied()
        .zip(found.iter().map(|f| f.state.clone()))
        .collect();
    store::history::put_current(&write.tx, &states).await?;
    let began: Vec<Began> = states
        .iter()
        .map(|(id, state)| Began {
            id: *id,
            state: state.shown(),
            cause: None,
        })
        .collect();
    store::history::begin_intervals(&write.tx, &began, now).await?;
    let new_events: Vec<NewEvent> = hosts.iter().map(|host| discovered(host, now)).collect();
    let events = store::event::insert_many(&write.tx, &new_events).await?;
    store::subnet::swept(&write.tx, id, now).await?;
    let committed = write.commit().await?;
    {
        let mut board = engine.board_mut();
        if let Some(rules) = board.rules.get_mut(&id) {
            rules.swept_at = Some(now);
        }
        for ((id_of_host, state), f) in states.into_iter().zip(&found) {
            board.insert(
                f.ip,
                Entry {
                    id: id_of_host,
                    subnet_id: id,
                    state,
                    last_round_at: Some(now),
                    last_seen_at: Some(now),
                    rtt_us: Some(f.rtt_us),
                },
            );
        }
    }
    drop(committed);
    let count = hosts.len();
    let by_id = hosts.into_iter().map(|host| (host.id, host)).collect();
    super::history::publish(engine, id, &ids, &by_id, events, now).await?;
    let total = observations.len() as u64;
    engine.bus.publish(LiveEvent::Sweep(SweepProgress {
        subnet_id: id,
        running: false,
        total,
        alive: Some(count as u64),
    }));
    super::subnet::publish(engine, id).await?;
    Ok(count)
}

/// An address that answered and was not known.
struct Found {
    ip: IpAddr,
    rtt_us: u32,
    state: State,
    host: Documented,
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

fn discovered(host: &Documented, at: Timestamp) -> NewEvent {
    NewEvent {
        at,
        kind: EventKind::Discovered,
        host_id: host.id,
        subnet_id: host.subnet_id,
        ip: host.ip,
        hostname: None,
        detail: "answered a sweep".into(),
        lasted_seconds: None,
    }
}
