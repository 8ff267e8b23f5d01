//! The dashboard's numbers.

use super::{
    extract::{Actor, Json, Query},
    failure::Answer,
    state::App,
};
use axum::extract::State;
use domain::{
    api::path,
    summary::{Summary, SummaryQuery},
};
use engine::ops;

/// Counts by status and by subnet, the last 24 hours, hosts that need a look, and the newest events.
#[utoipa::path(get, path = path::SUMMARY, tag = "summary", params(SummaryQuery),
    responses((status = 200, description = "The dashboard's numbers", body = Summary)))]
pub(super) async fn find_summary(
    State(app): State<App>,
    Actor(caller): Actor,
    Query(query): Query<SummaryQuery>,
) -> Answer<Json<Summary>> {
    Ok(Json(
        ops::summary::summary(&app.engine, &caller, &query).await?,
    ))
}
