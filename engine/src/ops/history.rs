//! What a round of the known hosts brings: one transaction, then the board, then the live streams.

mod past;
mod read;
mod recent;
mod step;

pub use past::{past, sparklines_of};
pub use read::status;
pub use recent::{sparkline, sparklines, strip};

use self::step::{Step, began, events, steps};
use crate::{
    Engine, Result,
    board::Board,
    store::{
        self,
        host::Documented,
        samples::journal::{self, NewRound},
    },
};
use domain::{
    event::Event,
    host::HostId,
    live::{HostsChanged, Latency, LiveEvent},
    probe::{Answer, Observation, Unsent},
    sample::Sample,
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
    let (steps, round, trouble) = {
        let board = engine.board();
        let steps = steps(&board, id, observations, now);
        let round = round(&board, id, &steps, whole);
        let old = board.rules(id).and_then(|r| r.trouble);
        // A few suspects that were asked again say nothing about the whole subnet.
        let new = if whole { trouble(observations) } else { old };
        (steps, round, (new, old != new))
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
    let set = journal::append(&write.tx, id, now, round).await?;
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
    let latencies = whole.then(|| latencies(&steps)).flatten();
    let apply = move |board: &mut Board| {
        for step in steps {
            board.note(&step.observation, step.turn.state, now);
        }
        if let Some(set) = set {
            board.keep_set(id, set);
        }
        note_trouble(board, id, trouble.0);
    };
    engine.commit(write, apply).await?;
    publish(engine, id, &shown, &hosts, events, now).await?;
    if let Some((ids, rtt_us)) = latencies {
        engine.bus.publish(LiveEvent::Latency(Latency {
            subnet_id: id,
            at: now,
            ids,
            rtt_us,
        }));
    }
    if trouble.1 {
        super::health::refresh_banners(engine);
    }
    Ok(recorded)
}

/// The round as the journal keeps it.
fn round(board: &Board, id: SubnetId, steps: &[Step], whole: bool) -> NewRound {
    let answers = steps.iter().map(|s| (s.id, Sample::of(&s.observation)));
    if !whole {
        return NewRound::Partial(answers.filter(|(_, s)| *s != Sample::NOT_ASKED).collect());
    }
    let mut answers: Vec<(HostId, Sample)> = answers.collect();
    answers.sort_unstable_by_key(|(id, _)| *id);
    let hosts: Vec<HostId> = board.members(id).map(|(_, entry)| entry.id).collect();
    let sample = |id: &HostId| {
        let found = answers.binary_search_by_key(id, |(id, _)| *id);
        found.map_or(Sample::NOT_ASKED, |at| answers[at].1)
    };
    let samples = hosts.iter().map(sample).collect();
    NewRound::Whole {
        set: board.set(id).filter(|set| *set.hosts == *hosts).cloned(),
        hosts,
        samples,
    }
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

/// Who answered how fast, of a subnet that is small enough to push that.
fn latencies(steps: &[Step]) -> Option<(Vec<HostId>, Vec<u32>)> {
    let reply = |step: &Step| match step.observation.answer {
        Answer::Reply { rtt_us } => Some((step.id, rtt_us)),
        Answer::Silence | Answer::Unsent(_) => None,
    };
    (steps.len() <= LATENCIES).then(|| steps.iter().filter_map(reply).unzip())
}
