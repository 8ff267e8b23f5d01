//! Webhooks: add, read, change, try out, and the messages to them.

mod delivery;
mod gather;
mod message;
mod outbox;
mod secret;
mod surroundings;

pub use delivery::{deliveries, forget, retry};
pub use gather::gather;
pub use outbox::{Outgoing, due, record, request, trial};

use super::{check_version, clean_line, clean_tags};
use crate::{
    Caller, Engine, Error, Result,
    sealed::SealKey,
    store::{self, webhook::Stored},
    target,
};
use domain::{
    problem::FieldError,
    subnet::SubnetId,
    time::Timestamp,
    token::Scope,
    webhook::{
        Format, KINDS, NewWebhook, Webhook, WebhookFilter, WebhookPatch, WebhookSecret,
        WebhookState, WebhookTest,
    },
};
use std::time::Duration;
use url::Url;

/// Most webhooks of one installation.
const LIMIT: usize = 50;
/// Most subnets of one filter.
const SUBNETS: usize = 100;
/// How long a secret signs beside the one that replaced it.
const ROTATION: Duration = Duration::from_hours(24);
/// How long whoever tries a webhook out waits for the answer.
const PATIENCE: Duration = Duration::from_secs(15);

const NOT_FOUND: Error = Error::NotFound { what: "webhook" };

/// What a webhook's URL and secret are sealed for.
fn place(id: i64) -> String {
    format!("webhook {id}")
}

fn seal(key: &SealKey, id: i64, plain: &[u8]) -> Result<Vec<u8>> {
    Ok(key.seal(&place(id), plain)?)
}

fn shown(it: Stored, (waiting, dead): (u64, u64), now: Timestamp) -> Webhook {
    let state = match (it.enabled, it.failing_since) {
        (false, _) => WebhookState::Paused,
        (true, Some(_)) => WebhookState::Failing,
        (true, None) => WebhookState::Ok,
    };
    Webhook {
        id: it.id,
        name: it.name,
        url: it.origin,
        has_secret: it.has_path,
        format: it.format,
        filter: it.filter,
        enabled: it.enabled,
        state,
        failing_since: it.failing_since,
        last_status: it.last_status,
        last_error: it.last_error,
        delivered_at: it.delivered_at,
        rotates_until: it.old_secret.map(|(_, until)| until).filter(|at| *at > now),
        waiting,
        dead,
        created_at: it.created_at,
        version: it.version,
    }
}

/// Every webhook, oldest first, without what is secret.
pub async fn list(engine: &Engine, caller: &Caller) -> Result<Vec<Webhook>> {
    caller.require(Scope::Read)?;
    let (db, now) = (engine.store.read(), engine.now());
    let counts = store::delivery::counts(db).await?;
    let webhooks = store::webhook::list(db).await?.into_iter();
    let one = |it: Stored| {
        let count = counts.get(&it.id).copied().unwrap_or_default();
        shown(it, count, now)
    };
    Ok(webhooks.map(one).collect())
}

/// One webhook.
pub async fn find(engine: &Engine, caller: &Caller, id: i64) -> Result<Webhook> {
    caller.require(Scope::Read)?;
    stored(engine, id).await
}

async fn stored(engine: &Engine, id: i64) -> Result<Webhook> {
    let db = engine.store.read();
    let it = store::webhook::find(db, id).await?.ok_or(NOT_FOUND)?;
    let counts = store::delivery::counts(db).await?;
    let count = counts.get(&id).copied().unwrap_or_default();
    Ok(shown(it, count, engine.now()))
}

fn clean_name(name: &str) -> Result<String> {
    let name = clean_line("/name", Some(name))?;
    name.ok_or_else(|| Error::field("/name", "say what it is for"))
}

fn clean_url(engine: &Engine, text: &str, format: Format) -> Result<Url> {
    let refuse = |why: String| Error::field("/url", why);
    let url = target::read(text, &engine.settings.targets).map_err(refuse)?;
    if format == Format::Telegram && chat(&url).is_none() {
        let why = "the URL ends in ?chat_id= and the number of the chat";
        return Err(Error::field("/url", why));
    }
    Ok(url)
}

