//! Work that somebody asks for now: begin it, follow it, end it. What does the work is in `worker`.

mod registry;

pub use registry::{End, Jobs};

use crate::{Caller, CallerKind, Engine, Error, Result, store};
use domain::{
    host::HostId,
    job::{Job, JobId, JobKind},
    live::LiveEvent,
    token::Scope,
};
use registry::Who;
use std::net::IpAddr;
use tokio_util::sync::CancellationToken;

const NOT_FOUND: Error = Error::NotFound { what: "job" };

/// Asks for work on a host; the same work that is not over yet is returned instead of being begun again.
pub async fn start(engine: &Engine, caller: &Caller, id: HostId, kind: JobKind) -> Result<Job> {
    caller.require(Scope::Scan)?;
    let ip = listed(engine, id).await?;
    let job = engine
        .jobs
        .start(who(caller), kind, (id, ip), engine.now(), |job| {
            tell(engine, job);
        })?;
    match kind {
        JobKind::PortScan => engine.triggers.ports.notify_one(),
        JobKind::Ping | JobKind::Lookup => engine.triggers.jobs.notify_one(),
    }
    Ok(job)
}

/// A job, while it is remembered.
pub fn find(engine: &Engine, caller: &Caller, id: JobId) -> Result<Job> {
    caller.require(Scope::Read)?;
    engine.jobs.find(id).ok_or(NOT_FOUND)
}

/// Ends a job; one that is over stays as it is.
pub fn cancel(engine: &Engine, caller: &Caller, id: JobId) -> Result<Job> {
    caller.require(Scope::Scan)?;
    let job = engine
        .jobs
        .cancel(id, engine.now(), |job| tell(engine, job));
    job.ok_or(NOT_FOUND)
}

/// The jobs of a host that are not over, oldest first.
pub fn of_host(engine: &Engine, caller: &Caller, id: HostId) -> Result<Vec<Job>> {
    caller.require(Scope::Read)?;
    Ok(engine.jobs.of_host(id))
}

/// The address of a host that work can be done on.
async fn listed(engine: &Engine, id: HostId) -> Result<IpAddr> {
    if let Some(ip) = engine.board().address(id) {
        return Ok(ip);
    }
    match store::host::find(engine.store.read(), id).await? {
        None => Err(Error::NotFound { what: "host" }),
        Some(_) => Err(Error::Conflict {
            detail: "this host is archived: restore it first".into(),
        }),
    }
}

fn who(caller: &Caller) -> Who {
    match caller.kind {
        CallerKind::Session { user_id, .. } => Who::User(user_id),
        CallerKind::Token { id } => Who::Token(id),
        CallerKind::Console => Who::Console,
    }
}

fn tell(engine: &Engine, job: &Job) {
    engine.bus.publish(LiveEvent::Job(job.clone()));
}

/// Notes that a waiting job is worked on; `stop` ends that work. Whether it still wants to be done.
pub(crate) fn begin(engine: &Engine, id: JobId, stop: Option<CancellationToken>) -> bool {
    engine.jobs.begin(id, stop, |job| tell(engine, job))
}

/// Notes how far the work on a host is, if somebody asked for it.
pub(crate) fn progress(engine: &Engine, host: HostId, kind: JobKind, percent: Option<u8>) {
    engine
        .jobs
        .progress(host, kind, percent, |job| tell(engine, job));
}

/// Notes how the work on a host ended, if somebody asked for it.
pub(crate) fn finish(engine: &Engine, host: HostId, kind: JobKind, end: End) {
    let now = engine.now();
    engine
        .jobs
        .finish(host, kind, end, now, |job| tell(engine, job));
}
