//! Work on a host that somebody asks for now.

use super::{
    extract::{Actor, Id, Json},
    failure::Answer,
    state::App,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    api::path,
    host::HostId,
    job::{Job, JobId, JobKind},
};
use engine::{Caller, ops};
use http::{StatusCode, header::LOCATION};

async fn start(app: &App, caller: &Caller, id: i64, kind: JobKind) -> Answer<Response> {
    let job = ops::job::start(&app.engine, caller, HostId(id), kind).await?;
    let location = super::location(path::JOB, job.id.0);
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(job)).into_response())
}

/// Ping a host now; a ping of it that is not over is returned instead.
#[utoipa::path(post, path = path::HOST_PING, tag = "jobs",
    params(("id" = i64, Path, description = "The host's number")),
    responses((status = 202, description = "It waits for its turn", body = Job,
        headers(("location" = String, description = "The job's path")))))]
pub(super) async fn create_ping(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Response> {
    start(&app, &caller, id, JobKind::Ping).await
}

/// Scan a host's ports now; a scan of it that is not over is returned instead.
#[utoipa::path(post, path = path::HOST_PORT_SCAN, tag = "jobs",
    params(("id" = i64, Path, description = "The host's number")),
    responses((status = 202, description = "It waits for its turn", body = Job,
        headers(("location" = String, description = "The job's path")))))]
pub(super) async fn create_port_scan(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Response> {
    start(&app, &caller, id, JobKind::PortScan).await
}

/// Look a host's names up now; a look-up of it that is not over is returned instead.
#[utoipa::path(post, path = path::HOST_LOOKUP, tag = "jobs",
    params(("id" = i64, Path, description = "The host's number")),
    responses((status = 202, description = "It waits for its turn", body = Job,
        headers(("location" = String, description = "The job's path")))))]
pub(super) async fn create_lookup(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Response> {
    start(&app, &caller, id, JobKind::Lookup).await
}

/// How far a job is. Jobs that are over are remembered for a while, until the server ends at the latest.
#[utoipa::path(get, path = path::JOB, tag = "jobs",
    params(("id" = i64, Path, description = "The job's number")),
    responses((status = 200, description = "The job", body = Job)))]
pub(super) async fn find_job(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Json<Job>> {
    Ok(Json(ops::job::find(&app.engine, &caller, JobId(id))?))
}

/// End a job; one that is over stays as it is.
#[utoipa::path(delete, path = path::JOB, tag = "jobs",
    params(("id" = i64, Path, description = "The job's number")),
    responses((status = 200, description = "The job as it is now", body = Job)))]
pub(super) async fn delete_job(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Json<Job>> {
    Ok(Json(ops::job::cancel(&app.engine, &caller, JobId(id))?))
}
