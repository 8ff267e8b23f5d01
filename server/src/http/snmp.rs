//! Credentials for SNMP: written, and never read again.

use super::{
    extract::{Actor, Id, Json},
    failure::Answer,
    state::App,
};
use axum::extract::State;
use domain::{
    api::path,
    host::HostId,
    snmp::{NewSnmp, Snmp},
    subnet::SubnetId,
};
use engine::ops;
use http::StatusCode;

/// How the hosts of a subnet are asked by SNMP, without the secrets.
#[utoipa::path(get, path = path::SNMP, tag = "subnets",
    params(("id" = i64, Path, description = "The subnet's number")),
    responses((status = 200, description = "What is shown of the credentials", body = Snmp)))]
pub(super) async fn find_snmp(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Json<Snmp>> {
    let snmp = ops::snmp::find(&app.engine, &caller, SubnetId(id)).await?;
    Ok(Json(snmp))
}

/// Store credentials with which the hosts of a subnet are asked for their names, in place of those that were there.
#[utoipa::path(put, path = path::SNMP, tag = "subnets",
    params(("id" = i64, Path, description = "The subnet's number")),
    request_body = NewSnmp,
    responses((status = 200, description = "What is shown of them", body = Snmp)))]
pub(super) async fn update_snmp(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    Json(new): Json<NewSnmp>,
) -> Answer<Json<Snmp>> {
    let snmp = ops::snmp::put(&app.engine, &caller, SubnetId(id), &new).await?;
    Ok(Json(snmp))
}

/// Forget the credentials: the hosts of the subnet that have none of their own are not asked by SNMP any more.
#[utoipa::path(delete, path = path::SNMP, tag = "subnets",
    params(("id" = i64, Path, description = "The subnet's number")),
    responses((status = 204, description = "Forgotten")))]
pub(super) async fn delete_snmp(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<StatusCode> {
    ops::snmp::delete(&app.engine, &caller, SubnetId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A host's own credentials for SNMP, without the secrets; 404 when it is asked as its subnet says.
#[utoipa::path(get, path = path::HOST_SNMP, tag = "hosts",
    params(("id" = i64, Path, description = "The host's number")),
    responses((status = 200, description = "What is shown of the credentials", body = Snmp)))]
pub(super) async fn find_host_snmp(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Json<Snmp>> {
    let snmp = ops::snmp::find(&app.engine, &caller, HostId(id)).await?;
    Ok(Json(snmp))
}

/// Store credentials with which this host is asked for its name, instead of those of its subnet.
#[utoipa::path(put, path = path::HOST_SNMP, tag = "hosts",
    params(("id" = i64, Path, description = "The host's number")),
    request_body = NewSnmp,
    responses((status = 200, description = "What is shown of them", body = Snmp)))]
pub(super) async fn update_host_snmp(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    Json(new): Json<NewSnmp>,
) -> Answer<Json<Snmp>> {
    let snmp = ops::snmp::put(&app.engine, &caller, HostId(id), &new).await?;
    Ok(Json(snmp))
}

/// Forget a host's own credentials: it is asked by SNMP as its subnet says.
#[utoipa::path(delete, path = path::HOST_SNMP, tag = "hosts",
    params(("id" = i64, Path, description = "The host's number")),
    responses((status = 204, description = "Forgotten")))]
pub(super) async fn delete_host_snmp(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<StatusCode> {
    ops::snmp::delete(&app.engine, &caller, HostId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
