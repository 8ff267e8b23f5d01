//! Ports of hosts.

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
    port::{Port, PortQuery},
};
use engine::ops;

/// The open ports of a host, or every lifetime of its ports.
#[utoipa::path(get, path = path::HOST_PORTS, tag = "ports",
    params(("id" = i64, Path, description = "The host's number"), PortQuery),
    responses((status = 200, description = "One page: open ports by number, or lifetimes, the newest first", body = Page<Port>)))]
pub(super) async fn list_host_ports(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    Query(query): Query<PortQuery>,
) -> Answer<Json<Page<Port>>> {
    let ports = ops::port::list(&app.engine, &caller, HostId(id), &query).await?;
    Ok(Json(ports))
}

/// Take the open ports of a host as its baseline: what opens beside them is not accepted.
#[utoipa::path(post, path = path::HOST_PORTS_ACCEPT, tag = "ports",
    params(("id" = i64, Path, description = "The host's number")),
    responses((status = 200, description = "The open ports, all accepted", body = Page<Port>)))]
pub(super) async fn update_host_baseline(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Json<Page<Port>>> {
    let ports = ops::port::accept(&app.engine, &caller, HostId(id)).await?;
    Ok(Json(super::whole(ports)))
}
