//! Who asks: an API token in the header, else the session behind the cookie.

use crate::http::{failure::Failure, session::cookie, state::App};
use axum::extract::FromRequestParts;
use engine::{Caller, Error, ops};
use http::{HeaderMap, header::AUTHORIZATION, request::Parts};
use tower_sessions::Session;

/// Somebody who is known; 401 otherwise.
pub(in crate::http) struct Actor(pub(in crate::http) Caller);

/// Somebody who is known, or nobody.
pub(in crate::http) struct MaybeActor(pub(in crate::http) Option<Caller>);

impl FromRequestParts<App> for Actor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let MaybeActor(caller) = MaybeActor::from_request_parts(parts, app).await?;
        caller
            .map(Self)
            .ok_or_else(|| Error::Unauthenticated.into())
    }
}

impl FromRequestParts<App> for MaybeActor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let caller = match bearer(&parts.headers) {
            Some(secret) => ops::token::authenticate(&app.engine, secret).await,
            None => match parts.extensions.get::<Session>() {
                Some(session) => cookie::resume(&app.engine, session).await,
                None => Err(Error::Unauthenticated),
            },
        };
        match caller {
            Ok(caller) => Ok(Self(Some(caller))),
            Err(Error::Unauthenticated) => Ok(Self(None)),
            Err(error) => Err(error.into()),
        }
    }
}

/// The API token of the request. Other schemes are none of ours: a proxy's own password prompt sends `Basic` to us too.
pub(in crate::http) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}
