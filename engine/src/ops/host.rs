//! Hosts: list, read, add, annotate, remove.

use super::{check_version, clean_line, clean_notes, clean_tags};
use crate::{
    Caller, Engine, Error, Result,
    board::{Board, Entry},
    store::{self, event::NewEvent, host::Documented},
};
use domain::{
    cidr,
    event::{Event, EventKind, EventQuery},
    host::{Host, HostId, HostPage, HostPatch, HostQuery, Hostname, HostnameSource, NewHost},
    live::{HostsChanged, HostsRemoved, LiveEvent},
    page::Page,
    row::HostRow,
    status::State,
    subnet::SubnetId,
    time::Timestamp,
    token::Scope,
};
use std::{cmp::Ordering, net::IpAddr};

const NOT_FOUND: Error = Error::NotFound { what: "host" };
/// Events that the drawer shows.
const PAGE_EVENTS: u64 = 50;

/// What a table shows of a host.
pub(crate) fn row(host: &Documented, board: &Board, now: Timestamp) -> HostRow {
    let full = full(host.clone(), board, now);
    HostRow {
        id: full.id,
        ip: full.ip,
        hostname: full.hostname,
        hostname_source: full.hostname_source,
        description: full.description,
        tags: full.tags,
        reserved: full.reserved,
        documented: host.is_annotated(),
        status: full.status,
        suspect: full.suspect,
        flapping: full.flapping,
        unknown_cause: full.unknown_cause,
        since: full.since,
        latency_ms: full.latency_ms,
        last_seen_at: full.last_seen_at,
    }
}

fn full(host: Documented, board: &Board, now: Timestamp) -> Host {
    let shown = board.get(host.ip).map(|entry| board.shown(entry, now));
    let (hostname, hostname_source) = host.hostname.unzip();
    Host {
        id: host.id,
        ip: host.ip,
        subnet_id: host.subnet_id,
        hostname,
        hostname_source,
        description: host.description,
        tags: host.tags,
        notes: host.notes,
        mac: host.mac,
        vendor: host.vendor,
        reserved: host.reserved,
        status: shown.as_ref().map(|s| s.status).unwrap_or_default(),
        suspect: shown.as_ref().is_some_and(|s| s.suspect),
        flapping: shown.as_ref().is_some_and(|s| s.flapping),
        unknown_cause: shown.as_ref().and_then(|s| s.cause),
        since: shown.as_ref().and_then(|s| s.since),
        latency_ms: shown.as_ref().and_then(|s| s.latency_ms),
        first_seen_at: host.first_seen_at,
        last_seen_at: shown.as_ref().and_then(|s| s.last_seen_at),
        created_at: host.created_at,
        version: host.version,
    }
}

/// Hosts that fit a query, by pages.
pub async fn list(engine: &Engine, caller: &Caller, query: &HostQuery) -> Result<Page<Host>> {
    caller.require(Scope::Read)?;
    let (order, descending) = order(query.sort.as_deref().unwrap_or("ip"))?;
    let block = match query.subnet {
        None => None,
        Some(id) => Some(
            engine
                .board()
                .rules(SubnetId(id))
                .map(|r| r.cidr)
                .ok_or(Error::NotFound { what: "subnet" })?,
        ),
    };
    let filter = store::host::Filter {
        block,
        tag: query.tag.clone(),
        text: query.q.clone(),
    };
    let hosts = store::host::list(engine.store.read(), &filter).await?;
    let mut hosts: Vec<Host> = {
        let (board, now) = (engine.board(), engine.now());
        hosts
            .into_iter()
            .map(|host| full(host, &board, now))
            .filter(|host| query.status.is_none_or(|s| host.status == s))
            .collect()
    };
    hosts.sort_by(|a, b| order(a, b).then(a.ip.cmp(&b.ip)));
    if descending {
        hosts.reverse();
    }
    super::page_of(hosts, query.limit, query.cursor.as_deref())
}

