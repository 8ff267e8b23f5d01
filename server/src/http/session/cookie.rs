//! The session cookie: its shape, and what is remembered behind it.
//!
//! `SameSite=Lax`, not `Strict`: a link from a chat or a ticket into the app must find its reader signed in. What
//! `Strict` would add is covered: no `GET` changes anything, and every unsafe request proves its origin
//! ([`crate::http::guard::origin`]).

use super::store::{self, Store};
use crate::config::PublicUrl;
use domain::time::Timestamp;
use engine::{Caller, Engine, Error, Result, ops};
use std::time::Duration;
use tower_sessions::{Expiry, Session, SessionManagerLayer, cookie::SameSite, session};

pub(super) use engine::ops::session::IDLE_LIFE;

/// Whose session it is.
pub(super) const USER_ID: &str = "user_id";
/// When it began: its end does not move with use.
const LOGIN_AT: &str = "login_at";
/// When its idle time was last reset.
const TOUCHED_AT: &str = "touched_at";
/// The idle time is reset at most this often: each reset is a write.
const TOUCH_EVERY: Duration = Duration::from_mins(5);

/// The cookie's name. Browsers take a `__Host-` cookie only with `Secure` and `Path=/` and from the host itself, and
/// drop it over plain HTTP, where it would make signing in fail silently.
pub(in crate::http) fn name(url: &PublicUrl) -> &'static str {
    if url.is_https() { "__Host-sid" } else { "sid" }
}

/// The layer that reads and writes the cookie.
pub(in crate::http) fn layer(engine: &Engine, url: &PublicUrl) -> SessionManagerLayer<Store> {
    let idle = time::Duration::try_from(IDLE_LIFE).unwrap_or(time::Duration::HOUR);
    SessionManagerLayer::new(Store(engine.clone()))
        .with_name(name(url))
        .with_secure(url.is_https())
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(idle))
}

/// Begins a session under a new id: one that was planted before signing in is worth nothing afterwards.
pub(in crate::http) async fn begin(engine: &Engine, session: &Session, user_id: i64) -> Result<()> {
    let now = engine.now();
    session.clear().await;
    session.cycle_id().await.map_err(store)?;
    session.insert(USER_ID, user_id).await.map_err(store)?;
    session.insert(LOGIN_AT, now.0).await.map_err(store)?;
    session.insert(TOUCHED_AT, now.0).await.map_err(store)
}

/// Goes on under a new id, after the password was changed.
pub(in crate::http) async fn renew(session: &Session) -> Result<()> {
    session.cycle_id().await.map_err(store)
}

/// Ends the session and removes the cookie.
pub(in crate::http) async fn end(session: &Session) -> Result<()> {
    session.flush().await.map_err(store)
}

/// Who is behind the cookie.
pub(in crate::http) async fn resume(engine: &Engine, session: &Session) -> Result<Caller> {
    let user_id = session.get::<i64>(USER_ID).await.map_err(store)?;
    let login_at = session.get::<i64>(LOGIN_AT).await.map_err(store)?;
    let (Some(user_id), Some(login_at), Some(id)) = (user_id, login_at, session.id()) else {
        return Err(Error::Unauthenticated);
    };
    let caller = ops::session::resume(engine, store::key(id), user_id, Timestamp(login_at)).await?;
    touch(engine, session).await?;
    Ok(caller)
}

/// Changing a value is what makes the layer save the session and move its end.
async fn touch(engine: &Engine, session: &Session) -> Result<()> {
    let now = engine.now();
    let touched = session.get::<i64>(TOUCHED_AT).await.map_err(store)?;
    if touched.is_none_or(|at| now.since(Timestamp(at)) >= TOUCH_EVERY) {
        session.insert(TOUCHED_AT, now.0).await.map_err(store)?;
    }
    Ok(())
}

fn store(error: session::Error) -> Error {
    Error::Internal(error.into())
}
