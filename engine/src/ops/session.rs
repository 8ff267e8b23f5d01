//! Signing in and out, and what ends a session.

use super::password;
use crate::{
    Caller, CallerKind, Engine, Error, Result, SessionKey, StoredSession, core::Ended, store,
};
use domain::{
    session::{Account, Credentials, PasswordChange, password_problem},
    time::Timestamp,
    token::Scope,
};
use std::{net::IpAddr, time::Duration};
use tokio::sync::broadcast::error::RecvError;

/// A session ends after this long, however much it is used.
pub const ABSOLUTE_LIFE: Duration = Duration::from_hours(7 * 24);
/// A session ends after this long without use.
pub const IDLE_LIFE: Duration = Duration::from_hours(12);

/// Stands for the client where only the account counts.
const NOBODY: IpAddr = IpAddr::V6(std::net::Ipv6Addr::UNSPECIFIED);

/// Who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The user's number, for the session.
    pub user_id: i64,
    /// What the client is told.
    pub account: Account,
}

/// Checks a name and a password. Slow on purpose, and slower for who guesses.
pub async fn sign_in(
    engine: &Engine,
    client: IpAddr,
    credentials: &Credentials,
) -> Result<SignedIn> {
    let now = engine.now();
    let name: String = credentials
        .username
        .trim()
        .to_lowercase()
        .chars()
        .take(100)
        .collect();
    engine
        .throttle
        .admit(client, &name, now)
        .map_err(|retry_after| Error::Busy {
            retry_after,
            detail: "too many sign-ins: wait a little",
        })?;
    if credentials.password.len() > 1024 {
        return Err(Error::Unauthenticated);
    }
    let user = store::user::by_name(engine.store.read(), &name).await?;
    let phc = user.as_ref().map(|u| u.password_hash.clone());
    if !engine
        .passwords
        .verify(credentials.password.clone(), phc)
        .await?
    {
        engine.throttle.failed(&name, now);
        tracing::warn!(client.address = %client, "sign-in failed");
        return Err(Error::Unauthenticated);
    }
    // The password may have been changed while its hash was worked out.
    let user = user.ok_or(Error::Unauthenticated)?;
    let now_stored = store::user::by_id(engine.store.read(), user.id).await?;
    if now_stored.is_none_or(|stored| stored.password_hash != user.password_hash) {
        return Err(Error::Unauthenticated);
    }
    engine.throttle.succeeded(client, &name);
    tracing::info!(client.address = %client, user.name = user.name, "signed in");
    let account = Account {
        name: user.name,
        scopes: Scope::ALL.to_vec(),
        must_change_password: user.must_change,
        expires_at: Some(now.plus(ABSOLUTE_LIFE)),
    };
    Ok(SignedIn {
        user_id: user.id,
        account,
    })
}

/// Who is behind a session that began at `login_at`.
pub async fn resume(
    engine: &Engine,
    key: SessionKey,
    user_id: i64,
    login_at: Timestamp,
) -> Result<Caller> {
    let now = engine.now();
    // A login in the future means that the clock was stepped back: not a longer life.
    if now.since(login_at) >= ABSOLUTE_LIFE || login_at > now.plus(Duration::from_mins(5)) {
        return Err(Error::Unauthenticated);
    }
    let user = store::user::by_id(engine.store.read(), user_id)
        .await?
        .ok_or(Error::Unauthenticated)?;
    Ok(Caller {
        name: user.name,
        scopes: Scope::ALL.to_vec(),
        must_change_password: user.must_change,
        expires_at: Some(login_at.plus(ABSOLUTE_LIFE)),
        kind: CallerKind::Session { user_id, key },
    })
}

/// What the caller is told about itself.
pub fn account(caller: &Caller) -> Account {
    caller.account()
}

/// Ends the caller's session and its live streams.
pub async fn sign_out(engine: &Engine, caller: &Caller) -> Result<()> {
    let CallerKind::Session { key, .. } = caller.kind else {
        return Ok(());
    };
    remove(engine, key).await
}