/// The chat that a Telegram bot writes to.
fn chat(url: &Url) -> Option<String> {
    let mut query = url.query_pairs();
    let chat = query.find(|(name, _)| name == "chat_id");
    chat.map(|(_, id)| id.into_owned())
        .filter(|id| !id.is_empty())
}

/// The filter if it is a good one. A subnet that was in it `before` may be deleted by now: without it, a filter of one
/// subnet would be one of all.
fn clean_filter(
    engine: &Engine,
    filter: &WebhookFilter,
    before: &[SubnetId],
) -> Result<WebhookFilter> {
    let mut clean = filter.clone();
    clean.tags = clean_tags("/filter/tags", &filter.tags)?;
    clean.subnets.sort_unstable();
    clean.subnets.dedup();
    let mut errors = Vec::new();
    if clean.subnets.len() > SUBNETS {
        errors.push(FieldError::new("/filter/subnets", "at most 100 subnets"));
    }
    let board = engine.board();
    let is_known = |id: &SubnetId| board.rules(*id).is_some() || before.contains(id);
    if !clean.subnets.iter().all(is_known) {
        errors.push(FieldError::new(
            "/filter/subnets",
            "there is no such subnet",
        ));
    }
    if clean.kinds.iter().any(|kind| !KINDS.contains(kind)) {
        let why = format!("only {} are told", domain::event::Kinds(KINDS.to_vec()));
        errors.push(FieldError::new("/filter/kinds", why));
    }
    clean.kinds = KINDS
        .into_iter()
        .filter(|kind| filter.kinds.contains(kind))
        .collect();
    if errors.is_empty() {
        Ok(clean)
    } else {
        Err(Error::Invalid(errors))
    }
}

/// Adds a webhook: the only time its secret is shown. It tells of what happens from now on.
pub async fn create(engine: &Engine, caller: &Caller, new: &NewWebhook) -> Result<WebhookSecret> {
    caller.require(Scope::Admin)?;
    let now = engine.now();
    let url = clean_url(engine, &new.url, new.format)?;
    let (origin, has_path) = target::shown(&url);
    let mut it = Stored {
        id: 0,
        name: clean_name(&new.name)?,
        origin,
        has_path,
        url: Vec::new(),
        secret: Vec::new(),
        old_secret: None,
        format: new.format,
        filter: clean_filter(engine, &new.filter, &[])?,
        enabled: new.enabled.unwrap_or(true),
        cursor: 0,
        held: std::collections::BTreeMap::new(),
        failing_since: None,
        last_status: None,
        last_error: None,
        delivered_at: None,
        created_at: now,
        version: 1,
    };
    let secret = secret::new();
    super::sealing::ready(engine).await?;
    let write = engine.store.write().await?;
    if store::webhook::list(&write.tx).await?.len() >= LIMIT {
        return Err(Error::Conflict {
            detail: "there are 50 webhooks already".into(),
        });
    }
    it.cursor = store::event::newest(&write.tx).await?;
    it.id = store::webhook::insert(&write.tx, &it).await?;
    it.url = seal(&engine.seal, it.id, url.as_str().as_bytes())?;
    it.secret = seal(&engine.seal, it.id, &secret)?;
    store::webhook::update(&write.tx, &it).await?;
    drop(write.commit().await?);
    tracing::info!(
        webhook.id = it.id,
        webhook.origin = it.origin,
        caller.name,
        "webhook added"
    );
    Ok(WebhookSecret {
        secret: secret::text(&secret),
        webhook: shown(it, (0, 0), now),
    })
}

