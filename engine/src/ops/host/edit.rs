//! Adding, annotating and removing hosts.

use super::{NOT_FOUND, full, row};
use crate::{
    Caller, Engine, Error, Result,
    board::{Board, Entry},
    ops::{archive, check_version, clean_line, clean_notes, clean_tags},
    store::{self, event::NewEvent, host::Documented},
};
use domain::{
    cidr,
    event::{Event, EventKind},
    host::{Host, HostId, HostPatch, Hostname, HostnameSource, NewHost},
    live::{HostsChanged, HostsRemoved, LiveEvent},
    time::Timestamp,
    token::Scope,
};
use std::net::IpAddr;

fn parse_hostname(text: Option<&str>) -> Result<Option<(String, HostnameSource)>> {
    let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) else {
        return Ok(None);
    };
    let name: Hostname = text
        .parse()
        .map_err(|e: domain::host::HostnameError| Error::field("/hostname", e.to_string()))?;
    Ok(Some((name.to_string(), HostnameSource::Manual)))
}

/// Adds a host; it is pinged in its subnet's next round, which begins at once.
pub async fn create(engine: &Engine, caller: &Caller, new: &NewHost) -> Result<Host> {
    caller.require(Scope::Write)?;
    let ip: IpAddr = new.ip.trim().parse().map_err(|_| {
        Error::field(
            "/ip",
            "expected an address, such as 192.0.2.12 or 2001:db8::12",
        )
    })?;
    let ip = ip.to_canonical();
    let now = engine.now();
    let write = engine.store.write().await?;
    let home = engine.board().home(ip).ok_or_else(|| {
        Error::field(
            "/ip",
            format!("no documented subnet contains {ip}: add the subnet first"),
        )
    })?;
    let block = engine.board().rules(home).map(|r| r.cidr);
    if block.is_some_and(|b| !usable(b, ip)) {
        return Err(Error::field(
            "/ip",
            format!("{ip} is the network or broadcast address of its subnet"),
        ));
    }
    if engine.board().get(ip).is_some() {
        return Err(Error::Conflict {
            detail: format!("{ip} is documented already"),
        });
    }
    let new = Documented {
        hostname: parse_hostname(new.hostname.as_deref())?,
        description: clean_line("/description", new.description.as_deref())?,
        tags: clean_tags("/tags", &new.tags)?,
        notes: clean_notes("/notes", new.notes.as_deref())?,
        reserved: new.reserved,
        ..Documented::bare(ip, home, now)
    };
    let old = store::host::archived(&write.tx, &[ip]).await?.pop();
    let (host, kind) = match old {
        Some(old) => (archive::described(old, new), EventKind::Restored),
        None => (new, EventKind::Added),
    };
    let host = archive::put(&write, host).await?;
    let by = format!("by {}", caller.name);
    let events = store::event::insert_many(&write.tx, &[event(&host, kind, by, now)]).await?;
    let entry = Entry::new(host.id, home);
    engine
        .commit(write, move |board| board.insert(ip, entry))
        .await?;
    engine.triggers.ask_round(home);
    announce(engine, &host, events).await?;
    Ok(full(host, &engine.board(), engine.now()))
}

fn usable(block: ipnetwork::IpNetwork, ip: IpAddr) -> bool {
    let (first, last) = cidr::usable(block);
    (first..=last).contains(&ip)
}

pub(in crate::ops) fn event(
    host: &Documented,
    kind: EventKind,
    detail: String,
    at: Timestamp,
) -> NewEvent {
    NewEvent {
        at,
        kind,
        host_id: Some(host.id),
        subnet_id: Some(host.subnet_id),
        ip: host.ip,
        hostname: host.hostname.as_ref().map(|(n, _)| n.clone()),
        detail,
        lasted_seconds: None,
    }
}

/// Tells the open pages about a changed host and its events.
async fn announce(engine: &Engine, host: &Documented, events: Vec<Event>) -> Result<()> {
    let row = row(host, &engine.board(), engine.now());
    engine.bus.publish(LiveEvent::Hosts(HostsChanged {
        subnet_id: host.subnet_id,
        hosts: vec![row],
    }));
    for event in events {
        engine.bus.publish(LiveEvent::Event(event));
    }
    crate::ops::subnet::publish(engine, host.subnet_id).await
}