/// Gives the caller a new password and ends all of its other sessions.
pub async fn change_password(
    engine: &Engine,
    caller: &Caller,
    change: &PasswordChange,
) -> Result<()> {
    let CallerKind::Session { user_id, key } = caller.kind else {
        return Err(Error::Forbidden {
            reason: "only a person who is signed in has a password",
        });
    };
    if let Some(problem) = password_problem(&change.new, &caller.name) {
        return Err(Error::field("/new", problem));
    }
    if change.new == change.current {
        return Err(Error::field("/new", "the same as before"));
    }
    let now = engine.now();
    let throttled = format!("{user_id} changes its password");
    engine
        .throttle
        .admit(NOBODY, &throttled, now)
        .map_err(|retry_after| Error::Busy {
            retry_after,
            detail: "too many tries: wait a little",
        })?;
    let user = store::user::by_id(engine.store.read(), user_id)
        .await?
        .ok_or(Error::Unauthenticated)?;
    if change.current.len() > 1024
        || !engine
            .passwords
            .verify(change.current.clone(), Some(user.password_hash))
            .await?
    {
        engine.throttle.failed(&throttled, now);
        return Err(Error::field("/current", "not the current password"));
    }
    engine.throttle.succeeded(NOBODY, &throttled);
    set_password(engine, user_id, &change.new, false, Some(key)).await
}

/// Gives the administrator a new password, the given one or a random one, and returns it. For the console.
pub async fn reset_password(engine: &Engine, password: Option<String>) -> Result<String> {
    let user = store::user::by_name(engine.store.read(), super::first_sign_in::ADMIN)
        .await?
        .ok_or(Error::NotFound { what: "user admin" })?;
    let must_change = password.is_none();
    let password = password.unwrap_or_else(password::random);
    if let Some(problem) = password_problem(&password, &user.name) {
        return Err(Error::field("/password", problem));
    }
    set_password(engine, user.id, &password, must_change, None).await?;
    Ok(password)
}

async fn set_password(
    engine: &Engine,
    user_id: i64,
    password: &str,
    must_change: bool,
    keep: Option<SessionKey>,
) -> Result<()> {
    let phc = engine.passwords.hash(password.to_owned()).await?;
    let write = engine.store.write().await?;
    store::user::set_password(&write.tx, user_id, phc, must_change).await?;
    let ended = store::session::delete_others(&write.tx, user_id, keep).await?;
    let committed = write.commit().await?;
    for key in ended {
        let _ = engine.ended.send(Ended::Session(key));
    }
    drop(committed);
    super::first_sign_in::forget(engine);
    Ok(())
}

/// How often a live stream asks whether its session or token still exists: another process may have ended it.
const LOOK_AGAIN: Duration = Duration::from_secs(15);

/// Resolves when the caller's session or token has ended: live streams end then too.
pub fn ended(engine: &Engine, caller: &Caller) -> impl Future<Output = ()> + Send + 'static {
    let mine = match caller.kind {
        CallerKind::Session { key, .. } => Some(Ended::Session(key)),
        CallerKind::Token { id } => Some(Ended::Token(id)),
        CallerKind::Console => None,
    };
    let mut receiver = engine.ended.subscribe();
    let engine = engine.clone();
    async move {
        let mut timer = tokio::time::interval(LOOK_AGAIN);
        loop {
            tokio::select! {
                ended = receiver.recv() => match ended {
                    Ok(ended) if Some(ended) == mine => return,
                    Err(RecvError::Closed) => return,
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                },
                _ = timer.tick() => if !holds(&engine, mine).await { return },
            }
        }
    }
}

/// Whether a proof of identity still stands in the database; yes while it can't be read.
async fn holds(engine: &Engine, proof: Option<Ended>) -> bool {
    let (db, now) = (engine.store.read(), engine.now());
    let found = match proof {
        Some(Ended::Session(key)) => store::session::find(db, key, now)
            .await
            .map(|s| s.is_some()),
        Some(Ended::Token(id)) => store::token::exists(db, id, now).await,
        None => Ok(true),
    };
    found.unwrap_or(true)
}

/// The stored session of a key, if it has not ended.
pub async fn load(engine: &Engine, key: SessionKey) -> Result<Option<StoredSession>> {
    Ok(store::session::find(engine.store.read(), key, engine.now()).await?)
}

/// Stores a new session.
pub async fn begin(engine: &Engine, session: StoredSession) -> Result<()> {
    let write = engine.store.write().await?;
    store::session::insert(&write.tx, session).await?;
    drop(write.commit().await?);
    Ok(())
}

/// Stores a changed session. One that was ended meanwhile stays ended.
pub async fn save(engine: &Engine, session: StoredSession) -> Result<()> {
    let write = engine.store.write().await?;
    store::session::update(&write.tx, session).await?;
    drop(write.commit().await?);
    Ok(())
}

/// Ends a session and its live streams.
pub async fn remove(engine: &Engine, key: SessionKey) -> Result<()> {
    let write = engine.store.write().await?;
    store::session::delete(&write.tx, key).await?;
    drop(write.commit().await?);
    let _ = engine.ended.send(Ended::Session(key));
    Ok(())
}
