//! Messages to a webhook: what became of them, and another try for those that were given up.

use super::NOT_FOUND;
use crate::{Caller, Engine, Error, Result, store};
use domain::{
    page::Page,
    token::Scope,
    webhook::{Delivery, DeliveryQuery, DeliveryState},
};

/// The messages to a webhook, newest first, by pages. A cursor is the number of the last one of the page before.
pub async fn deliveries(
    engine: &Engine,
    caller: &Caller,
    id: i64,
    query: &DeliveryQuery,
) -> Result<Page<Delivery>> {
    caller.require(Scope::Read)?;
    let limit = crate::ops::limit(query.limit)?;
    let before = query
        .cursor
        .as_deref()
        .map(|c| c.parse::<i64>().map_err(|_| crate::ops::bad_cursor()))
        .transpose()?;
    let db = engine.store.read();
    store::webhook::find(db, id).await?.ok_or(NOT_FOUND)?;
    let (mut items, total) =
        store::delivery::list(db, id, query.state, before, limit as u64 + 1).await?;
    let has_more = items.len() > limit;
    items.truncate(limit);
    let last = items.last().filter(|_| has_more);
    let next_cursor = last.map(|delivery| delivery.id.to_string());
    Ok(Page {
        items,
        next_cursor,
        total,
    })
}

/// Tries a message again that was given up, for another day and under the same name.
pub async fn retry(engine: &Engine, caller: &Caller, webhook: i64, id: i64) -> Result<Delivery> {
    caller.require(Scope::Admin)?;
    let write = engine.store.write().await?;
    let found = store::delivery::find(&write.tx, webhook, id).await?;
    let found = found.ok_or(Error::NotFound { what: "message" })?;
    if found.state != DeliveryState::Dead {
        return Err(Error::Conflict {
            detail: "only a message that was given up can be sent again".into(),
        });
    }
    store::delivery::revive(&write.tx, id, engine.now()).await?;
    let revived = store::delivery::find(&write.tx, webhook, id).await?;
    drop(write.commit().await?);
    engine.triggers.webhooks.notify_one();
    revived.ok_or(Error::NotFound { what: "message" })
}

/// Forgets a message, sent or not.
pub async fn forget(engine: &Engine, caller: &Caller, webhook: i64, id: i64) -> Result<()> {
    caller.require(Scope::Admin)?;
    let write = engine.store.write().await?;
    let found = store::delivery::find(&write.tx, webhook, id).await?;
    found.ok_or(Error::NotFound { what: "message" })?;
    store::delivery::delete(&write.tx, id).await?;
    drop(write.commit().await?);
    Ok(())
}
