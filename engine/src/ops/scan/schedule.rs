//! Scans that are repeated: made of one that was asked for, changed, deleted, and asked for when their turn has come.

use super::{Asked, read::whose, requested, store_job, stored, told, written_out};
use crate::{
    Caller, Engine, Error, Result,
    ops::clean_line,
    store::{
        self, Write,
        scan::schedule::{self as rows, Stored},
    },
};
use domain::{
    scan::schedule::{Every, NewScanSchedule, ScanSchedule, ScanSchedulePatch, following},
    time::Timestamp,
    token::Scope,
};
use rand::Rng as _;
use std::time::Duration;

const NOT_FOUND: Error = Error::NotFound {
    what: "scan schedule",
};
/// Most schedules of one installation.
const LIMIT: usize = 200;
/// Characters of a name.
const LONGEST_NAME: usize = 100;
/// What was made at the same time does not run at the same time.
const JITTER: Duration = Duration::from_mins(5);
/// When the queue is full, or the run before is not over, it is worth another try after so long.
const AGAIN: Duration = Duration::from_mins(10);

fn shown(it: Stored) -> Result<ScanSchedule> {
    let (last_token, last_at) = it.last.unzip();
    Ok(ScanSchedule {
        id: it.id,
        name: it.name,
        every: it.every,
        enabled: it.next_at.is_some(),
        mode: it.mode,
        request: requested(&it.request)?,
        next_at: it.next_at,
        last_token,
        last_at,
        last_problem: it.last_problem,
    })
}

fn clean_name(name: &str) -> Result<String> {
    let name = clean_line("/name", Some(name))?;
    let name = name.ok_or_else(|| Error::field("/name", "say what it is for"))?;
    if name.chars().count() > LONGEST_NAME {
        return Err(Error::field("/name", "at most 100 characters"));
    }
    Ok(name)
}

/// The caller's schedules, or all of them for an administrator, oldest first.
pub async fn list(engine: &Engine, caller: &Caller) -> Result<Vec<ScanSchedule>> {
    let owner = whose(caller)?;
    let rows = rows::list(engine.store.read(), owner.as_deref()).await?;
    rows.into_iter().map(shown).collect()
}

/// One schedule.
pub async fn find(engine: &Engine, caller: &Caller, id: i64) -> Result<ScanSchedule> {
    let owner = whose(caller)?;
    let found = rows::find(engine.store.read(), id).await?;
    let found = found.filter(|it| owner.is_none_or(|owner| owner == it.owner));
    shown(found.ok_or(NOT_FOUND)?)
}

/// A schedule that the caller may know of, to be changed.
async fn theirs(write: &Write, caller: &Caller, id: i64) -> Result<Stored> {
    let owner = whose(caller)?;
    let found = rows::find(&write.tx, id).await?;
    let found = found.filter(|it| owner.is_none_or(|owner| owner == it.owner));
    found.ok_or(NOT_FOUND)
}

/// Has a scan repeated. What it has found is what the first run is compared with.
pub async fn create(
    engine: &Engine,
    caller: &Caller,
    new: &NewScanSchedule,
) -> Result<ScanSchedule> {
    let name = clean_name(&new.name)?;
    let job = match stored(engine, caller, &new.token).await {
        Err(Error::NotFound { .. }) => return Err(Error::field("/token", "there is no such scan")),
        found => found?,
    };
    // The rules may be others by now.
    written_out(engine, &requested(&job.request)?)?;
    let now = engine.now();
    let jitter = rand::rng().random_range(Duration::ZERO..JITTER);
    let mut it = Stored {
        id: 0,
        owner: super::owner(caller),
        name,
        every: new.every,
        mode: job.mode,
        request: job.request,
        created_at: now,
        next_at: Some(now.plus(new.every.period() + jitter)),
        last: None,
        last_problem: None,
    };
    let write = engine.store.write().await?;
    if rows::list(&write.tx, None).await?.len() >= LIMIT {
        return Err(Error::Conflict {
            detail: "there are 200 scan schedules already".into(),
        });
    }
    it.id = rows::insert(&write.tx, &it).await?;
    rows::remember(&write.tx, it.id, job.id).await?;
    drop(write.commit().await?);
    tracing::info!(schedule.id = it.id, caller.name, "scan schedule added");
    shown(it)
}

/// Changes a schedule. One that is switched on again, or runs more often than before, is due when it would have been.
pub async fn update(
    engine: &Engine,
    caller: &Caller,
    id: i64,
    patch: &ScanSchedulePatch,
) -> Result<ScanSchedule> {
    let write = engine.store.write().await?;
    let mut it = theirs(&write, caller, id).await?;
    if let Some(name) = &patch.name {
        it.name = clean_name(name)?;
    }
    let is_other = patch.every.is_some_and(|every| every != it.every);
    it.every = patch.every.unwrap_or(it.every);
    let is_enabled = patch.enabled.unwrap_or(it.next_at.is_some());
    let last = it.last.as_ref().map_or(it.created_at, |(_, at)| *at);
    it.next_at = match it.next_at {
        _ if !is_enabled => None,
        Some(next) if !is_other => Some(next),
        _ => Some(last.plus(it.every.period())),
    };
    rows::update(&write.tx, &it).await?;
    drop(write.commit().await?);
    engine.triggers.schedules.notify_one();
    shown(it)
}

