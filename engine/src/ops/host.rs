//! Hosts: list and read; adding, annotating and removing them is in `edit`.

mod edit;

pub(super) use edit::event;
pub use edit::{create, delete, update};

use crate::{
    Caller, Engine, Error, Result,
    board::Board,
    store::{self, host::Documented},
};
use domain::{
    host::{Host, HostId, HostPage, HostQuery},
    mac::Mac,
    page::Page,
    row::HostRow,
    subnet::SubnetId,
    time::Timestamp,
    token::Scope,
};
use std::cmp::Ordering;

pub(super) const NOT_FOUND: Error = Error::NotFound { what: "host" };
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
        ports: full.ports,
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
        mac_randomised: is_randomised(host.mac.as_deref()),
        mac: host.mac,
        vendor: host.vendor,
        dns_name: host.dns_name,
        dns_checked_at: host.dns_checked_at,
        snmp: host.snmp,
        reserved: host.reserved,
        status: shown.as_ref().map(|s| s.status).unwrap_or_default(),
        suspect: shown.as_ref().is_some_and(|s| s.suspect),
        flapping: shown.as_ref().is_some_and(|s| s.flapping),
        unknown_cause: shown.as_ref().and_then(|s| s.cause),
        since: shown.as_ref().and_then(|s| s.since),
        latency_ms: shown.as_ref().and_then(|s| s.latency_ms),
        first_seen_at: host.first_seen_at,
        last_seen_at: shown.as_ref().and_then(|s| s.last_seen_at),
        ports: board.ports.chips(host.id).to_vec(),
        created_at: host.created_at,
        archived_at: host.archived_at,
        version: host.version,
    }
}

fn is_randomised(mac: Option<&str>) -> bool {
    mac.and_then(|mac| mac.parse().ok())
        .is_some_and(Mac::is_randomised)
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
        port: query.port,
        service: query.service.clone(),
        archived: query.archived.unwrap_or(false),
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
    let filter = store::event::Filter {
        host: Some(id),
        ..store::event::Filter::default()
    };
    let db = engine.store.read();
    let events = store::event::list(db, &filter, None, PAGE_EVENTS).await?;
    let has_snmp = store::snmp::find(db, host.subnet_id.into()).await?;
    let own_snmp = store::snmp::find(db, id.into()).await?;
    Ok(HostPage {
        host,
        subnet,
        events,
        ports: store::port::open(db, id).await?,
        port_scan: store::port::last(db, id).await?,
        has_snmp: has_snmp.is_some(),
        own_snmp: own_snmp.map(|stored| stored.shown),
    })
}
