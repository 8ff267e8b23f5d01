//! Uptime and outages.

use super::{
    extract::{Actor, Id, Json, Query},
    failure::Answer,
    state::App,
};
use axum::extract::State;
use domain::{
    api::path,
    host::HostId,
    page::Page,
    subnet::SubnetId,
    uptime::{HostUptime, Outage, OutageQuery, Uptimes, WindowQuery},
};
use engine::ops;

/// Uptime of one host over 24 hours, 7, 30 and 90 days and a year, each with the seconds that were observed.
#[utoipa::path(get, path = path::HOST_UPTIME, tag = "uptime",
    params(("id" = i64, Path, description = "The host's number")),
    responses((status = 200, description = "The figures; percent is null where nothing was observed", body = Uptimes)))]
pub(super) async fn find_host_uptime(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Json<Uptimes>> {
    Ok(Json(
        ops::uptime::of_host(&app.engine, &caller, HostId(id)).await?,
    ))
}

/// Outages of one host, newest first.
#[utoipa::path(get, path = path::HOST_OUTAGES, tag = "uptime",
    params(("id" = i64, Path, description = "The host's number"), OutageQuery),
    responses((status = 200, description = "One page of outages", body = Page<Outage>)))]
pub(super) async fn list_host_outages(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    Query(query): Query<OutageQuery>,
) -> Answer<Json<Page<Outage>>> {
    Ok(Json(
        ops::uptime::list_outages(&app.engine, &caller, HostId(id), &query).await?,
    ))
}

/// Uptime of every host of a subnet over one window, in address order.
#[utoipa::path(get, path = path::SUBNET_UPTIME, tag = "uptime",
    params(("id" = i64, Path, description = "The subnet's number"), WindowQuery),
    responses((status = 200, description = "One page of hosts", body = Page<HostUptime>)))]
pub(super) async fn list_subnet_uptimes(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    Query(query): Query<WindowQuery>,
) -> Answer<Json<Page<HostUptime>>> {
    Ok(Json(
        ops::uptime::page_of_subnet(&app.engine, &caller, SubnetId(id), &query).await?,
    ))
}
