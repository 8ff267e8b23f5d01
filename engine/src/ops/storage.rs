//! What the database holds, how it grows, and what retention drops when.

use crate::{
    Caller, Engine, Result,
    store::{
        samples::{
            day,
            folded::{self, Period},
        },
        storage::{self, Table},
    },
};
use domain::{
    storage::{StorageReport, StorageTable},
    time::Timestamp,
    token::Scope,
};
use std::time::Duration;
use tokio::sync::Mutex;

/// Counting reads the head of every page, so its result serves for this long.
const FRESH: Duration = Duration::from_mins(5);

/// The newest count.
#[derive(Debug, Default)]
pub struct Counted(Mutex<Option<StorageReport>>);

/// Tables, growth and what goes next; at most five minutes old.
pub async fn report(engine: &Engine, caller: &Caller) -> Result<StorageReport> {
    caller.require(Scope::Read)?;
    let mut counted = engine.counted.0.lock().await;
    let now = engine.now();
    if let Some(report) = counted.as_ref().filter(|r| now.since(r.at) < FRESH) {
        return Ok(report.clone());
    }
    let report = count(engine, now).await?;
    *counted = Some(report.clone());
    Ok(report)
}

async fn count(engine: &Engine, now: Timestamp) -> Result<StorageReport> {
    let (db, settings) = (engine.store.read(), &engine.settings);
    let pages = storage::pages(db).await?;
    let mut tables = Vec::new();
    for table in storage::tables(db).await? {
        let oldest = oldest(engine, &table.name).await?;
        let keep = match table.name.as_str() {
            "day_samples" => Some(settings.keep_raw_days),
            _ => None,
        };
        tables.push(with_growth(table, oldest, keep, now));
    }
    if let Some(days) = tables.iter_mut().find(|t| t.name == "host_day") {
        // What goes is the hours of its oldest day, nearly all of its bytes.
        days.next_drop_at = days
            .oldest_at
            .map(|at| drop_at(at, settings.keep_hourly_days).max(now));
        days.next_drop_bytes = days.bytes_per_day;
    }
    Ok(StorageReport {
        bytes: engine.store.bytes(),
        free_bytes: pages.free * pages.bytes,
        bytes_per_day: tables.iter().filter_map(|t| t.bytes_per_day).sum(),
        keep_raw_days: settings.keep_raw_days,
        keep_hourly_days: settings.keep_hourly_days,
        tables,
        at: now,
    })
}

/// The oldest time in a table that grows.
async fn oldest(engine: &Engine, table: &str) -> Result<Option<Timestamp>> {
    let db = engine.store.read();
    let of = |period: Period, number: Option<i64>| number.map(|n| period.start(n));
    Ok(match table {
        "round" => storage::oldest(db, ("round", "at")).await?.map(Timestamp),
        "event" => storage::oldest(db, ("event", "at")).await?.map(Timestamp),
        "hour_samples" => {
            let span = folded::span(db, Period::Hour).await?;
            of(Period::Hour, span.map(|(first, _)| first))
        }
        "day_samples" => {
            let span = folded::span(db, Period::Day).await?;
            of(Period::Day, span.map(|(first, _)| first))
        }
        "host_day" => of(Period::Day, day::oldest(db).await?),
        "state_interval" => storage::oldest(db, ("state_interval", "start_at"))
            .await?
            .map(Timestamp),
        _ => None,
    })
}

fn with_growth(
    table: Table,
    oldest_at: Option<Timestamp>,
    keep: Option<u32>,
    now: Timestamp,
) -> StorageTable {
    let days = oldest_at
        .and_then(|at| u64::try_from(Period::Day.of(now) - Period::Day.of(at)).ok())
        .filter(|days| *days > 0);
    // The newest rounds and hours come and go: they are as large tomorrow.
    let grows = !matches!(table.name.as_str(), "round" | "hour_samples");
    let bytes_per_day = days.filter(|_| grows).map(|days| table.bytes / days);
    let next_drop_at = keep
        .zip(oldest_at)
        .map(|(keep, at)| drop_at(at, keep).max(now));
    StorageTable {
        name: table.name,
        rows: table.rows,
        bytes: table.bytes,
        bytes_per_day,
        oldest_at,
        next_drop_bytes: next_drop_at.and(bytes_per_day),
        next_drop_at,
    }
}

/// When the day that `oldest` lies in is no longer kept.
fn drop_at(oldest: Timestamp, keep_days: u32) -> Timestamp {
    Period::Day.start(Period::Day.of(oldest) + i64::from(keep_days) + 1)
}
