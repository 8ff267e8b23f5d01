//! What a round of the known hosts brings: one transaction, then the board, then the live streams.

use crate::{
    Engine, Result,
    board::Board,
    store::{
        self,
        event::NewEvent,
        history::{Began, Sample},
        host::Documented,
    },
};
use domain::{
    event::{Event, EventKind},
    host::HostId,
    live::{HostsChanged, Latency, LiveEvent},
    probe::{Answer, Observation, Unsent},
    status::{self, Advance, State, Status},
    subnet::SubnetId,
    time::Timestamp,
};
use std::{collections::HashMap, time::Duration};

/// More changes than this are not sent one by one: pages fetch anew.
pub(super) const MANY: usize = 200;
/// Round-trip times are pushed for subnets of at most this many hosts.
const LATENCIES: usize = 4096;

/// One host's step.
struct Step {
    id: HostId,
    observation: Observation,
    before: State,
    after: Advance,
    is_first_reply: bool,
}

impl Step {
    fn changes_what_is_shown(&self) -> bool {
        (
            self.before.shown(),
            self.before.is_suspect(),
            self.before.unasked.map(|(c, _)| c),
        ) != (
            self.after.state.shown(),
            self.after.state.is_suspect(),
            self.after.state.unasked.map(|(c, _)| c),
        )
    }
}

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
    let (steps, samples) = {
        let board = engine.board();
        let steps = steps(&board, id, observations, now);
        let samples = if whole {
            samples(&board, id, &steps, now)
        } else {
            Vec::new()
        };
        (steps, samples)
    };
    let names = documented(engine, &steps).await?;
    let changed: Vec<(HostId, State)> = steps
        .iter()
        .filter(|s| s.before != s.after.state)
        .map(|s| (s.id, s.after.state.clone()))
        .collect();
    let first: Vec<HostId> = steps
        .iter()
        .filter(|s| s.is_first_reply)
        .map(|s| s.id)
        .collect();
    store::history::put_current(&write.tx, &changed).await?;
    store::history::begin_intervals(&write.tx, &began(&steps), now).await?;
    store::host::seen(&write.tx, &first, now).await?;
    if whole {
        store::history::put_last_round(&write.tx, id, now, &samples).await?;
    }
    let events = store::event::insert_many(&write.tx, &events(&steps, id, &names, now)).await?;
    let committed = write.commit().await?;
    let trouble_changed = {
        let mut board = engine.board_mut();
        for step in &steps {
            board.note(&step.observation, step.after.state.clone(), now);
        }
        note_trouble(&mut board, id, observations)
    };
    drop(committed);
    let shown: Vec<HostId> = steps
        .iter()
        .filter(|s| s.changes_what_is_shown() || s.is_first_reply)
        .map(|s| s.id)
        .collect();
    publish(engine, id, &shown, &names, events, now).await?;
    if whole {
        publish_latency(engine, id, &samples, now);
    }
    if trouble_changed {
        super::health::refresh_banners(engine);
    }
    Ok(Recorded {
        asked: steps.len(),
        answered: steps
            .iter()
            .filter(|s| matches!(s.observation.answer, Answer::Reply { .. }))
            .count(),
        changed: shown.len(),
        suspects: steps.iter().any(|s| s.after.ask_again),
    })
}

fn steps(board: &Board, id: SubnetId, observations: &[Observation], now: Timestamp) -> Vec<Step> {
    let Some(rules) = board.rules.get(&id) else {
        return Vec::new();
    };
    let asked = observations
        .iter()
        .filter(|o| o.answer != Answer::Unsent(Unsent::Cancelled));
    asked
        .filter_map(|observation| {
            // A host that was removed or moved while it was asked is no longer this round's business.
            let entry = board.get(observation.ip).filter(|e| e.subnet_id == id)?;
            Some(Step {
                id: entry.id,
                observation: *observation,
                before: entry.state.clone(),
                after: status::advance(&entry.state, observation.answer, rules.thresholds, now),
                is_first_reply: entry.last_seen_at.is_none()
                    && matches!(observation.answer, Answer::Reply { .. }),
            })
        })
        .collect()
}

/// The subnet's newest round, with what older ones said of hosts that were not asked this time.
fn samples(board: &Board, id: SubnetId, steps: &[Step], now: Timestamp) -> Vec<Sample> {
    let answers: HashMap<HostId, Answer> =
        steps.iter().map(|s| (s.id, s.observation.answer)).collect();
    let sample = |entry: &crate::board::Entry| match answers.get(&entry.id) {
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
        .filter(|s| s.changes_what_is_shown() || s.is_first_reply || s.after.transition.is_some())
        .map(|s| s.id)
        .collect();
    let hosts = store::host::by_ids(engine.store.read(), &ids).await?;
    Ok(hosts.into_iter().map(|host| (host.id, host)).collect())
}

fn began(steps: &[Step]) -> Vec<Began> {
    let shown = |state: &State| (state.shown(), state.unasked.map(|(cause, _)| cause));
    steps
        .iter()
        .filter(|s| shown(&s.before) != shown(&s.after.state))
        .map(|s| Began {
            id: s.id,
            state: s.after.state.shown(),
            cause: s.after.state.unasked.map(|(cause, _)| cause),
        })
        .collect()
}

fn events(
    steps: &[Step],
    subnet_id: SubnetId,
    names: &HashMap<HostId, Documented>,
    at: Timestamp,
) -> Vec<NewEvent> {
    let mut events = Vec::new();
    for step in steps {
        let mut add = |kind, detail: String, lasted: Option<Duration>| {
            events.push(NewEvent {
                at,
                kind,
                host_id: step.id,
                subnet_id,
                ip: step.observation.ip,
                hostname: names
                    .get(&step.id)
                    .and_then(|h| h.hostname.as_ref())
                    .map(|(name, _)| name.clone()),
                detail,
                lasted_seconds: lasted.map(|d| d.as_secs()),
            });
        };
        match step.after.transition {
            Some(change) => {
                let lasted = (change.from != Status::Unknown).then_some(change.lasted);
                match change.to {
                    Status::Up if change.from == Status::Unknown => {
                        add(EventKind::Up, "first reply".into(), None);
                    }
                    Status::Up => add(EventKind::Up, "answers again".into(), lasted),
                    _ => add(
                        EventKind::Down,
                        silent_rounds(step.after.state.silent),
                        lasted,
                    ),
                }
            }
            None if step.after.state.is_suspect() && !step.before.is_suspect() => {
                add(
                    EventKind::Suspect,
                    format!(
                        "missed {}",
                        if step.after.state.silent == 1 {
                            "a round"
                        } else {
                            "rounds"
                        }
                    ),
                    None,
                );
            }
            None => {}
        }
    }
    events
}

fn silent_rounds(n: u16) -> String {
    if n == 1 {
        "1 silent round".into()
    } else {
        format!("{n} silent rounds")
    }
}

/// Notes why most of a round could not be sent; whether that changed.
fn note_trouble(board: &mut Board, id: SubnetId, observations: &[Observation]) -> bool {
    let mut reasons: HashMap<Unsent, usize> = HashMap::new();
    for observation in observations {
        if let Answer::Unsent(why) = observation.answer
            && why != Unsent::Cancelled
        {
            *reasons.entry(why).or_default() += 1;
        }
    }
    let trouble = reasons
        .into_iter()
        .max_by_key(|(_, n)| *n)
        .filter(|(_, n)| n * 2 > observations.len())
        .map(|(why, _)| why);
    let Some(rules) = board.rules.get_mut(&id) else {
        return false;
    };
    std::mem::replace(&mut rules.trouble, trouble) != trouble
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
