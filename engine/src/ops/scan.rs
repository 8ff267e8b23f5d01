//! Scan jobs: ask for one, follow it, end it, ask for it again, compare two. What is done for a target is in `step`.

mod brief;
mod compare;
pub mod metadata;
pub mod policy;
mod read;
pub mod schedule;
pub mod status;
pub mod step;
pub mod target;
mod told;
pub mod versions;
pub mod words;

pub use brief::brief;
pub use compare::compare_runs;
pub use read::{list, newest_of, table, verdict_of};
pub use told::{Told, catch_up};

use crate::{Caller, CallerKind, Engine, Error, Result, store};
use domain::{
    problem::FieldError,
    scan::{
        MAX_TARGETS, NewScan, Scan, ScanAccepted, ScanMode, ScanNews, ScanProgress, ScanStatus,
        diff::{ScanDiff, diff},
        entry,
    },
    token::Scope,
};
use rand::{Rng as _, distr::Alphanumeric};
use std::time::Duration;
use store::{
    Write,
    scan::{NewJob, Stored},
};

const NOT_FOUND: Error = Error::NotFound { what: "scan" };
/// Jobs that may wait or run.
const MOST_JOBS: u64 = 1_000;
/// Jobs of one owner that may: nobody keeps the others out.
const MOST_OF_ONE: u64 = 500;
/// When the queue is full, it is worth another try after so long.
const AGAIN: Duration = Duration::from_secs(30);
/// Letters and digits of a token: 32 of 62 are 190 bits.
const TOKEN: usize = 32;
/// Longest name that a caller may give a request.
const KEY: usize = 200;

/// Asks for a scan: it is stored before its token is returned. With a key, asking again returns the same scan.
pub async fn enqueue(
    engine: &Engine,
    caller: &Caller,
    mode: ScanMode,
    new: &NewScan,
    key: Option<&str>,
) -> Result<ScanAccepted> {
    caller.require(Scope::Scan)?;
    if key.is_some_and(|key| key.is_empty() || key.len() > KEY) {
        return Err(Error::field(
            "",
            "an Idempotency-Key has 1 to 200 characters",
        ));
    }
    let targets = written_out(engine, new)?;
    let owner = owner(caller);
    let request = serde_json::to_string(new).map_err(|e| Error::Internal(e.into()))?;
    let write = engine.store.write().await?;
    if let Some(key) = key
        && let Some(known) = store::scan::find_by_key(&write.tx, &owner, key).await?
    {
        if known.request != request || known.mode != mode {
            return Err(Error::Conflict {
                detail: "this Idempotency-Key was used for another request".into(),
            });
        }
        return Ok(accepted(known.token));
    }
    let asked = Asked {
        owner: &owner,
        mode,
        request: &request,
        key,
        schedule_id: None,
        targets: &targets,
    };
    let job = store_job(engine, &write, &asked).await?;
    drop(write.commit().await?);
    told::tell(engine, vec![job.news]);
    engine.triggers.scans.notify_one();
    Ok(accepted(job.token))
}

/// A request that was found right.
struct Asked<'a> {
    owner: &'a str,
    mode: ScanMode,
    /// As JSON.
    request: &'a str,
    key: Option<&'a str>,
    schedule_id: Option<i64>,
    targets: &'a [String],
}

/// A job that was just stored.
struct Job {
    token: String,
    news: ScanNews,
}

/// Stores a job if there is room for it in the queue.
async fn store_job(engine: &Engine, write: &Write, asked: &Asked<'_>) -> Result<Job> {
    let (open, own) = store::scan::count_open(&write.tx, asked.owner).await?;
    let full = match (open, own) {
        (MOST_JOBS.., _) => Some("the queue of scans is full"),
        (_, MOST_OF_ONE..) => Some("half of the queue of scans is yours: wait for some of them"),
        _ => None,
    };
    if let Some(detail) = full {
        return Err(Error::Unavailable {
            retry_after: AGAIN,
            detail,
        });
    }
    let token: String = rand::rng()
        .sample_iter(Alphanumeric)
        .take(TOKEN)
        .map(char::from)
        .collect();
    let job = NewJob {
        token: &token,
        owner: asked.owner,
        mode: asked.mode,
        request: asked.request,
        idempotency_key: asked.key,
        schedule_id: asked.schedule_id,
        targets: asked.targets,
        at: engine.now(),
    };
    let id = store::scan::insert(&write.tx, &job).await?;
    let total = u32::try_from(asked.targets.len()).unwrap_or(u32::MAX);
    let news = ScanNews {
        id,
        status: ScanStatus::Queued,
        progress: ScanProgress { done: 0, total },
    };
    Ok(Job { token, news })
}

fn accepted(token: String) -> ScanAccepted {
    ScanAccepted {
        status_url: domain::api::path::SCAN.replace("{token}", &token),
        token,
    }
}

