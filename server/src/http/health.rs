//! Liveness, readiness, and the health of everything inside.

use super::{
    extract::{Actor, Json},
    failure::{Answer, Failure},
    state::App,
};
use axum::extract::State;
use domain::{api::path, health::Health, storage::StorageReport};
use engine::ops;
use http::StatusCode;

/// Whether the process lives.
#[utoipa::path(get, path = path::HEALTHZ, tag = "health", security(()),
    responses((status = 200, description = "It lives", body = String, content_type = "text/plain", example = "ok")))]
pub(super) async fn find_liveness() -> &'static str {
    "ok"
}

/// Whether requests can be served: the database answers and the process does not end.
#[utoipa::path(get, path = path::READYZ, tag = "health", security(()),
    responses((status = 200, description = "Ready", body = String, content_type = "text/plain", example = "ready")))]
pub(super) async fn find_readiness(State(app): State<App>) -> Answer<&'static str> {
    if app.shutdown.is_cancelled() {
        let detail = "the server is shutting down";
        return Err(Failure::new(StatusCode::SERVICE_UNAVAILABLE, detail));
    }
    ops::health::ready(&app.engine).await?;
    Ok("ready")
}

/// Workers, probe mode, banners.
#[utoipa::path(get, path = path::HEALTH, tag = "health",
    responses((status = 200, description = "How everything inside does", body = Health)))]
pub(super) async fn find_health(
    State(app): State<App>,
    Actor(caller): Actor,
) -> Answer<Json<Health>> {
    Ok(Json(ops::health::health(&app.engine, &caller)?))
}

/// What the database holds, how it grows, and what retention drops when; counted at most every five minutes.
#[utoipa::path(get, path = path::STORAGE, tag = "health",
    responses((status = 200, description = "Tables, growth and what goes next", body = StorageReport)))]
pub(super) async fn find_storage(
    State(app): State<App>,
    Actor(caller): Actor,
) -> Answer<Json<StorageReport>> {
    Ok(Json(ops::storage::report(&app.engine, &caller).await?))
}
