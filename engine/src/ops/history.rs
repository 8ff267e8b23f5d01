//! What a round of the known hosts brings: one transaction, then the board, then the live streams.

mod step;

use self::step::{Step, began, events, steps};
use crate::{
    Engine, Result,
    board::{Board, Entry},
    store::{self, history::Sample, host::Documented},
};
use domain::{
    event::Event,
    host::HostId,
    live::{HostsChanged, Latency, LiveEvent},
    probe::{Answer, Observation, Unsent},
    status::State,
    subnet::SubnetId,
    time::Timestamp,
};
use std::collections::HashMap;

/// More changes than this are not sent one by one: pages fetch anew.
pub(in crate::ops) const MANY: usize = 200;
/// Round-trip times are pushed for subnets of at most this many hosts.
const LATENCIES: usize = 4096;

/// What a round brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Hosts that were asked.
    pub asked: usize,
    /// Hosts that answered.
    pub answered: usize,
    /// Hosts whose shown status changed.
    pub changed: usize,
    /// Whether some host is suspect now, to be asked again soon.
    pub suspects: bool,
}

/// Records a round of the hosts of one subnet; `whole` when all of them were asked.
pub async fn record(
    engine: &Engine,
    id: SubnetId,
    observations: &[Observation],
    whole: bool,
) -> Result<Recorded> {
    let write = engine.store.write().await?;
    let now = engine.now();
    let (steps, samples, trouble) = {
        let board = engine.board();
        let steps = steps(&board, id, observations, now);
        let samples = if whole {
            samples(&board, id, &steps, now)
        } else {
            Vec::new()
        };
        let old = board.rules(id).and_then(|r| r.trouble);
        // A few suspects that were asked again say nothing about the whole subnet.
        let new = if whole { trouble(observations) } else { old };
        (steps, samples, (new, old != new))
    };
    let hosts = documented(engine, &steps).await?;
    let changed: Vec<(HostId, State)> = steps
        .iter()
        .filter(|s| s.before != s.turn.state)
        .map(|s| (s.id, s.turn.state.clone()))
        .collect();
    let first: Vec<HostId> = steps
        .iter()
        .filter(|s| s.is_first_reply())
        .map(|s| s.id)
        .collect();
    store::history::put_current(&write.tx, &changed).await?;
    for began in began(&steps) {
        store::history::begin_intervals(&write.tx, &began).await?;
    }
    store::host::seen(&write.tx, &first, now).await?;
    if whole {
        store::history::put_last_round(&write.tx, id, now, &samples).await?;
    }
    let block = engine.board().rules(id).map(|r| r.cidr);
    let events = store::event::insert_many(&write.tx, &events(&steps, (id, block), &hosts)).await?;
    let shown: Vec<HostId> = steps
        .iter()
        .filter(|s| s.changes_what_is_shown())
        .map(|s| s.id)
        .collect();
    let recorded = Recorded {
        asked: steps.len(),
        answered: steps.iter().filter(|s| s.has_reply()).count(),
        changed: shown.len(),
        suspects: steps.iter().any(|s| s.turn.ask_again),
    };
    let apply = move |board: &mut Board| {
        for step in steps {
            board.note(&step.observation, step.turn.state, now);
        }
        note_trouble(board, id, trouble.0);
    };
    engine.commit(write, apply).await?;
    publish(engine, id, &shown, &hosts, events, now).await?;
    if whole {
        publish_latency(engine, id, &samples, now);
    }
    if trouble.1 {
        super::health::refresh_banners(engine);
    }
    Ok(recorded)
}

/// The subnet's newest round, with what older ones said of hosts that were not asked this time.
fn samples(board: &Board, id: SubnetId, steps: &[Step], now: Timestamp) -> Vec<Sample> {
    let answers: HashMap<HostId, Answer> =
        steps.iter().map(|s| (s.id, s.observation.answer)).collect();
    let sample = |entry: &Entry| match answers.get(&entry.id) {
        Some(Answer::Reply { rtt_us }) => Sample {
            id: entry.id,
            rtt_us: *rtt_us,
            last_seen_at: Some(now),
        },
        Some(_) | None => Sample {
            id: entry.id,
            rtt_us: 0,
            last_seen_at: entry.last_seen_at,
        },
    };
    board.members(id).map(|(_, entry)| sample(entry)).collect()
}

async fn documented(engine: &Engine, steps: &[Step]) -> Result<HashMap<HostId, Documented>> {
    let ids: Vec<HostId> = steps
        .iter()
        .filter(|s| s.is_of_interest())
        .map(|s| s.id)
        .collect();
    let hosts = store::host::by_ids(engine.store.read(), &ids).await?;
    Ok(hosts.into_iter().map(|host| (host.id, host)).collect())
}

/// Why most of a round could not be sent, if that was so.
pub(super) fn trouble(observations: &[Observation]) -> Option<Unsent> {
    let mut reasons: HashMap<Unsent, usize> = HashMap::new();
    for observation in observations {
        if let Answer::Unsent(why) = observation.answer
            && why != Unsent::Cancelled
        {
            *reasons.entry(why).or_default() += 1;
        }
    }
    let most = reasons.into_iter().max_by_key(|(_, n)| *n);
    most.filter(|(_, n)| n * 2 > observations.len())
        .map(|(why, _)| why)
}

pub(super) fn note_trouble(board: &mut Board, id: SubnetId, trouble: Option<Unsent>) {
    if let Some(rules) = board.rules_mut(id) {
        rules.trouble = trouble;
    }
}

/// Tells the open pages which hosts changed and what happened.
pub(super) async fn publish(
    engine: &Engine,
    id: SubnetId,
    shown: &[HostId],
    hosts: &HashMap<HostId, Documented>,
    events: Vec<Event>,
    now: Timestamp,
) -> Result<()> {
    if shown.is_empty() && events.is_empty() {
        return Ok(());
    }
    if shown.len() > MANY || events.len() > MANY {
        engine.bus.publish(LiveEvent::Resync);
        return Ok(());
    }
    let rows = {
        let board = engine.board();
        let mut rows: Vec<_> = shown
            .iter()
            .filter_map(|id| hosts.get(id))
            .map(|host| super::host::row(host, &board, now))
            .collect();
        rows.sort_by_key(|row| row.ip);
        rows
    };
    if !rows.is_empty() {
        engine.bus.publish(LiveEvent::Hosts(HostsChanged {
            subnet_id: id,
            hosts: rows,
        }));
    }
    for event in events {
        engine.bus.publish(LiveEvent::Event(event));
    }
    super::subnet::publish(engine, id).await
}

fn publish_latency(engine: &Engine, id: SubnetId, samples: &[Sample], at: Timestamp) {
    if samples.len() > LATENCIES {
        return;
    }
    let (ids, rtt_us) = samples
        .iter()
        .filter(|s| s.rtt_us > 0)
        .map(|s| (s.id, s.rtt_us))
        .unzip();
    engine.bus.publish(LiveEvent::Latency(Latency {
        subnet_id: id,
        at,
        ids,
        rtt_us,
    }));
}
