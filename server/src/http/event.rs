//! Change events.

use super::{
    extract::{Actor, Id, Json, Query},
    failure::Answer,
    state::App,
};
use axum::extract::State;
use domain::{
    api::path,
    event::{Event, EventQuery},
    host::HostId,
    page::Page,
};
use engine::ops;

/// Change events, newest first.
#[utoipa::path(get, path = path::EVENTS, tag = "events", params(EventQuery),
    responses((status = 200, description = "One page of events", body = Page<Event>)))]
pub(super) async fn list_events(
    State(app): State<App>,
    Actor(caller): Actor,
    Query(query): Query<EventQuery>,
) -> Answer<Json<Page<Event>>> {
    Ok(Json(ops::event::list(&app.engine, &caller, &query).await?))
}

/// Change events of one host, newest first.
#[utoipa::path(get, path = path::HOST_EVENTS, tag = "events",
    params(("id" = i64, Path, description = "The host's number"), EventQuery),
    responses((status = 200, description = "One page of events", body = Page<Event>)))]
pub(super) async fn list_host_events(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    Query(query): Query<EventQuery>,
) -> Answer<Json<Page<Event>>> {
    // An unknown host is 404, not an empty list.
    ops::host::find(&app.engine, &caller, HostId(id)).await?;
    let query = EventQuery {
        host: Some(id),
        ..query
    };
    Ok(Json(ops::event::list(&app.engine, &caller, &query).await?))
}
