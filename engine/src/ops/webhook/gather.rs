//! From events to messages: what happened since the last message to each webhook becomes the next one.

use super::{
    message, secret,
    surroundings::{Surroundings, has_moved},
};
use crate::{
    Engine, Result,
    store::{self, delivery::NewRow, webhook::Stored},
};
use domain::{
    event::Event,
    time::Timestamp,
    webhook::{
        KINDS,
        digest::{Digest, Notice, digest},
    },
};
use std::collections::{HashMap, hash_map::Entry};

/// Events that are looked at for one message; more than these make another.
const EVENTS: u64 = 20_000;

/// Puts together the messages whose time has come; returns how many. A webhook gets its next one when the one before was
/// accepted or given up, not more often than every `notify_interval`, and `notify_gather` after the first event of it.
pub async fn gather(engine: &Engine) -> Result<usize> {
    let now = engine.now();
    let due = due(engine, now).await?;
    let mut read: HashMap<i64, Vec<Event>> = HashMap::new();
    let mut count = 0;
    for webhook in due {
        // Most webhooks have come equally far.
        let events = match read.entry(webhook.cursor) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(new) => {
                let db = engine.store.read();
                new.insert(store::event::after(db, webhook.cursor, EVENTS).await?)
            }
        };
        count += usize::from(gather_one(engine, &webhook, events, now).await?);
    }
    Ok(count)
}

/// The webhooks for which something is to be looked at now.
async fn due(engine: &Engine, now: Timestamp) -> Result<Vec<Stored>> {
    let db = engine.store.read();
    let mut webhooks = store::webhook::list(db).await?;
    webhooks.retain(|it| it.enabled);
    if webhooks.is_empty() {
        return Ok(webhooks);
    }
    let newest = store::event::newest(db).await?;
    let waiting = store::delivery::counts(db).await?;
    let last = store::delivery::newest(db).await?;
    let interval = engine.settings.notify_interval;
    let board = engine.board();
    webhooks.retain(|it| {
        let is_free = waiting.get(&it.id).is_none_or(|(waiting, _)| *waiting == 0);
        // A time that lies ahead was noted before the clock was stepped back.
        let is_time = last
            .get(&it.id)
            .is_none_or(|at| *at > now || now.since(*at) >= interval);
        is_free && is_time && (it.cursor < newest || has_moved(&board, &it.held, now))
    });
    Ok(webhooks)
}

async fn gather_one(
    engine: &Engine,
    webhook: &Stored,
    events: &[Event],
    now: Timestamp,
) -> Result<bool> {
    // The common case, without a look at every host.
    let told = events.iter().filter(|event| KINDS.contains(&event.kind));
    let oldest = told.map(|event| event.at).min();
    if oldest.is_some_and(|at| is_young(engine, at, now)) {
        return Ok(false);
    }
    let digest = digested(engine, webhook, events, now).await?;
    let cursor = events.last().map_or(webhook.cursor, |event| event.id);
    let first = digest.notices.iter().map(|notice| notice.event.at).min();
    let is_ripe = first.is_none_or(|first| !is_young(engine, first, now));
    let is_news = cursor != webhook.cursor || digest.held != webhook.held;
    if !is_ripe || digest.is_early || !is_news {
        return Ok(false);
    }
    let write = engine.store.write().await?;
    // It may have been changed or deleted while this was put together: then the next look is the right one.
    let unchanged = store::webhook::find(&write.tx, webhook.id).await?;
    if unchanged.as_ref() != Some(webhook) {
        return Ok(false);
    }
    let has_news = !digest.notices.is_empty();
    if has_news {
        let (body, summary) = message::of(&digest.notices, now);
        let new = NewRow {
            webhook_id: webhook.id,
            message_id: secret::message_id(),
            events: digest.notices.len(),
            summary: &summary,
            body: &body,
            at: now,
        };
        store::delivery::insert(&write.tx, new).await?;
    }
    store::webhook::advance(&write.tx, webhook.id, cursor, &digest.held).await?;
    drop(write.commit().await?);
    Ok(has_news)
}

/// Whether more may follow upon an event that is to be told with it.
fn is_young(engine: &Engine, at: Timestamp, now: Timestamp) -> bool {
    // A time that lies ahead was noted before the clock was stepped back.
    at <= now && now.since(at) < engine.settings.notify_gather
}

async fn digested(
    engine: &Engine,
    webhook: &Stored,
    events: &[Event],
    now: Timestamp,
) -> Result<Digest> {
    let around = Surroundings::of(engine, events, webhook.held.keys().copied()).await?;
    let held: Vec<i64> = webhook.held.values().copied().collect();
    let downs = store::event::by_ids(engine.store.read(), &held).await?;
    let (hosts, notices) = {
        let board = engine.board();
        let hosts = around.hosts(&board, now);
        let notices = events.iter().map(|event| Notice {
            context: event
                .host_id
                .and_then(|id| hosts.get(&id).cloned())
                .unwrap_or_else(|| around.place(&board, event)),
            event: event.clone(),
        });
        let notices: Vec<Notice> = notices.collect();
        (hosts, notices)
    };
    let held = (webhook.held.clone(), &downs[..]);
    Ok(digest(&webhook.filter, notices, &hosts, held, now))
}
