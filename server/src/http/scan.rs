//! Scan jobs of the IP intelligence scanner.

pub(super) mod schedule;

use super::{
    extract::{Actor, Id, Json, Query, Token, Tokens},
    failure::{Answer, Failure},
    state::App,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    api::path,
    host::HostId,
    page::Page,
    scan::{AddressVerdict, NewScan, Scan, ScanAccepted, ScanMode, ScanQuery, diff::ScanDiff},
};
use engine::{Caller, ops};
use http::{
    HeaderMap, StatusCode,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION},
};

async fn start(
    app: &App,
    caller: &Caller,
    mode: ScanMode,
    headers: &HeaderMap,
    new: &NewScan,
) -> Answer<Response> {
    let key = headers.get("idempotency-key").map(|key| {
        key.to_str().map_err(|_| {
            Failure::new(
                StatusCode::BAD_REQUEST,
                "the Idempotency-Key is no readable text",
            )
        })
    });
    let key = key.transpose()?;
    let accepted = ops::scan::enqueue(&app.engine, caller, mode, new, key).await?;
    Ok(answer(accepted))
}

fn answer(accepted: ScanAccepted) -> Response {
    let location = accepted.status_url.clone();
    (StatusCode::ACCEPTED, [(LOCATION, location)], Json(accepted)).into_response()
}

/// Scan addresses, blocks, hosts and URLs: availability, open ports, certificates, risk.
#[utoipa::path(post, path = path::SCANS, tag = "scans",
    params(("idempotency-key" = Option<String>, Header, description = "A name of yours for this request: asking again with it returns the same scan")),
    request_body = NewScan,
    responses((status = 202, description = "It is stored and waits for its turn", body = ScanAccepted,
        headers(("location" = String, description = "Where to ask for the results")))))]
pub(super) async fn create_scan(
    State(app): State<App>,
    Actor(caller): Actor,
    headers: HeaderMap,
    Json(new): Json<NewScan>,
) -> Answer<Response> {
    start(&app, &caller, ScanMode::Scan, &headers, &new).await
}

/// The same in the mode `ai`.
#[utoipa::path(post, path = path::AI_AGENT, tag = "scans",
    params(("idempotency-key" = Option<String>, Header, description = "A name of yours for this request: asking again with it returns the same scan")),
    request_body = NewScan,
    responses((status = 202, description = "It is stored and waits for its turn", body = ScanAccepted,
        headers(("location" = String, description = "Where to ask for the results")))))]
pub(super) async fn create_ai_scan(
    State(app): State<App>,
    Actor(caller): Actor,
    headers: HeaderMap,
    Json(new): Json<NewScan>,
) -> Answer<Response> {
    start(&app, &caller, ScanMode::Ai, &headers, &new).await
}

/// A scan and its results so far, in the order of the request.
#[utoipa::path(get, path = path::SCAN, tag = "scans",
    params(("token" = String, Path, description = "The scan's token")),
    responses((status = 200, description = "The scan", body = Scan)))]
pub(super) async fn find_scan(
    State(app): State<App>,
    Actor(caller): Actor,
    Token(token): Token,
) -> Answer<Json<Scan>> {
    Ok(Json(ops::scan::find(&app.engine, &caller, &token).await?))
}

/// Your scans, newest first, without their results, all of them or those that are looked for; an administrator sees
/// everybody's.
#[utoipa::path(get, path = path::SCAN_JOBS, tag = "scans", params(ScanQuery),
    responses((status = 200, description = "One page of scans", body = Page<Scan>)))]
pub(super) async fn list_scans(
    State(app): State<App>,
    Actor(caller): Actor,
    Query(query): Query<ScanQuery>,
) -> Answer<Json<Page<Scan>>> {
    Ok(Json(ops::scan::list(&app.engine, &caller, &query).await?))
}

/// End a scan; what it has found stays.
#[utoipa::path(delete, path = path::SCAN_JOB, tag = "scans",
    params(("token" = String, Path, description = "The scan's token")),
    responses((status = 200, description = "The scan as it is now", body = Scan)))]
pub(super) async fn delete_scan(
    State(app): State<App>,
    Actor(caller): Actor,
    Token(token): Token,
) -> Answer<Json<Scan>> {
    Ok(Json(ops::scan::cancel(&app.engine, &caller, &token).await?))
}

/// Ask for the same again, as a new scan.
#[utoipa::path(post, path = path::SCAN_RERUN, tag = "scans",
    params(("token" = String, Path, description = "The scan's token")),
    responses((status = 202, description = "The new scan is stored and waits for its turn", body = ScanAccepted,
        headers(("location" = String, description = "Where to ask for the results")))))]
pub(super) async fn create_scan_rerun(
    State(app): State<App>,
    Actor(caller): Actor,
    Token(token): Token,
) -> Answer<Response> {
    Ok(answer(
        ops::scan::rerun(&app.engine, &caller, &token).await?,
    ))
}

/// What changed from one scan to another, target by target.
#[utoipa::path(get, path = path::SCAN_DIFF, tag = "scans",
    params(("a" = String, Path, description = "The earlier scan's token"), ("b" = String, Path, description = "The later scan's token")),
    responses((status = 200, description = "The differences", body = ScanDiff)))]
pub(super) async fn find_scan_diff(
    State(app): State<App>,
    Actor(caller): Actor,
    Tokens(a, b): Tokens,
) -> Answer<Json<ScanDiff>> {
    Ok(Json(
        ops::scan::compare(&app.engine, &caller, &a, &b).await?,
    ))
}

/// A scan's results so far as a table (CSV), one row per target.
#[utoipa::path(get, path = path::SCAN_TABLE, tag = "scans",
    params(("token" = String, Path, description = "The scan's token")),
    responses((status = 200, description = "The table, the names of its columns first", body = String,
        content_type = "text/csv", headers(("content-disposition" = String, description = "A name for the file")),
        example = json!("target,ip_address,availability,…\r\n203.0.113.7,203.0.113.7,true,…\r\n"))))]
pub(super) async fn list_scan_results(
    State(app): State<App>,
    Actor(caller): Actor,
    Token(token): Token,
) -> Answer<Response> {
    let table = ops::scan::table(&app.engine, &caller, &token).await?;
    // The token of a file's name would be a key to the scan in a folder of downloads.
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (CONTENT_DISPOSITION, "attachment; filename=\"scan.csv\""),
    ];
    Ok((headers, table).into_response())
}

/// What the newest of your scans found at a host's address; an administrator's are everybody's.
#[utoipa::path(get, path = path::HOST_VERDICT, tag = "scans",
    params(("id" = i64, Path, description = "The host's number")),
    responses((status = 200, description = "The verdict; 404 when there is none", body = AddressVerdict)))]
pub(super) async fn find_host_verdict(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Json<AddressVerdict>> {
    let verdict = ops::scan::verdict_of(&app.engine, &caller, HostId(id)).await?;
    Ok(Json(verdict))
}