/// Who asked, as it is stored.
fn owner(caller: &Caller) -> String {
    match caller.kind {
        CallerKind::Session { user_id, .. } => format!("user:{user_id}"),
        CallerKind::Token { id } => format!("token:{id}"),
        CallerKind::Console => "console".into(),
    }
}

/// Every target of a request, or everything that is wrong with it.
fn written_out(engine: &Engine, new: &NewScan) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let mut targets = Vec::new();
    for (at, text) in new.ip_addresses.iter().enumerate() {
        let pointer = format!("/ip_addresses/{at}");
        match entry::addresses(text) {
            Err(error) => wrong.push(FieldError::new(&pointer, error.to_string())),
            Ok(addresses) => {
                let refusal = addresses
                    .iter()
                    .find_map(|ip| policy::permit(engine, *ip).err());
                match refusal {
                    Some(refusal) => wrong.push(FieldError::new(&pointer, refusal)),
                    None => targets.extend(addresses.iter().map(ToString::to_string)),
                }
            }
        }
        if targets.len() > MAX_TARGETS {
            break;
        }
    }
    for (at, text) in new.endpoints.iter().take(MAX_TARGETS + 1).enumerate() {
        let pointer = format!("/endpoints/{at}");
        let read = target::read(text).and_then(|target| match target.address() {
            Some(ip) => policy::permit(engine, ip).and_then(|()| match target.port {
                Some(port) => policy::permit_port(engine, ip, port),
                None => Ok(()),
            }),
            None => Ok(()),
        });
        match read {
            Ok(()) => targets.push(text.trim().to_owned()),
            Err(why) => wrong.push(FieldError::new(&pointer, why)),
        }
    }
    if targets.len() > MAX_TARGETS {
        wrong.push(FieldError::new("", "at most 1,024 targets"));
    }
    if wrong.is_empty() && targets.is_empty() {
        wrong.push(FieldError::new("", "name an address or an endpoint"));
    }
    if wrong.is_empty() {
        Ok(targets)
    } else {
        Err(Error::Invalid(wrong))
    }
}

/// A job that the caller may know of: their own, or any for an administrator.
async fn stored(engine: &Engine, caller: &Caller, token: &str) -> Result<Stored> {
    caller.require(Scope::Scan)?;
    let found = store::scan::find(engine.store.read(), token).await?;
    let is_theirs =
        |job: &Stored| job.owner == owner(caller) || caller.require(Scope::Admin).is_ok();
    found.filter(is_theirs).ok_or(NOT_FOUND)
}

/// A job and its results so far.
pub async fn find(engine: &Engine, caller: &Caller, token: &str) -> Result<Scan> {
    let job = stored(engine, caller, token).await?;
    let results = store::scan::results(engine.store.read(), job.id).await?;
    let results = results
        .iter()
        .map(|json| serde_json::from_str(json))
        .collect::<std::result::Result<_, _>>()
        .map_err(|e| Error::Internal(e.into()))?;
    Ok(Scan {
        results,
        ..without_results(job)?
    })
}

fn without_results(job: Stored) -> Result<Scan> {
    Ok(Scan {
        id: job.id,
        token: job.token,
        request: requested(&job.request)?,
        mode: job.mode,
        status: job.status,
        created_at: job.created_at,
        started_at: job.started_at,
        finished_at: job.finished_at,
        progress: job.progress,
        worst: job.worst,
        schedule_id: job.schedule_id,
        results: Vec::new(),
    })
}

fn requested(json: &str) -> Result<NewScan> {
    serde_json::from_str(json).map_err(|e| Error::Internal(e.into()))
}

/// Ends a job; its finished targets keep their results.
pub async fn cancel(engine: &Engine, caller: &Caller, token: &str) -> Result<Scan> {
    let job = stored(engine, caller, token).await?;
    let write = engine.store.write().await?;
    store::scan::cancel(&write.tx, job.id, engine.now()).await?;
    let news = store::scan::news(&write.tx, &[job.id]).await?;
    drop(write.commit().await?);
    told::tell(engine, news);
    engine.triggers.scans.notify_one();
    find(engine, caller, token).await
}

/// Asks for the same again.
pub async fn rerun(engine: &Engine, caller: &Caller, token: &str) -> Result<ScanAccepted> {
    let job = stored(engine, caller, token).await?;
    let new = requested(&job.request)?;
    enqueue(engine, caller, job.mode, &new, None).await
}

/// What changed from one job to another.
pub async fn compare(
    engine: &Engine,
    caller: &Caller,
    before: &str,
    after: &str,
) -> Result<ScanDiff> {
    let before = find(engine, caller, before).await?;
    let after = find(engine, caller, after).await?;
    Ok(diff(&before, &after))
}
