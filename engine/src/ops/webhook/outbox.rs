//! Messages on their way: what to send now, and what came of it.

use super::{NOT_FOUND, message, place, secret};
use crate::{
    Engine, Error, Result,
    probe::post::{Post, Reply},
    store::{self, webhook::Stored},
};
use domain::{
    time::Timestamp,
    webhook::{WebhookTest, next_try},
};
use std::time::Duration;
use zeroize::Zeroizing;

/// A message to send now.
pub struct Outgoing {
    /// The webhook.
    pub webhook_id: i64,
    /// The webhook's version by which it is sent.
    version: i64,
    /// Its number in the outbox; none of a test, of which nothing is stored.
    id: Option<i64>,
    message_id: String,
    body: String,
    attempts: u32,
    begun_at: Timestamp,
    /// Where to, and the secrets that sign; or why that is not known.
    endpoint: std::result::Result<Endpoint, String>,
}

struct Endpoint {
    url: Zeroizing<String>,
    secrets: Vec<Zeroizing<Vec<u8>>>,
}

/// A webhook's whole URL.
pub(super) fn open_url(engine: &Engine, it: &Stored) -> Result<Zeroizing<String>> {
    let bytes = engine.seal.open(&place(it.id), &it.url)?;
    let text = std::str::from_utf8(&bytes).map_err(|e| Error::Internal(e.into()))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn endpoint(engine: &Engine, it: &Stored, now: Timestamp) -> std::result::Result<Endpoint, String> {
    let old = it.old_secret.iter().filter(|(_, until)| *until > now);
    let sealed = std::iter::once(&it.secret).chain(old.map(|(secret, _)| secret));
    let secrets = sealed.map(|sealed| engine.seal.open(&place(it.id), sealed));
    let secrets = secrets.collect::<std::result::Result<_, _>>();
    Ok(Endpoint {
        secrets: secrets.map_err(|e| e.to_string())?,
        url: open_url(engine, it).map_err(|e| match e {
            Error::Internal(cause) => cause.to_string(),
            other => other.to_string(),
        })?,
    })
}

/// The chat that a bot writes to, where that is known.
fn chat(endpoint: &std::result::Result<Endpoint, String>) -> Option<String> {
    super::chat(&endpoint.as_ref().ok()?.url.parse().ok()?)
}

/// The messages whose time has come: at most one of each webhook, the oldest.
pub async fn due(engine: &Engine) -> Result<Vec<Outgoing>> {
    let (db, now) = (engine.store.read(), engine.now());
    let mut due = Vec::new();
    for waiting in store::delivery::due(db, now).await? {
        let Some(it) = store::webhook::find(db, waiting.webhook_id).await? else {
            continue;
        };
        let endpoint = endpoint(engine, &it, now);
        let chat = chat(&endpoint);
        due.push(Outgoing {
            webhook_id: it.id,
            version: it.version,
            id: Some(waiting.id),
            message_id: waiting.message_id,
            // What waits is told as its receiver expects it now, whatever was set when it happened.
            body: message::shaped(it.format, chat.as_deref(), waiting.body),
            attempts: waiting.attempts,
            begun_at: waiting.begun_at,
            endpoint,
        });
    }
    Ok(due)
}

/// A test for one webhook, in use or not.
pub async fn trial(engine: &Engine, webhook: i64) -> Result<Outgoing> {
    let now = engine.now();
    let it = store::webhook::find(engine.store.read(), webhook).await?;
    let it = it.ok_or(NOT_FOUND)?;
    let endpoint = endpoint(engine, &it, now);
    let chat = chat(&endpoint);
    Ok(Outgoing {
        webhook_id: it.id,
        version: it.version,
        id: None,
        message_id: secret::message_id(),
        body: message::test(it.format, chat.as_deref(), &it.name, now),
        attempts: 0,
        begun_at: now,
        endpoint,
    })
}

/// What to send; or what came of it without sending anything.
pub fn request(outgoing: &Outgoing, now: Timestamp) -> std::result::Result<Post, Reply> {
    let to = outgoing
        .endpoint
        .as_ref()
        .map_err(|why| Reply::failed(why.clone()))?;
    let secrets = to.secrets.iter().map(|secret| &secret[..]);
    let headers = secret::headers(&outgoing.message_id, now, &outgoing.body, secrets);
    Ok(Post {
        url: String::clone(&to.url),
        media_type: message::media_type(&outgoing.body),
        headers: headers.into(),
        body: outgoing.body.clone(),
    })
}

/// Notes what came of a try: accepted, to be tried again, or given up.
pub async fn record(engine: &Engine, outgoing: &Outgoing, reply: &Reply) -> Result<()> {
    let Some(id) = outgoing.id else {
        return Ok(());
    };
    let (webhook, now) = (outgoing.webhook_id, engine.now());
    let write = engine.store.write().await?;
    match (&reply.error, reply.status) {
        (None, Some(status)) => {
            store::delivery::delivered(&write.tx, id, status, now).await?;
            store::webhook::accepted(&write.tx, webhook, status, now).await?;
        }
        (error, status) => {
            let error = error.as_deref().unwrap_or("no answer");
            let current = store::webhook::find(&write.tx, webhook).await?;
            let next = if current.is_some_and(|it| it.version == outgoing.version) {
                store::webhook::failed(&write.tx, webhook, status, error, now).await?;
                let tries = outgoing.attempts.saturating_add(1);
                next_try(tries, outgoing.begun_at, now, status, reply.retry_after)
            } else {
                // Edited meanwhile: what failed says nothing of what it is now.
                Some(now)
            };
            store::delivery::failed(&write.tx, id, status, error, next).await?;
            let is_last = next.is_none();
            tracing::warn!(
                webhook.id = webhook,
                error,
                is_last,
                "a notification failed"
            );
        }
    }
    store::delivery::tidy(&write.tx, webhook).await?;
    drop(write.commit().await?);
    Ok(())
}

impl Reply {
    /// What whoever tried a webhook out is told.
    pub(crate) fn tested(self, elapsed: Duration) -> WebhookTest {
        WebhookTest {
            ok: self.error.is_none(),
            status: self.status,
            error: self.error,
            elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        }
    }
}