/// Deletes a schedule; its runs stay.
pub async fn delete(engine: &Engine, caller: &Caller, id: i64) -> Result<()> {
    let write = engine.store.write().await?;
    let it = theirs(&write, caller, id).await?;
    rows::delete(&write.tx, it.id).await?;
    drop(write.commit().await?);
    tracing::info!(schedule.id = id, caller.name, "scan schedule deleted");
    Ok(())
}

/// Asks for the runs whose turn has come; returns how many.
pub async fn ask(engine: &Engine) -> Result<usize> {
    let now = engine.now();
    let is_to_do = |it: &Stored| {
        it.next_at
            .is_some_and(|at| is_due(at, now) || is_far(at, it.every, now))
    };
    let waiting = rows::enabled(engine.store.read()).await?;
    let mut count = 0;
    for it in waiting.into_iter().filter(is_to_do) {
        count += usize::from(ask_one(engine, it.id, now).await?);
    }
    Ok(count)
}

fn is_due(at: Timestamp, now: Timestamp) -> bool {
    at <= now
}

/// A turn that is so far away was decided before the clock was stepped back.
fn is_far(at: Timestamp, every: Every, now: Timestamp) -> bool {
    at > now.plus(every.period() + JITTER)
}

/// Asks for one run in one transaction with the schedule's next turn, so that no crash makes two of it.
async fn ask_one(engine: &Engine, id: i64, now: Timestamp) -> Result<bool> {
    let write = engine.store.write().await?;
    let Some(mut it) = rows::find(&write.tx, id).await? else {
        return Ok(false);
    };
    let Some(turn) = it.next_at else {
        return Ok(false);
    };
    it.next_at = Some(following(turn, it.every, now));
    let mut news = None;
    if is_due(turn, now) {
        match run(engine, &write, &it).await {
            Ok(job) => {
                it.last = Some((job.token, now));
                it.last_problem = None;
                news = Some(job.news);
            }
            Err(Error::Unavailable { detail, .. }) => {
                it.last_problem = Some(detail.into());
                it.next_at = Some(now.plus(AGAIN));
            }
            Err(error @ Error::Internal(_)) => return Err(error),
            Err(error) => it.last_problem = Some(words(&error)),
        }
    }
    rows::update(&write.tx, &it).await?;
    drop(write.commit().await?);
    let is_asked = news.is_some();
    told::tell(engine, news.into_iter().collect());
    if is_asked {
        engine.triggers.scans.notify_one();
    } else if let Some(problem) = &it.last_problem {
        tracing::warn!(schedule.id = id, problem, "scan not repeated");
    }
    Ok(is_asked)
}

/// Asks for a run as its owner would.
async fn run(engine: &Engine, write: &Write, it: &Stored) -> Result<super::Job> {
    if rows::is_running(&write.tx, it.id).await? {
        return Err(Error::Unavailable {
            retry_after: AGAIN,
            detail: "the run before is not over yet",
        });
    }
    if !may_scan(engine, write, &it.owner).await? {
        return Err(Error::Forbidden {
            reason: "who made it may not scan any more",
        });
    }
    let targets = written_out(engine, &requested(&it.request)?)?;
    let asked = Asked {
        owner: &it.owner,
        mode: it.mode,
        request: &it.request,
        key: None,
        schedule_id: Some(it.id),
        targets: &targets,
    };
    store_job(engine, write, &asked).await
}

/// Whether an owner, as it is stored, is still there and may scan.
async fn may_scan(engine: &Engine, write: &Write, owner: &str) -> Result<bool> {
    let number = |text: &str| text.parse::<i64>().ok();
    Ok(match owner.split_once(':') {
        None => owner == "console",
        Some(("user", id)) => match number(id) {
            Some(id) => store::user::by_id(&write.tx, id).await?.is_some(),
            None => false,
        },
        Some((_, id)) => {
            let tokens = store::token::list(&write.tx).await?;
            tokens.iter().any(|token| {
                Some(token.id) == number(id)
                    && token.expires_at > engine.now()
                    && token.scopes.contains(&Scope::Scan)
            })
        }
    })
}

/// Why a run was refused, for the person who made its schedule.
fn words(error: &Error) -> String {
    match error {
        Error::Invalid(errors) => {
            let all = errors.iter().map(|error| error.detail.as_str());
            let first: Vec<&str> = all.take(3).collect();
            first.join("; ")
        }
        other => other.to_string(),
    }
}