/// Changes a webhook.
pub async fn update(
    engine: &Engine,
    caller: &Caller,
    id: i64,
    expected: Option<i64>,
    patch: &WebhookPatch,
) -> Result<Webhook> {
    caller.require(Scope::Admin)?;
    let now = engine.now();
    let write = engine.store.write().await?;
    let mut it = store::webhook::find(&write.tx, id)
        .await?
        .ok_or(NOT_FOUND)?;
    check_version("webhook", it.version, expected)?;
    if let Some(name) = &patch.name {
        it.name = clean_name(name)?;
    }
    let is_moved = patch.url.is_some() || patch.format.is_some_and(|new| new != it.format);
    it.format = patch.format.unwrap_or(it.format);
    if let Some(text) = &patch.url {
        let url = clean_url(engine, text, it.format)?;
        (it.origin, it.has_path) = target::shown(&url);
        it.url = seal(&engine.seal, id, url.as_str().as_bytes())?;
    } else if patch.format.is_some() {
        // The stored URL must suit the new format as well.
        clean_url(engine, &outbox::open_url(engine, &it)?, it.format)?;
    }
    if is_moved {
        (it.failing_since, it.last_status, it.last_error) = (None, None, None);
        store::delivery::hurry(&write.tx, id, now).await?;
    }
    if let Some(filter) = &patch.filter {
        it.filter = clean_filter(engine, filter, &it.filter.subnets)?;
    }
    if let Some(enabled) = patch.enabled {
        if enabled && !it.enabled {
            it.cursor = store::event::newest(&write.tx).await?;
            it.held.clear();
        }
        it.enabled = enabled;
    }
    it.version += 1;
    store::webhook::update(&write.tx, &it).await?;
    drop(write.commit().await?);
    tracing::info!(
        webhook.id = id,
        webhook.origin = it.origin,
        caller.name,
        "webhook changed"
    );
    engine.triggers.webhooks.notify_one();
    stored(engine, id).await
}

/// Deletes a webhook and its messages.
pub async fn delete(
    engine: &Engine,
    caller: &Caller,
    id: i64,
    expected: Option<i64>,
) -> Result<()> {
    caller.require(Scope::Admin)?;
    let write = engine.store.write().await?;
    let it = store::webhook::find(&write.tx, id)
        .await?
        .ok_or(NOT_FOUND)?;
    check_version("webhook", it.version, expected)?;
    store::webhook::delete(&write.tx, id).await?;
    drop(write.commit().await?);
    tracing::info!(webhook.id = id, caller.name, "webhook deleted");
    Ok(())
}

/// Gives a webhook another secret. The one before signs beside it for a day, so that receivers have time to follow.
pub async fn rotate(engine: &Engine, caller: &Caller, id: i64) -> Result<WebhookSecret> {
    caller.require(Scope::Admin)?;
    let now = engine.now();
    let new = secret::new();
    let write = engine.store.write().await?;
    let mut it = store::webhook::find(&write.tx, id)
        .await?
        .ok_or(NOT_FOUND)?;
    let sealed = seal(&engine.seal, id, &new)?;
    let old = std::mem::replace(&mut it.secret, sealed);
    it.old_secret = Some((old, now.plus(ROTATION)));
    it.version += 1;
    store::webhook::update(&write.tx, &it).await?;
    drop(write.commit().await?);
    tracing::info!(webhook.id = id, caller.name, "webhook secret rotated");
    Ok(WebhookSecret {
        secret: secret::text(&new),
        webhook: stored(engine, id).await?,
    })
}

/// Sends a test at once and tells what the receiver said. Nothing of it is stored.
pub async fn test(engine: &Engine, caller: &Caller, id: i64) -> Result<WebhookTest> {
    caller.require(Scope::Admin)?;
    stored(engine, id).await?;
    let answer = engine.triggers.ask_trial(id)?;
    let late = || Error::Unavailable {
        retry_after: PATIENCE,
        detail: "the sender of notifications does not run",
    };
    let answer = tokio::time::timeout(PATIENCE, answer).await;
    answer
        .ok()
        .and_then(std::result::Result::ok)
        .ok_or_else(late)
}
