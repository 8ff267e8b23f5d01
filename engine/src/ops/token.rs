//! API tokens: 256 random bits, shown once, stored as a hash.

use crate::{Caller, CallerKind, Engine, Error, Result, core::Ended, store};
use domain::{
    time::Timestamp,
    token::{NewToken, Scope, Token, TokenCreated},
};
use rand::{Rng as _, distr::Alphanumeric};
use sha2::{Digest as _, Sha256};
use std::time::Duration;

/// What every token begins with, for people and for secret scanners.
pub const PREFIX: &str = "rc_";
/// Letters and digits after the prefix: 43 of 62 are 256 bits.
const LENGTH: usize = 43;
const DAY: Duration = Duration::from_hours(24);
/// Most tokens at a time.
const LIMIT: usize = 1000;
/// `last_used_at` is written at most this often.
const TOUCH: Duration = Duration::from_mins(1);

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Makes a token.
pub async fn create(engine: &Engine, caller: &Caller, new: &NewToken) -> Result<TokenCreated> {
    caller.require(Scope::Admin)?;
    let now = engine.now();
    let name = super::clean_line("/name", Some(&new.name))?
        .ok_or_else(|| Error::field("/name", "say what the token is for"))?;
    let mut scopes = new.scopes.clone();
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        return Err(Error::field("/scopes", "at least one scope"));
    }
    let expires_at = new.expires_at.unwrap_or(now.plus(90 * DAY));
    if expires_at <= now {
        return Err(Error::field("/expires_at", "lies in the past"));
    }
    if expires_at > now.plus(366 * DAY) {
        return Err(Error::field("/expires_at", "at most a year from now"));
    }
    let secret: String = PREFIX
        .chars()
        .chain(
            rand::rng()
                .sample_iter(Alphanumeric)
                .take(LENGTH)
                .map(char::from),
        )
        .collect();
    let row = store::token::NewRow {
        name: &name,
        hash: hash(&secret),
        prefix: &secret[..PREFIX.len() + 4],
        scopes: &scopes,
        created_at: now,
        expires_at,
    };
    let write = engine.store.write().await?;
    if store::token::list(&write.tx).await?.len() >= LIMIT {
        return Err(Error::Conflict {
            detail: "there are 1,000 tokens: revoke some first".into(),
        });
    }
    let details = store::token::insert(&write.tx, row).await?;
    drop(write.commit().await?);
    tracing::info!(
        token.id = details.id,
        token.name = details.name,
        caller.name,
        "token created"
    );
    Ok(TokenCreated {
        token: secret,
        details,
    })
}

/// Every token, newest first.
pub async fn list(engine: &Engine, caller: &Caller) -> Result<Vec<Token>> {
    caller.require(Scope::Admin)?;
    Ok(store::token::list(engine.store.read()).await?)
}

/// Ends a token and its live streams.
pub async fn revoke(engine: &Engine, caller: &Caller, id: i64) -> Result<()> {
    caller.require(Scope::Admin)?;
    let write = engine.store.write().await?;
    if !store::token::delete(&write.tx, id).await? {
        return Err(Error::NotFound { what: "token" });
    }
    drop(write.commit().await?);
    let _ = engine.ended.send(Ended::Token(id));
    tracing::info!(token.id = id, caller.name, "token revoked");
    Ok(())
}

/// Who is behind a token.
pub async fn authenticate(engine: &Engine, secret: &str) -> Result<Caller> {
    if !secret.starts_with(PREFIX) || secret.len() != PREFIX.len() + LENGTH {
        return Err(Error::Unauthenticated);
    }
    let now = engine.now();
    let token = store::token::by_hash(engine.store.read(), hash(secret), now)
        .await?
        .ok_or(Error::Unauthenticated)?;
    if token
        .last_used_at
        .is_none_or(|last| now.since(last) >= TOUCH)
    {
        // Reading goes on where writing fails, as on a full disk.
        if let Err(error) = note_use(engine, token.id, now).await {
            tracing::warn!(token.id, %error, "failed to note the use of a token");
        }
    }
    Ok(Caller {
        name: token.name,
        scopes: token.scopes,
        must_change_password: false,
        expires_at: Some(token.expires_at),
        kind: CallerKind::Token { id: token.id },
    })
}

async fn note_use(engine: &Engine, id: i64, now: Timestamp) -> Result<()> {
    let write = engine.store.write().await?;
    store::token::touch(&write.tx, id, now).await?;
    drop(write.commit().await?);
    Ok(())
}
