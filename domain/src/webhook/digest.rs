//! What of all that happened is told to one webhook: filtered, damped, paired off, and not what an uplink explains.

use super::{KINDS, WebhookFilter};
use crate::{
    event::{Event, EventKind},
    host::HostId,
    status::Status,
    subnet::SubnetId,
    time::Timestamp,
};
use ipnetwork::IpNetwork;
use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

/// A host that went down is not told of for this long while its uplink may be about to go down too.
const PATIENCE: Duration = Duration::from_mins(2);

/// What an uplink's state says of the hosts behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uplink {
    /// It answers: who is silent behind it is silent for a reason of its own.
    Clear,
    /// It missed a round, or it has answered again for too short a time for those behind it to have been asked.
    Doubtful,
    /// It is down, which explains the silence of everything behind it.
    Down,
}

/// What is known, when something is told, of the host or subnet that an event is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// The smallest subnet.
    pub cidr: Option<IpNetwork>,
    /// The subnets around it, and those behind it if it is an uplink.
    pub subnets: Vec<SubnetId>,
    /// Its tags, and those of the subnets around it.
    pub tags: Vec<String>,
    /// Its silence is expected.
    pub reserved: bool,
    /// Single changes are no news.
    pub flapping: bool,
    /// What is shown of it now.
    pub status: Option<Status>,
    /// The host by which it is reached.
    pub uplink: Option<(HostId, Uplink)>,
    /// Hosts that are reached by it.
    pub behind: u64,
}

/// An event and what is known of what it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// The event.
    pub event: Event,
    /// What is known.
    pub context: Context,
}

/// What is told now, and what is remembered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Digest {
    /// In order.
    pub notices: Vec<Notice>,
    /// Hosts whose silence an uplink explains, with the event that said they are down.
    pub held: BTreeMap<HostId, i64>,
    /// Something of it may be explained in a moment: not yet.
    pub is_early: bool,
}

impl WebhookFilter {
    /// Whether an event of this kind about this is asked for.
    pub fn wants(&self, kind: EventKind, context: &Context) -> bool {
        let any = |empty: bool, found: bool| empty || found;
        KINDS.contains(&kind)
            && any(self.kinds.is_empty(), self.kinds.contains(&kind))
            && any(
                self.subnets.is_empty(),
                context.subnets.iter().any(|id| self.subnets.contains(id)),
            )
            && any(
                self.tags.is_empty(),
                context.tags.iter().any(|tag| self.tags.contains(tag)),
            )
    }

    /// What a host's uplink says of its silence, if the uplink's own silence is told to the same webhook.
    fn explained(&self, about: &Context, hosts: &BTreeMap<HostId, Context>) -> Uplink {
        let told = |id: &HostId| {
            let uplink = hosts.get(id);
            uplink.is_some_and(|it| !it.reserved && self.wants(EventKind::Down, it))
        };
        let uplink = about.uplink.filter(|(id, _)| told(id));
        uplink.map_or(Uplink::Clear, |(_, state)| state)
    }
}

/// Puts together what a webhook is told of events, which come in the order in which they were stored. `hosts` knows the
/// hosts that are held, and every uplink; `downs` the events by which the held ones went down.
pub fn digest(
    filter: &WebhookFilter,
    events: Vec<Notice>,
    hosts: &BTreeMap<HostId, Context>,
    (mut held, downs): (BTreeMap<HostId, i64>, &[Event]),
    now: Timestamp,
) -> Digest {
    let mut told: Vec<Option<Notice>> = Vec::new();
    let mut down_at: HashMap<HostId, usize> = HashMap::new();
    let mut is_early = false;
    for notice in events {
        let Notice { event, context } = &notice;
        let is_silent = context.reserved && event.kind.is_silence();
        let is_damped = event.kind.is_damped(context.flapping);
        if !filter.wants(event.kind, context) || is_silent || is_damped {
            // Who answers again needs no explanation any more, told or not.
            if let (EventKind::Up, Some(host)) = (event.kind, event.host_id) {
                held.remove(&host);
            }
            continue;
        }
        match (event.kind, event.host_id) {
            (EventKind::Down, Some(host)) => {
                match filter.explained(context, hosts) {
                    Uplink::Down => {
                        held.insert(host, event.id);
                        continue;
                    }
                    Uplink::Doubtful => is_early |= now.since(event.at) < PATIENCE,
                    Uplink::Clear => {}
                }
                down_at.insert(host, told.len());
            }
            (EventKind::Up, Some(host)) => {
                if held.remove(&host).is_some() {
                    continue;
                }
                // Nobody was told that it was down: nobody needs to know that it is back.
                if let Some(down) = down_at.remove(&host).and_then(|at| told.get_mut(at)) {
                    *down = None;
                    continue;
                }
            }
            _ => {}
        }
        told.push(Some(notice));
    }
    let late = unexplained(filter, hosts, &mut held, downs);
    let notices = late.into_iter().chain(told.into_iter().flatten());
    Digest {
        notices: notices.collect(),
        held,
        is_early,
    }
}

/// Those that are still down although their uplink is not: their silence has a reason of its own.
fn unexplained(
    filter: &WebhookFilter,
    hosts: &BTreeMap<HostId, Context>,
    held: &mut BTreeMap<HostId, i64>,
    downs: &[Event],
) -> Vec<Notice> {
    let mut late = Vec::new();
    held.retain(|id, event| {
        let Some(context) = hosts.get(id) else {
            // Held since just now; a host that is gone is nobody's news.
            return downs.iter().all(|down| down.id != *event);
        };
        if filter.explained(context, hosts) != Uplink::Clear {
            return true;
        }
        match context.status {
            Some(Status::Unknown) => return true,
            Some(Status::Down) => {
                let down = downs.iter().find(|down| down.id == *event);
                late.extend(down.map(|event| Notice {
                    event: event.clone(),
                    context: context.clone(),
                }));
            }
            Some(Status::Up) | None => {}
        }
        false
    });
    late.sort_by_key(|notice| notice.event.id);
    late
}

#[cfg(test)]
#[path = "digest_tests.rs"]
mod tests;
