//! Scans that are repeated by themselves.

use crate::http::{
    extract::{Actor, Id, Json, Query},
    failure::Answer,
    location,
    state::App,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    api::path,
    page::{Page, PageQuery},
    scan::schedule::{NewScanSchedule, ScanSchedule, ScanSchedulePatch},
};
use engine::ops;
use http::{StatusCode, header::LOCATION};

/// Your scans that are repeated, oldest first; an administrator sees everybody's.
#[utoipa::path(get, path = path::SCAN_SCHEDULES, tag = "scans", params(PageQuery),
    responses((status = 200, description = "One page", body = Page<ScanSchedule>)))]
pub(in crate::http) async fn list_scan_schedules(
    State(app): State<App>,
    Actor(caller): Actor,
    Query(query): Query<PageQuery>,
) -> Answer<Json<Page<ScanSchedule>>> {
    let schedules = ops::scan::schedule::list(&app.engine, &caller).await?;
    Ok(Json(ops::paged(schedules, &query)?))
}

/// Have a scan repeated. When a run finds something else than the one before, an event and the webhooks tell of it.
#[utoipa::path(post, path = path::SCAN_SCHEDULES, tag = "scans",
    request_body = NewScanSchedule,
    responses((status = 201, description = "Its first run is in a day or a week", body = ScanSchedule,
        headers(("location" = String, description = "The schedule's path")))))]
pub(in crate::http) async fn create_scan_schedule(
    State(app): State<App>,
    Actor(caller): Actor,
    Json(new): Json<NewScanSchedule>,
) -> Answer<Response> {
    let made = ops::scan::schedule::create(&app.engine, &caller, &new).await?;
    let location = location(path::SCAN_SCHEDULE, made.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(made)).into_response())
}

/// One scan that is repeated.
#[utoipa::path(get, path = path::SCAN_SCHEDULE, tag = "scans",
    params(("id" = i64, Path, description = "The schedule's number")),
    responses((status = 200, description = "The schedule, and how its last run went", body = ScanSchedule)))]
pub(in crate::http) async fn find_scan_schedule(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Json<ScanSchedule>> {
    let schedule = ops::scan::schedule::find(&app.engine, &caller, id).await?;
    Ok(Json(schedule))
}

/// Change a schedule: absent = unchanged. Switched on again, it runs when it would have, or at once if that is over.
#[utoipa::path(patch, path = path::SCAN_SCHEDULE, tag = "scans",
    params(("id" = i64, Path, description = "The schedule's number")),
    request_body = ScanSchedulePatch,
    responses((status = 200, description = "The schedule as it is now", body = ScanSchedule)))]
pub(in crate::http) async fn update_scan_schedule(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    Json(patch): Json<ScanSchedulePatch>,
) -> Answer<Json<ScanSchedule>> {
    let schedule = ops::scan::schedule::update(&app.engine, &caller, id, &patch).await?;
    Ok(Json(schedule))
}

/// Repeat a scan no more; what its runs have found stays.
#[utoipa::path(delete, path = path::SCAN_SCHEDULE, tag = "scans",
    params(("id" = i64, Path, description = "The schedule's number")),
    responses((status = 204, description = "Gone")))]
pub(in crate::http) async fn delete_scan_schedule(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<StatusCode> {
    ops::scan::schedule::delete(&app.engine, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
