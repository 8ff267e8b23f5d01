//! What the scanner has at hand.

use super::{
    extract::{Actor, Json},
    failure::Answer,
    state::App,
};
use axum::extract::State;
use domain::{api::path, scan::source::ScannerStatus};
use engine::ops;

/// What the scanner can ask, what is sent to whom, and what would turn the rest on.
#[utoipa::path(get, path = path::SCANNER, tag = "scans",
    responses((status = 200, description = "The sources in the order in which they are believed", body = ScannerStatus)))]
pub(super) async fn find_scanner(
    State(app): State<App>,
    Actor(caller): Actor,
) -> Answer<Json<ScannerStatus>> {
    Ok(Json(ops::scan::status::find(&app.engine, &caller).await?))
}