type Order = fn(&Host, &Host) -> Ordering;

fn order(sort: &str) -> Result<(Order, bool)> {
    let (field, descending) = sort
        .strip_prefix('-')
        .map_or((sort, false), |field| (field, true));
    let order: Order = match field {
        "ip" => |a, b| a.ip.cmp(&b.ip),
        "hostname" => {
            |a, b| (a.hostname.is_none(), &a.hostname).cmp(&(b.hostname.is_none(), &b.hostname))
        }
        "status" => |a, b| a.status.cmp(&b.status),
        "since" => |a, b| a.since.cmp(&b.since),
        "last_seen_at" => |a, b| a.last_seen_at.cmp(&b.last_seen_at),
        "latency_ms" => |a, b| {
            a.latency_ms
                .unwrap_or(f64::INFINITY)
                .total_cmp(&b.latency_ms.unwrap_or(f64::INFINITY))
        },
        _ => {
            return Err(Error::field(
                "/sort",
                "one of ip, hostname, status, since, last_seen_at, latency_ms",
            ));
        }
    };
    Ok((order, descending))
}

/// One host.
pub async fn find(engine: &Engine, caller: &Caller, id: HostId) -> Result<Host> {
    caller.require(Scope::Read)?;
    let host = store::host::find(engine.store.read(), id)
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(full(host, &engine.board(), engine.now()))
}

/// Everything that the drawer of one host shows.
pub async fn page(engine: &Engine, caller: &Caller, id: HostId) -> Result<HostPage> {
    let host = find(engine, caller, id).await?;
    let subnet = super::subnet::find(engine, caller, host.subnet_id).await?;
    let query = EventQuery {
        host: Some(id.0),
        ..EventQuery::default()
    };
    let events = store::event::list(engine.store.read(), &query, None, PAGE_EVENTS).await?;
    Ok(HostPage {
        host,
        subnet,
        events,
    })
}

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
    let mut host = Documented {
        hostname: parse_hostname(new.hostname.as_deref())?,
        description: clean_line("/description", new.description.as_deref())?,
        tags: clean_tags("/tags", &new.tags)?,
        notes: clean_notes("/notes", new.notes.as_deref())?,
        reserved: new.reserved,
        ..Documented::bare(ip, home, now)
    };
    host.id = store::host::insert_many(&write.tx, std::slice::from_ref(&host))
        .await?
        .into_iter()
        .next()
        .ok_or(NOT_FOUND)?;
    let events = store::event::insert_many(
        &write.tx,
        &[event(
            &host,
            EventKind::Added,
            format!("by {}", caller.name),
            now,
        )],
    )
    .await?;
    let entry = Entry {
        id: host.id,
        subnet_id: home,
        state: State::default(),
        last_round_at: None,
        last_seen_at: None,
        rtt_us: None,
    };
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

pub(super) fn event(host: &Documented, kind: EventKind, detail: String, at: Timestamp) -> NewEvent {
    NewEvent {
        at,
        kind,
        host_id: host.id,
        subnet_id: host.subnet_id,
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
    super::subnet::publish(engine, host.subnet_id).await
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
    if host == before {
        return Ok(full(host, &engine.board(), now));
    }
    host.version += 1;
    store::host::update(&write.tx, &host).await?;
    let events = store::event::insert_many(
        &write.tx,
        &[event(
            &host,
            EventKind::Changed,
            changes(&before, &host),
            now,
        )],
    )
    .await?;
    drop(write.commit().await?);
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
    engine.commit(write, move |board| board.remove(id)).await?;
    engine
        .bus
        .publish(LiveEvent::HostsRemoved(HostsRemoved { ids: vec![id] }));
    for event in events {
        engine.bus.publish(LiveEvent::Event(Event {
            host_id: None,
            ..event
        }));
    }
    super::subnet::publish(engine, host.subnet_id).await
}
