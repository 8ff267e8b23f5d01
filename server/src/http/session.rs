//! Signing in and out.

pub(super) mod cookie;
mod store;

use super::{
    extract::{Actor, Client, Json},
    failure::Answer,
    state::App,
};
use axum::extract::State;
use domain::{
    api::path,
    session::{Account, Credentials, PasswordChange},
};
use engine::ops;
use http::StatusCode;
use tower_sessions::Session;

/// Sign in: the answer sets the session cookie.
#[utoipa::path(post, path = path::SESSION, tag = "session", security(()),
    request_body = Credentials,
    responses((status = 200, description = "Who is signed in; the session cookie is set", body = Account)))]
pub(super) async fn create_session(
    State(app): State<App>,
    Client(client): Client,
    session: Session,
    Json(credentials): Json<Credentials>,
) -> Answer<Json<Account>> {
    let signed_in = ops::session::sign_in(&app.engine, client, &credentials).await?;
    cookie::begin(&app.engine, &session, signed_in.user_id).await?;
    Ok(Json(signed_in.account))
}

/// Who am I?
#[utoipa::path(get, path = path::SESSION, tag = "session",
    responses((status = 200, description = "Who asks, and what they may do", body = Account)))]
pub(super) async fn find_session(Actor(caller): Actor) -> Json<Account> {
    Json(ops::session::account(&caller))
}

/// Sign out: the session and its live streams end.
#[utoipa::path(delete, path = path::SESSION, tag = "session",
    responses((status = 204, description = "Signed out")))]
pub(super) async fn delete_session(
    State(app): State<App>,
    Actor(caller): Actor,
    session: Session,
) -> Answer<StatusCode> {
    ops::session::sign_out(&app.engine, &caller).await?;
    cookie::end(&session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change the password: every other session and its live streams end.
#[utoipa::path(put, path = path::PASSWORD, tag = "session",
    request_body = PasswordChange,
    responses((status = 204, description = "Changed")))]
pub(super) async fn update_password(
    State(app): State<App>,
    Actor(caller): Actor,
    session: Session,
    Json(change): Json<PasswordChange>,
) -> Answer<StatusCode> {
    ops::session::change_password(&app.engine, &caller, &change).await?;
    cookie::renew(&session).await?;
    Ok(StatusCode::NO_CONTENT)
}
