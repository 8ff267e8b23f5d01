//! Change events, newest first.

use crate::{
    Caller, Engine, Result,
    store::{self, event::Filter},
};
use domain::{
    cidr,
    event::{Event, EventQuery, Search},
    host::HostId,
    page::Page,
    subnet::SubnetId,
    token::Scope,
};

/// Events that fit a query, by pages. A cursor is the number of the last event of the page before.
pub async fn list(engine: &Engine, caller: &Caller, query: &EventQuery) -> Result<Page<Event>> {
    caller.require(Scope::Read)?;
    let limit = super::limit(query.limit)?;
    let before = query
        .cursor
        .as_deref()
        .map(|c| c.parse::<i64>().map_err(|_| super::bad_cursor()))
        .transpose()?;
    let (db, filter) = (engine.store.read(), filter(engine, query));
    let total = store::event::count(db, &filter).await?;
    let mut items = store::event::list(db, &filter, before, limit as u64 + 1).await?;
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items
        .last()
        .filter(|_| has_more)
        .map(|event| event.id.to_string());
    Ok(Page {
        items,
        next_cursor,
        total,
    })
}

fn filter(engine: &Engine, query: &EventQuery) -> Filter {
    let kinds = query.kind.as_ref().map(|kinds| kinds.0.clone());
    // Nothing is known of a subnet that does not exist, so nothing happened there.
    let subnets = |id| inside(engine, SubnetId(id)).unwrap_or_default();
    Filter {
        kinds: kinds.unwrap_or_default(),
        subnets: query.subnet.map(subnets),
        host: query.host.map(HostId),
        hosts: None,
        search: query.q.as_deref().and_then(Search::of),
        since: query.since,
        until: query.until,
    }
}

/// A subnet and those inside it, at whatever depth; `None` if there is no such subnet.
pub(super) fn inside(engine: &Engine, id: SubnetId) -> Option<Vec<SubnetId>> {
    let board = engine.board();
    let block = board.rules(id)?.cidr;
    let inner = board
        .subnets()
        .filter(|(_, rules)| rules.cidr == block || cidr::is_inside(rules.cidr, block));
    Some(inner.map(|(id, _)| id).collect())
}
