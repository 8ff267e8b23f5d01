//! Work on a host that somebody asks for now.

use super::Failure;
#[cfg(feature = "ssr")]
use super::door::Door;
use domain::{
    host::HostId,
    job::{Job, JobId, JobKind},
};
#[cfg(feature = "ssr")]
use engine::ops;
use leptos::{prelude::*, server_fn::codec::Json};
#[cfg(feature = "ssr")]
use std::future::ready;

/// Begins work on a host; the same work that is not over yet is returned instead.
#[server(StartJob, prefix = "/rpc", endpoint = "start_job", input = Json, output = Json)]
pub async fn start_job(
    /// The host.
    id: HostId,
    /// What is to be done.
    kind: JobKind,
) -> Result<Job, Failure> {
    let door = Door::open()?;
    door.answer(ops::job::start(&door.engine, &door.caller, id, kind).await)
}

/// Ends a job.
#[server(CancelJob, prefix = "/rpc", endpoint = "cancel_job", input = Json, output = Json)]
pub async fn cancel_job(
    /// Its number.
    id: JobId,
) -> Result<Job, Failure> {
    let door = Door::open()?;
    // The operation waits for nothing, but a server function is asynchronous whatever it does.
    door.answer(ready(ops::job::cancel(&door.engine, &door.caller, id)).await)
}

/// The jobs of a host that are not over, oldest first.
#[server(ListJobs, prefix = "/rpc", endpoint = "jobs", input = Json, output = Json)]
pub async fn jobs(
    /// The host.
    id: HostId,
) -> Result<Vec<Job>, Failure> {
    let door = Door::open()?;
    // As above.
    door.answer(ready(ops::job::of_host(&door.engine, &door.caller, id)).await)
}
