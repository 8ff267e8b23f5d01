//! Hosts.

use super::{
    extract::{Actor, Id, IfMatch, Json, Query, tagged},
    failure::Answer,
    state::App,
};
use axum::{extract::State, response::Response};
use domain::{
    api::path,
    history::{History, HistoryQuery},
    host::{Host, HostId, HostPatch, HostQuery, NewHost},
    page::Page,
};
use engine::ops;
use http::{StatusCode, header::LOCATION};

/// Hosts, filtered and sorted.
#[utoipa::path(get, path = path::HOSTS, tag = "hosts", params(HostQuery),
    responses((status = 200, description = "One page of hosts", body = Page<Host>)))]
pub(super) async fn list_hosts(
    State(app): State<App>,
    Actor(caller): Actor,
    Query(query): Query<HostQuery>,
) -> Answer<Json<Page<Host>>> {
    Ok(Json(ops::host::list(&app.engine, &caller, &query).await?))
}

/// Document a host.
#[utoipa::path(post, path = path::HOSTS, tag = "hosts",
    request_body = NewHost,
    responses((status = 201, description = "Added", body = Host,
        headers(("location" = String, description = "The host's path"), ("etag" = String, description = "Its version")))))]
pub(super) async fn create_host(
    State(app): State<App>,
    Actor(caller): Actor,
    Json(new): Json<NewHost>,
) -> Answer<Response> {
    let host = ops::host::create(&app.engine, &caller, &new).await?;
    let location = super::location(path::HOST, host.id.0);
    Ok(tagged(
        host.version,
        (StatusCode::CREATED, [(LOCATION, location)], Json(host)),
    ))
}

/// One host.
#[utoipa::path(get, path = path::HOST, tag = "hosts",
    params(("id" = i64, Path, description = "The host's number")),
    responses((status = 200, description = "The host", body = Host,
        headers(("etag" = String, description = "Its version")))))]
pub(super) async fn find_host(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Response> {
    let host = ops::host::find(&app.engine, &caller, HostId(id)).await?;
    Ok(tagged(host.version, Json(host)))
}

/// A host's history: every round of the last week, hours of the last year, days.
#[utoipa::path(get, path = path::HOST_STATUS, tag = "hosts",
    params(("id" = i64, Path, description = "The host's number"), HistoryQuery),
    responses((status = 200, description = "Rounds, hours or days, oldest first", body = History)))]
pub(super) async fn list_host_status(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    Query(query): Query<HistoryQuery>,
) -> Answer<Json<History>> {
    let history = ops::history::status(&app.engine, &caller, HostId(id), &query).await?;
    Ok(Json(history))
}

/// Change what is documented about a host: absent = unchanged, null = cleared.
#[utoipa::path(patch, path = path::HOST, tag = "hosts",
    params(("id" = i64, Path, description = "The host's number"),
        ("if-match" = Option<String>, Header, description = "The version that was read, as the ETag gave it; 412 when it changed since")),
    request_body = HostPatch,
    responses((status = 200, description = "The host as it is now", body = Host,
        headers(("etag" = String, description = "Its version")))))]
pub(super) async fn update_host(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    IfMatch(version): IfMatch,
    Json(patch): Json<HostPatch>,
) -> Answer<Response> {
    let host = ops::host::update(&app.engine, &caller, HostId(id), version, &patch).await?;
    Ok(tagged(host.version, Json(host)))
}

/// Forget a host.
#[utoipa::path(delete, path = path::HOST, tag = "hosts",
    params(("id" = i64, Path, description = "The host's number"),
        ("if-match" = Option<String>, Header, description = "The version that was read, as the ETag gave it; 412 when it changed since")),
    responses((status = 204, description = "Gone")))]
pub(super) async fn delete_host(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    IfMatch(version): IfMatch,
) -> Answer<StatusCode> {
    ops::host::delete(&app.engine, &caller, HostId(id), version).await?;
    Ok(StatusCode::NO_CONTENT)
}
