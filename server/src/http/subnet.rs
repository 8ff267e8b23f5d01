//! Subnets, the rows of one, its free addresses, and sweeping it.

use super::{
    extract::{Actor, Id, IfMatch, Json, Query, tagged},
    failure::Answer,
    state::App,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    api::path,
    host::{Host, NewHost},
    live::SweepProgress,
    page::{Page, PageQuery},
    row::{Row, RowQuery},
    subnet::{NewSubnet, Subnet, SubnetId, SubnetPatch},
};
use engine::ops;
use http::{StatusCode, header::LOCATION};
use serde::Deserialize;

/// Every documented subnet in tree order: a parent before its children.
#[utoipa::path(get, path = path::SUBNETS, tag = "subnets", params(PageQuery),
    responses((status = 200, description = "One page", body = Page<Subnet>)))]
pub(super) async fn list_subnets(
    State(app): State<App>,
    Actor(caller): Actor,
    Query(query): Query<PageQuery>,
) -> Answer<Json<Page<Subnet>>> {
    let subnets = ops::subnet::list(&app.engine, &caller).await?;
    Ok(Json(ops::paged(subnets, &query)?))
}

/// Document a subnet.
#[utoipa::path(post, path = path::SUBNETS, tag = "subnets",
    request_body = NewSubnet,
    responses((status = 201, description = "Added", body = Subnet,
        headers(("location" = String, description = "The subnet's path"), ("etag" = String, description = "Its version")))))]
pub(super) async fn create_subnet(
    State(app): State<App>,
    Actor(caller): Actor,
    Json(new): Json<NewSubnet>,
) -> Answer<Response> {
    let subnet = ops::subnet::create(&app.engine, &caller, &new).await?;
    let location = super::location(path::SUBNET, subnet.id.0);
    Ok(tagged(
        subnet.version,
        (StatusCode::CREATED, [(LOCATION, location)], Json(subnet)),
    ))
}

/// One subnet.
#[utoipa::path(get, path = path::SUBNET, tag = "subnets",
    params(("id" = i64, Path, description = "The subnet's number")),
    responses((status = 200, description = "The subnet with its numbers", body = Subnet,
        headers(("etag" = String, description = "Its version")))))]
pub(super) async fn find_subnet(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Response> {
    let subnet = ops::subnet::find(&app.engine, &caller, SubnetId(id)).await?;
    Ok(tagged(subnet.version, Json(subnet)))
}

/// Change what is documented about a subnet: absent = unchanged, null = cleared.
#[utoipa::path(patch, path = path::SUBNET, tag = "subnets",
    params(("id" = i64, Path, description = "The subnet's number"),
        ("if-match" = Option<String>, Header, description = "The version that was read, as the ETag gave it; 412 when it changed since")),
    request_body = SubnetPatch,
    responses((status = 200, description = "The subnet as it is now", body = Subnet,
        headers(("etag" = String, description = "Its version")))))]
pub(super) async fn update_subnet(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    IfMatch(version): IfMatch,
    Json(patch): Json<SubnetPatch>,
) -> Answer<Response> {
    let subnet = ops::subnet::update(&app.engine, &caller, SubnetId(id), version, &patch).await?;
    Ok(tagged(subnet.version, Json(subnet)))
}

/// Forget a subnet.
#[utoipa::path(delete, path = path::SUBNET, tag = "subnets",
    params(("id" = i64, Path, description = "The subnet's number"),
        ("if-match" = Option<String>, Header, description = "The version that was read, as the ETag gave it; 412 when it changed since")),
    responses((status = 204, description = "Gone")))]
pub(super) async fn delete_subnet(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    IfMatch(version): IfMatch,
) -> Answer<StatusCode> {
    ops::subnet::delete(&app.engine, &caller, SubnetId(id), version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Hosts and runs of unused addresses of a subnet, in address order.
#[utoipa::path(get, path = path::ROWS, tag = "subnets",
    params(("id" = i64, Path, description = "The subnet's number"), RowQuery),
    responses((status = 200, description = "One page of rows", body = Page<Row>)))]
pub(super) async fn list_rows(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    Query(query): Query<RowQuery>,
) -> Answer<Json<Page<Row>>> {
    let rows = ops::subnet::rows(&app.engine, &caller, SubnetId(id), &query).await?;
    Ok(Json(rows))
}

/// How many free addresses to list.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct FreeQuery {
    /// Addresses to list, 1 to 1000; absent = 1.
    #[serde(default = "one")]
    #[param(required = false, default = 1, minimum = 1, maximum = 1000)]
    count: u32,
}

fn one() -> u32 {
    1
}

/// The first free addresses of a subnet.
#[utoipa::path(get, path = path::FREE, tag = "subnets",
    params(("id" = i64, Path, description = "The subnet's number"), FreeQuery),
    responses((status = 200, description = "As many as were asked for, or as there are", body = Page<String>,
        example = json!({"items": ["192.0.2.15"], "next_cursor": null, "total": 1}))))]
pub(super) async fn list_free_addresses(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    Query(FreeQuery { count }): Query<FreeQuery>,
) -> Answer<Json<Page<String>>> {
    let free = ops::subnet::free(&app.engine, &caller, SubnetId(id), count).await?;
    Ok(Json(super::whole(
        free.iter().map(ToString::to_string).collect(),
    )))
}

/// What is documented about the host that takes the address.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Allocation {
    /// Its name.
    hostname: Option<String>,
    /// One line.
    description: Option<String>,
    /// Labels.
    tags: Vec<String>,
    /// Several lines.
    notes: Option<String>,
    /// Silence is expected.
    reserved: bool,
}

impl From<Allocation> for NewHost {
    fn from(wish: Allocation) -> Self {
        Self {
            // Which one is free is decided together with taking it.
            ip: String::new(),
            hostname: wish.hostname,
            description: wish.description,
            tags: wish.tags,
            notes: wish.notes,
            reserved: wish.reserved,
        }
    }
}

/// Take the first free address of a subnet: two callers never get the same one.
#[utoipa::path(post, path = path::ALLOCATE, tag = "subnets",
    params(("id" = i64, Path, description = "The subnet's number")),
    request_body = Allocation,
    responses((status = 201, description = "The host that now has it", body = Host,
        headers(("location" = String, description = "The host's path"), ("etag" = String, description = "Its version")))))]
pub(super) async fn allocate_address(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    Json(wish): Json<Allocation>,
) -> Answer<Response> {
    let host = ops::subnet::allocate(&app.engine, &caller, SubnetId(id), &wish.into()).await?;
    let location = super::location(path::HOST, host.id.0);
    Ok(tagged(
        host.version,
        (StatusCode::CREATED, [(LOCATION, location)], Json(host)),
    ))
}

/// Sweep a subnet now for hosts that are not known yet.
#[utoipa::path(post, path = path::SWEEP, tag = "subnets",
    params(("id" = i64, Path, description = "The subnet's number")),
    responses((status = 202, description = "It runs; the live stream tells when it ends", body = SweepProgress,
        headers(("location" = String, description = "The subnet's path")))))]
pub(super) async fn sweep_subnet(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<impl IntoResponse> {
    let progress = ops::subnet::sweep_now(&app.engine, &caller, SubnetId(id)).await?;
    let location = super::location(path::SUBNET, id);
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(progress)))
}
