//! What one round means for one host, as `domain::timeline` decides it, in the shape that the store takes.

use crate::{
    board::Board,
    store::{event::NewEvent, history::Began, host::Documented},
};
use domain::{
    host::HostId,
    probe::{Answer, Observation, Unsent},
    status::State,
    subnet::SubnetId,
    time::Timestamp,
    timeline::{self, Many, News, Turn},
};
use ipnetwork::IpNetwork;
use std::collections::HashMap;

/// One host's step from one round to the next.
#[derive(Clone)]
pub(super) struct Step {
    pub(super) id: HostId,
    pub(super) observation: Observation,
    pub(super) before: State,
    pub(super) turn: Turn,
    /// It had never answered before this round.
    pub(super) was_never_seen: bool,
}

impl Step {
    pub(super) fn has_reply(&self) -> bool {
        matches!(self.observation.answer, Answer::Reply { .. })
    }

    pub(super) fn is_first_reply(&self) -> bool {
        self.was_never_seen && self.has_reply()
    }

    pub(super) fn changes_what_is_shown(&self) -> bool {
        self.is_first_reply() || self.turn.changes_what_is_shown(&self.before)
    }

    /// Whether anything has to be known of the host's documentation.
    pub(super) fn is_of_interest(&self) -> bool {
        !self.turn.news.is_empty() || self.changes_what_is_shown()
    }
}

/// The steps of the hosts that were asked. What was cancelled says nothing.
pub(super) fn steps(
    board: &Board,
    id: SubnetId,
    observations: &[Observation],
    now: Timestamp,
) -> Vec<Step> {
    let asked = observations
        .iter()
        .filter(|o| o.answer != Answer::Unsent(Unsent::Cancelled));
    asked
        .filter_map(|observation| {
            // A host that was removed or moved while it was asked is no longer this round's business.
            let entry = board.get(observation.ip).filter(|e| e.subnet_id == id)?;
            let look = board.look(entry)?;
            Some(Step {
                id: entry.id,
                observation: *observation,
                turn: timeline::turn(&entry.state, &look, observation.answer, now),
                before: entry.state.clone(),
                was_never_seen: entry.last_seen_at.is_none(),
            })
        })
        .collect()
}

/// The intervals that begin: first those in which nobody looked, then those that follow them or begin by themselves.
pub(super) fn began(steps: &[Step]) -> [Vec<Began>; 2] {
    let mut began = [Vec::new(), Vec::new()];
    for step in steps {
        let mut new = step.turn.began.iter().rev().map(|began| Began {
            id: step.id,
            at: began.at,
            state: began.state,
            cause: began.cause,
        });
        began[1].extend(new.next());
        began[0].extend(new);
    }
    began
}

/// What happened, in words. A host that was never seen, or whose silence is expected, makes no news by silence.
pub(super) fn events(
    steps: &[Step],
    (subnet_id, block): (SubnetId, Option<IpNetwork>),
    hosts: &HashMap<HostId, Documented>,
) -> Vec<NewEvent> {
    let told = |step: &Step| {
        let host = hosts.get(&step.id);
        // A host that was archived and restored has been seen, although the board does not remember it.
        let was_seen = !step.was_never_seen || host.is_some_and(|h| h.first_seen_at.is_some());
        let expected = !was_seen || host.is_some_and(|h| h.reserved);
        timeline::worth_telling(step.turn.news.clone(), expected)
    };
    let news = steps
        .iter()
        .flat_map(|step| told(step).map(move |news| (step, news)))
        .collect();
    let (many, single) = timeline::gather(news);
    let of_many = |many: &Many| {
        let block = block?;
        Some(NewEvent {
            at: many.at,
            kind: many.kind,
            host_id: None,
            subnet_id: Some(subnet_id),
            ip: block.network(),
            hostname: None,
            detail: many.detail(&block.to_string(), steps.len()),
            lasted_seconds: many.lasted.map(|d| d.as_secs()),
        })
    };
    let of_one = |(step, news): &(&Step, News)| NewEvent {
        at: news.at,
        kind: news.kind,
        host_id: Some(step.id),
        subnet_id: Some(subnet_id),
        ip: step.observation.ip,
        hostname: hosts
            .get(&step.id)
            .and_then(|h| h.hostname.as_ref())
            .map(|(name, _)| name.clone()),
        detail: news.detail.clone(),
        lasted_seconds: news.lasted.map(|d| d.as_secs()),
    };
    // What became unknown before what is known again, and both before what a single host did.
    let mut events: Vec<NewEvent> = many.iter().filter_map(of_many).collect();
    events.extend(single.iter().map(of_one));
    events
}