/// Changes what is documented about a host. A name given here is manual: nothing overwrites it.
pub async fn update(
    engine: &Engine,
    caller: &Caller,
    id: HostId,
    expected: Option<i64>,
    patch: &HostPatch,
) -> Result<Host> {
    caller.require(Scope::Write)?;
    let now = engine.now();
    let write = engine.store.write().await?;
    let before = store::host::find(&write.tx, id).await?.ok_or(NOT_FOUND)?;
    check_version("host", before.version, expected)?;
    let mut host = before.clone();
    if let Some(name) = &patch.hostname {
        host.hostname = parse_hostname(name.as_deref())?;
    }
    if let Some(text) = &patch.description {
        host.description = clean_line("/description", text.as_deref())?;
    }
    if let Some(tags) = &patch.tags {
        host.tags = clean_tags("/tags", tags.as_deref().unwrap_or_default())?;
    }
    if let Some(text) = &patch.notes {
        host.notes = clean_notes("/notes", text.as_deref())?;
    }
    if let Some(reserved) = patch.reserved {
        host.reserved = reserved;
    }
    if let Some(snmp) = patch.snmp {
        host.snmp = snmp;
    }
    if host.hostname.is_none() && before.hostname.is_some() || host.snmp != before.snmp {
        host.lookup_due_at = None;
    }
    let restored = archive::check(&mut host, patch.archived)?;
    if host == before {
        return Ok(full(host, &engine.board(), now));
    }
    host.version += 1;
    store::host::update(&write.tx, &host).await?;
    let mut news = Vec::new();
    let words = changes(&before, &host);
    if !words.is_empty() {
        news.push(event(&host, EventKind::Changed, words, now));
    }
    if restored {
        archive::forget_status(&write, host.id).await?;
        let by = format!("by {}", caller.name);
        news.push(event(&host, EventKind::Restored, by, now));
    }
    let events = store::event::insert_many(&write.tx, &news).await?;
    let (ip, entry) = (host.ip, Entry::new(host.id, host.subnet_id));
    let apply = move |board: &mut Board| {
        if restored {
            board.insert(ip, entry);
        }
    };
    engine.commit(write, apply).await?;
    if restored {
        engine.triggers.ask_round(host.subnet_id);
    }
    announce(engine, &host, events).await?;
    Ok(full(host, &engine.board(), engine.now()))
}

/// What an edit changed, in words.
fn changes(before: &Documented, after: &Documented) -> String {
    let name = |host: &Documented| {
        host.hostname
            .as_ref()
            .map_or_else(|| "none".to_owned(), |(name, _)| name.clone())
    };
    let mut words = Vec::new();
    if before.hostname != after.hostname {
        words.push(format!("hostname: {} → {}", name(before), name(after)));
    }
    if before.description != after.description {
        words.push("description".into());
    }
    if before.tags != after.tags {
        words.push(format!(
            "tags: {}",
            if after.tags.is_empty() {
                "none".into()
            } else {
                after.tags.join(", ")
            }
        ));
    }
    if before.notes != after.notes {
        words.push("notes".into());
    }
    if before.reserved != after.reserved {
        words.push(if after.reserved {
            "silence is expected".into()
        } else {
            "silence is no longer expected".into()
        });
    }
    if before.snmp != after.snmp {
        words.push(if after.snmp {
            "asked by SNMP".into()
        } else {
            "not asked by SNMP".into()
        });
    }
    words.join("; ")
}

/// Removes a host; its events stay.
pub async fn delete(
    engine: &Engine,
    caller: &Caller,
    id: HostId,
    expected: Option<i64>,
) -> Result<()> {
    caller.require(Scope::Write)?;
    let now = engine.now();
    let write = engine.store.write().await?;
    let host = store::host::find(&write.tx, id).await?.ok_or(NOT_FOUND)?;
    check_version("host", host.version, expected)?;
    let events = store::event::insert_many(
        &write.tx,
        &[event(
            &host,
            EventKind::Removed,
            format!("by {}", caller.name),
            now,
        )],
    )
    .await?;
    store::host::delete(&write.tx, id).await?;
    engine.commit(write, move |board| board.delete(id)).await?;
    engine
        .bus
        .publish(LiveEvent::HostsRemoved(HostsRemoved { ids: vec![id] }));
    for event in events {
        engine.bus.publish(LiveEvent::Event(Event {
            host_id: None,
            ..event
        }));
    }
    crate::ops::subnet::publish(engine, host.subnet_id).await
}
