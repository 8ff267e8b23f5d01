//! Change events, newest first.

use crate::{Caller, Engine, Result, store};
use domain::{
    event::{Event, EventQuery},
    page::Page,
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
    let total = store::event::count(engine.store.read(), query).await?;
    let mut items =
        store::event::list(engine.store.read(), query, before, limit as u64 + 1).await?;
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
