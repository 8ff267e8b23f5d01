//! The dashboard's numbers, and what every page shows around its content.

mod gather;

use self::gather::{Gathered, Wanted, gather};
use super::{event, host, subnet};
use crate::{
    Caller, Engine, Error, Result,
    store::{self, event::Filter, host::Documented},
};
use domain::{
    event::{Event, EventKind},
    host::HostId,
    subnet::SubnetId,
    summary::{Frame, Listed, Summary, SummaryQuery},
    time::Timestamp,
    token::Scope,
};
use std::{collections::HashSet, time::Duration};

/// Events on the dashboard.
const EVENTS: u64 = 14;
/// So many hosts are named in a query; the events of more are picked from the newest ones of all.
const NAMED: usize = 500;
/// The newest ones of all.
const NEWEST: u64 = 2_000;
/// Tags, or services, in the menu.
const TAGS: u32 = 200;

/// Counts by status and by subnet, the last 24 hours, hosts that need a look, and the newest events. Everything that is
/// counted comes from memory; the database is asked a fixed number of times.
pub async fn summary(engine: &Engine, caller: &Caller, query: &SummaryQuery) -> Result<Summary> {
    caller.require(Scope::Read)?;
    let (db, at) = (engine.store.read(), engine.now());
    let inside = |id| event::inside(engine, SubnetId(id)).ok_or(Error::NotFound { what: "subnet" });
    let subnets = query.subnet.map(inside).transpose()?;
    let wanted = Wanted {
        subnet: query.subnet.map(SubnetId),
        status: query.status,
        written: written(engine, query).await?,
        expected: store::host::sets::reserved(db).await?,
    };
    let tree = subnet::tree(engine).await?;
    let found = gather(&engine.board(), tree, &wanted, at);
    let events = events(engine, &found, subnets).await?;
    let (new_today, down_last_hour) = news(engine, &found, at).await?;
    Ok(Summary {
        hosts: found.hosts,
        new_today,
        down_last_hour,
        trouble: documented(engine, &found.trouble, at).await?,
        slowest: documented(engine, &found.slowest, at).await?,
        events,
        tags: store::host::sets::tags(db, TAGS).await?,
        services: store::port::services(db, TAGS).await?,
        subnets: found.subnets,
        strips: found.strips,
        at,
    })
}

/// The hosts of which the wanted words are written; `None` when no words are wanted.
async fn written(engine: &Engine, query: &SummaryQuery) -> Result<Option<HashSet<HostId>>> {
    if !query.asks_for_words() {
        return Ok(None);
    }
    let filter = store::host::Filter {
        tag: query.tag.clone().filter(|tag| !tag.trim().is_empty()),
        text: query.q.clone(),
        port: query.port,
        service: query.service.clone(),
        ..store::host::Filter::default()
    };
    let hosts = store::host::list(engine.store.read(), &filter).await?;
    Ok(Some(hosts.into_iter().map(|host| host.id).collect()))
}

/// The newest events of what was gathered; those of whole subnets are left out where only some hosts are wanted.
async fn events(
    engine: &Engine,
    found: &Gathered,
    subnets: Option<Vec<SubnetId>>,
) -> Result<Vec<Event>> {
    let db = engine.store.read();
    let mut filter = Filter {
        subnets,
        ..Filter::default()
    };
    let Some(only) = &found.only else {
        return Ok(store::event::list(db, &filter, None, EVENTS).await?);
    };
    if only.len() <= NAMED {
        filter.hosts = Some(only.iter().copied().collect());
        return Ok(store::event::list(db, &filter, None, EVENTS).await?);
    }
    let newest = store::event::list(db, &filter, None, NEWEST).await?;
    let fits = |event: &Event| event.host_id.is_some_and(|id| only.contains(&id));
    let newest = newest.into_iter().filter(fits);
    Ok(newest.take(usize::try_from(EVENTS).unwrap_or(0)).collect())
}

/// How many of the counted hosts are new, and how often one went Down lately.
async fn news(engine: &Engine, found: &Gathered, at: Timestamp) -> Result<(u64, u64)> {
    let db = engine.store.read();
    let (day, hour) = (Duration::from_hours(24), Duration::from_hours(1));
    let new = store::host::sets::added_since(db, at.minus(day)).await?;
    let down = store::event::hosts_since(db, EventKind::Down, at.minus(hour)).await?;
    let counted = |id: &&HostId| found.counted.contains(id);
    Ok((
        new.iter().filter(counted).count() as u64,
        down.iter().filter(counted).count() as u64,
    ))
}

/// These hosts with what is written about them, in this order.
async fn documented(engine: &Engine, ids: &[HostId], at: Timestamp) -> Result<Vec<Listed>> {
    let hosts = store::host::by_ids(engine.store.read(), ids).await?;
    let board = engine.board();
    let listed = |found: &Documented| Listed {
        subnet_id: found.subnet_id,
        host: host::row(found, &board, at),
    };
    let mut hosts: Vec<Listed> = hosts.iter().map(listed).collect();
    hosts.sort_by_key(|listed| ids.iter().position(|id| *id == listed.host.id));
    Ok(hosts)
}

/// What every page shows around its content; also while the password must be changed first.
pub async fn frame(engine: &Engine, caller: &Caller) -> Result<Frame> {
    let subnets = if caller.must_change_password {
        Vec::new()
    } else {
        subnet::list(engine, caller).await?
    };
    Ok(Frame {
        account: caller.account(),
        subnets,
        banners: engine.banners.now(),
        version: env!("CARGO_PKG_VERSION").into(),
        at: engine.now(),
    })
}
