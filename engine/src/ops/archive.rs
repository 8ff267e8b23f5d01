//! Hosts that fade out of the lists, and how they come back.

use crate::{
    Engine, Error, Result,
    board::Board,
    ops::history::MANY,
    store::{self, Write, event::NewEvent, history::Began, host::Documented},
};
use domain::{
    archive::{FADES_AFTER, is_faded},
    event::EventKind,
    host::HostId,
    live::{HostsRemoved, LiveEvent},
    status::{Cause, State, Status},
    subnet::SubnetId,
    time::Timestamp,
    uptime::{Period, uptime},
};
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

/// Hosts that fade out in one transaction; the others follow at the next look.
const AT_ONCE: usize = 1_000;

/// A host that may have been silent for long enough, and until when somebody looked.
struct Candidate {
    state: State,
    looked_until: Timestamp,
}

/// Archives the hosts that were silent for long enough and that nobody described; returns how many.
pub async fn fade(engine: &Engine) -> Result<usize> {
    if candidates(&engine.board(), engine.now()).is_empty() {
        return Ok(0);
    }
    let write = engine.store.write().await?;
    let now = engine.now();
    let candidates = candidates(&engine.board(), now);
    let ids: Vec<HostId> = candidates.keys().copied().collect();
    let mut hosts = store::host::by_ids(&write.tx, &ids).await?;
    hosts.retain(|host| !host.is_annotated());
    let hosts = faded(&write, hosts, &candidates, now).await?;
    let ids: Vec<HostId> = hosts.iter().map(|host| host.id).collect();
    if ids.is_empty() {
        return Ok(0);
    }
    store::host::archive(&write.tx, &ids, now).await?;
    store::history::begin_intervals(&write.tx, &unknown(&ids, now)).await?;
    let news: Vec<NewEvent> = hosts
        .iter()
        .map(|host| {
            let detail = "silent for 30 days, and nobody described it";
            let event = super::host::event(host, EventKind::Archived, detail.into(), now);
            let since = candidates.get(&host.id).map(|it| it.state.since);
            NewEvent {
                lasted_seconds: since.map(|since| now.since(since).as_secs()),
                ..event
            }
        })
        .collect();
    let events = store::event::insert_many(&write.tx, &news).await?;
    let gone = ids.clone();
    let apply = move |board: &mut Board| gone.iter().for_each(|id| board.remove(*id));
    engine.commit(write, apply).await?;
    let count = ids.len();
    if count > MANY {
        engine.bus.publish(LiveEvent::Resync);
        return Ok(count);
    }
    engine
        .bus
        .publish(LiveEvent::HostsRemoved(HostsRemoved { ids }));
    for event in events {
        engine.bus.publish(LiveEvent::Event(event));
    }
    let subnets: BTreeSet<SubnetId> = hosts.iter().map(|host| host.subnet_id).collect();
    for id in subnets {
        super::subnet::publish(engine, id).await?;
    }
    Ok(count)
}

/// Hosts that have been Down for so long that it is worth a look at the database.
fn candidates(board: &Board, now: Timestamp) -> HashMap<HostId, Candidate> {
    let is_old = |state: &State| now.since(state.since) >= FADES_AFTER;
    board
        .all()
        .filter(|(_, entry)| entry.state.known == Status::Down && is_old(&entry.state))
        .filter(|(_, entry)| board.shown(entry, now).status == Status::Down)
        .map(|(_, entry)| {
            let candidate = Candidate {
                state: entry.state.clone(),
                looked_until: board.looked_until(entry, now),
            };
            (entry.id, candidate)
        })
        .collect()
}

async fn faded(
    write: &Write,
    hosts: Vec<Documented>,
    candidates: &HashMap<HostId, Candidate>,
    now: Timestamp,
) -> Result<Vec<Documented>> {
    let ids: Vec<HostId> = hosts.iter().map(|host| host.id).collect();
    let since = candidates.values().map(|it| it.state.since).min();
    let spans = store::interval::since(&write.tx, &ids, since.unwrap_or(now)).await?;
    let is_over = |host: &Documented| {
        let Some(it) = candidates.get(&host.id) else {
            return false;
        };
        let period = Period {
            from: it.state.since,
            to: now,
            looked_until: it.looked_until,
        };
        let spans = spans.get(&host.id).map_or(&[][..], Vec::as_slice);
        let down = Duration::from_secs(uptime(spans, period).down_seconds);
        is_faded(host.is_annotated(), &it.state, down)
    };
    Ok(hosts.into_iter().filter(is_over).take(AT_ONCE).collect())
}

fn unknown(ids: &[HostId], at: Timestamp) -> Vec<Began> {
    let began = |id: &HostId| Began {
        id: *id,
        at,
        state: Status::Unknown,
        cause: Some(Cause::NotPinged),
    };
    ids.iter().map(began).collect()
}

/// Restores an archived host when the caller asks for it or when it is described now; returns whether it did.
pub(super) fn check(host: &mut Documented, asked: Option<bool>) -> Result<bool> {
    let is_archived = host.archived_at.is_some();
    if asked == Some(true) && !is_archived {
        let why = "hosts fade out by themselves; delete the ones you do not want";
        return Err(Error::field("/archived", why));
    }
    let is_back = is_archived && (asked == Some(false) || host.is_annotated());
    if is_back {
        host.archived_at = None;
    }
    Ok(is_back)
}

/// An archived host with what a person who adds it again says of it.
pub(super) fn described(old: Documented, new: Documented) -> Documented {
    Documented {
        id: old.id,
        hostname: new.hostname.or(old.hostname),
        mac: old.mac,
        vendor: old.vendor,
        dns_name: old.dns_name,
        dns_checked_at: old.dns_checked_at,
        first_seen_at: old.first_seen_at,
        created_at: old.created_at,
        version: old.version + 1,
        ..new
    }
}

/// Stores a host that is new or comes back; returns it with its number. What was decided about it before is forgotten.
pub(super) async fn put(write: &Write, mut host: Documented) -> Result<Documented> {
    if host.id.0 == 0 {
        let ids = store::host::insert_many(&write.tx, std::slice::from_ref(&host)).await?;
        host.id = ids
            .into_iter()
            .next()
            .ok_or(Error::NotFound { what: "host" })?;
    } else {
        store::host::update(&write.tx, &host).await?;
        forget_status(write, host.id).await?;
    }
    Ok(host)
}

/// Lets the next round of a host that comes back decide anew.
pub(super) async fn forget_status(write: &Write, id: HostId) -> Result<()> {
    Ok(store::history::put_current(&write.tx, &[(id, State::default())]).await?)
}
