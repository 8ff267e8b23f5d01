//! What one round means for one host: the decision, its events and its state intervals.

use crate::{
    board::Board,
    store::{event::NewEvent, history::Began, host::Documented},
};
use domain::{
    event::EventKind,
    host::HostId,
    probe::{Answer, Observation, Unsent},
    status::{self, Advance, Cause, State, Status},
    subnet::SubnetId,
    time::Timestamp,
};
use std::{collections::HashMap, time::Duration};

/// One host's step from one round to the next.
#[derive(Clone)]
pub(super) struct Step {
    pub(super) id: HostId,
    pub(super) observation: Observation,
    pub(super) before: State,
    pub(super) after: Advance,
    /// It had never answered before this round.
    pub(super) was_never_seen: bool,
    /// Why nothing was known of it before this round although a status had been decided, and since when.
    pub(super) unobserved: Option<(Cause, Timestamp)>,
}

impl Step {
    pub(super) fn has_reply(&self) -> bool {
        matches!(self.observation.answer, Answer::Reply { .. })
    }

    pub(super) fn is_first_reply(&self) -> bool {
        self.was_never_seen && self.has_reply()
    }

    pub(super) fn changes_what_is_shown(&self) -> bool {
        let shown = |s: &State| (s.shown(), s.is_suspect(), s.unasked.map(|(c, _)| c));
        self.unobserved.is_some()
            || self.is_first_reply()
            || shown(&self.before) != shown(&self.after.state)
    }
}

/// The steps of the hosts that were asked. What was cancelled says nothing.
pub(super) fn steps(
    board: &Board,
    id: SubnetId,
    observations: &[Observation],
    now: Timestamp,
) -> Vec<Step> {
    let Some(rules) = board.rules(id) else {
        return Vec::new();
    };
    let asked = observations
        .iter()
        .filter(|o| o.answer != Answer::Unsent(Unsent::Cancelled));
    asked
        .filter_map(|observation| {
            // A host that was removed or moved while it was asked is no longer this round's business.
            let entry = board.get(observation.ip).filter(|e| e.subnet_id == id)?;
            let mut before = entry.state.clone();
            let shown = board.shown(entry, now);
            let unobserved = shown
                .cause
                .filter(|cause| matches!(cause, Cause::Stale | Cause::NotPinged))
                .map(|cause| (cause, shown.since.unwrap_or(now)));
            if unobserved.is_some() {
                // What comes after it does not follow in a row upon what was before.
                (before.silent, before.answered) = (0, 0);
            }
            Some(Step {
                id: entry.id,
                observation: *observation,
                after: status::advance(&before, observation.answer, rules.thresholds, now),
                before,
                was_never_seen: entry.last_seen_at.is_none(),
                unobserved,
            })
        })
        .collect()
}

/// The intervals in which nobody looked, for hosts of which something was known.
pub(super) fn unobserved(steps: &[Step]) -> Vec<Began> {
    let gap = |step: &Step| {
        let (cause, at) = step.unobserved?;
        (step.before.known != Status::Unknown).then_some(Began {
            id: step.id,
            at,
            state: Status::Unknown,
            cause: Some(cause),
        })
    };
    steps.iter().filter_map(gap).collect()
}

/// The intervals that begin with this round.
pub(super) fn began(steps: &[Step], at: Timestamp) -> Vec<Began> {
    let shown = |state: &State| (state.shown(), state.unasked.map(|(cause, _)| cause));
    steps
        .iter()
        .filter(|s| s.unobserved.is_some() || shown(&s.before) != shown(&s.after.state))
        .map(|s| Began {
            id: s.id,
            at,
            state: s.after.state.shown(),
            cause: s.after.state.unasked.map(|(cause, _)| cause),
        })
        .collect()
}

/// What happened, in words. A host that was never seen, or whose silence is expected, makes no news by silence.
pub(super) fn events(
    steps: &[Step],
    subnet_id: SubnetId,
    hosts: &HashMap<HostId, Documented>,
    at: Timestamp,
) -> Vec<NewEvent> {
    let event = |step: &Step| {
        let host = hosts.get(&step.id);
        let expected = step.was_never_seen || host.is_some_and(|h| h.reserved);
        let (kind, detail, lasted) = news(step).filter(|(kind, ..)| {
            !expected || !matches!(kind, EventKind::Down | EventKind::Suspect)
        })?;
        Some(NewEvent {
            at,
            kind,
            host_id: step.id,
            subnet_id,
            ip: step.observation.ip,
            hostname: host
                .and_then(|h| h.hostname.as_ref())
                .map(|(name, _)| name.clone()),
            detail,
            lasted_seconds: lasted.map(|d| d.as_secs()),
        })
    };
    steps.iter().filter_map(event).collect()
}

fn news(step: &Step) -> Option<(EventKind, String, Option<Duration>)> {
    let after = &step.after.state;
    let Some(change) = step.after.transition else {
        let is_news = after.is_suspect() && !step.before.is_suspect();
        return is_news.then(|| (EventKind::Suspect, "missed a round".into(), None));
    };
    let lasted = (change.from != Status::Unknown).then_some(change.lasted);
    Some(match (change.from, change.to) {
        (Status::Unknown, Status::Up) => (EventKind::Up, "first reply".into(), lasted),
        (_, Status::Up) => (EventKind::Up, "answers again".into(), lasted),
        _ if after.silent == 1 => (EventKind::Down, "1 silent round".into(), lasted),
        _ => (
            EventKind::Down,
            format!("{} silent rounds", after.silent),
            lasted,
        ),
    })
}
