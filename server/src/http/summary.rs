//! The dashboard's numbers.

use super::{
    extract::{Actor, Json},
    failure::Answer,
    state::App,
};
use axum::extract::State;
use domain::{api::path, summary::Summary};
use engine::ops;

/// Counts by status and by subnet, and the newest events.
#[utoipa::path(get, path = path::SUMMARY, tag = "summary",
    responses((status = 200, description = "The dashboard's numbers", body = Summary)))]
pub(super) async fn find_summary(
    State(app): State<App>,
    Actor(caller): Actor,
) -> Answer<Json<Summary>> {
    Ok(Json(ops::summary::summary(&app.engine, &caller).await?))
}
