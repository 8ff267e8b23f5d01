//! Writes days of 10,000 hosts through the engine with a clock of its own, and prints what that costs as `key=value`.
//! Nothing is sent.
//!
//! `history [DAYS]`: days of samples in the file when the questions are asked, 2 to 7.

mod lan;
mod naive;
mod questions;

use crate::lan::Lan;
use anyhow::{Context as _, Result};
use domain::{
    probe::{ProbeStatus, SocketMode},
    time::Timestamp,
};
use engine::{
    Engine, EngineSettings,
    clock::Clock,
    ops,
    probe::{Ping, Round, RoundReport},
};
use futures::{FutureExt as _, future::BoxFuture};
use sea_orm::{ConnectionTrait as _, Database};
use std::{
    fmt::Display,
    io::{Write as _, stdout},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Midnight, UTC.
const START: i64 = 1_800_057_600_000;
/// Minutes until the rounds are steady: hosts that never answer are Down.
const WARM_UP: usize = 10;
/// Minutes over which the log is measured.
const MEASURED: usize = 120;
const MINUTE: i64 = 60_000;
const DAY: i64 = 1_440 * MINUTE;

/// Sends nothing.
struct Nobody;

impl Ping for Nobody {
    fn round(&self, _: Round, _: CancellationToken) -> BoxFuture<'_, RoundReport> {
        let observations = Vec::new();
        async {
            RoundReport {
                observations,
                overflowed: false,
                elapsed: Duration::ZERO,
            }
        }
        .boxed()
    }

    fn status(&self) -> ProbeStatus {
        ProbeStatus {
            v4: SocketMode::Datagram,
            v6: SocketMode::Datagram,
            warnings: Vec::new(),
        }
    }
}

/// The engine, its file and its clock.
struct Lab {
    engine: Engine,
    now: Arc<AtomicI64>,
}

impl Lab {
    async fn open(folder: &Path, now: Arc<AtomicI64>) -> Result<Self> {
        let settings = EngineSettings {
            database_url: url(folder),
            ..EngineSettings::default()
        };
        let clock = {
            let now = now.clone();
            Clock::from_fn(move || Timestamp(now.load(Ordering::SeqCst)))
        };
        let engine = Engine::open_at(settings, Arc::new(Nobody), clock)
            .await?
            .engine;
        Ok(Self { engine, now })
    }

    fn pass(&self, time: Duration) {
        let ms = i64::try_from(time.as_millis()).unwrap_or(0);
        self.now.fetch_add(ms, Ordering::SeqCst);
    }

    fn set(&self, now: i64) {
        self.now.store(now, Ordering::SeqCst);
    }

    /// Folds or prunes until nothing is left; returns for how long other writes had to wait at most.
    async fn fold(&self, is_prune: bool) -> Result<Duration> {
        let folded = if is_prune {
            ops::fold::prune(&self.engine, || true).await?
        } else {
            ops::fold::fold(&self.engine, || true).await?
        };
        Ok(folded.longest_write)
    }
}

fn url(folder: &Path) -> String {
    format!("sqlite://{}?mode=rwc", folder.join("rollcall.db").display())
}

#[tokio::main]
async fn main() -> Result<()> {
    let days = std::env::args().nth(1).map_or(Ok(7), |days| days.parse())?;
    let folder = std::env::temp_dir().join(format!("rollcall-history-{}", std::process::id()));
    let done = measure(&folder, days).await;
    let _ = std::fs::remove_dir_all(&folder);
    done
}

async fn measure(folder: &Path, days: i64) -> Result<()> {
    let now = Arc::new(AtomicI64::new(START));
    let empty = {
        let folder = folder.join("empty");
        std::fs::create_dir_all(&folder)?;
        Lab::open(&folder, now.clone())
            .await?
            .engine
            .close()
            .await?;
        size(&folder)?
    };
    std::fs::create_dir_all(folder)?;
    let lab = Lab::open(folder, now.clone()).await?;
    let mut lan = Lan::create(&lab.engine).await?;
    let samples = first_day(&lab, &mut lan, folder).await?;
    lab.engine.close().await?;
    tell("hour_bytes", per(size(folder)? - empty, samples))?;
    drop(lab);

    let lab = Lab::open(folder, now.clone()).await?;
    lab.set(START + DAY + 15 * MINUTE);
    let begun = Instant::now();
    tell("fold_day_step_ms", ms(lab.fold(false).await?))?;
    tell("fold_day_s", begun.elapsed().as_secs_f64())?;
    lab.fold(true).await?;
    lab.engine.close().await?;
    tell("day_bytes", per(size(folder)? - empty, samples))?;
    drop(lab);
    tell("naive_bytes", naive::bytes_per_sample(folder).await?)?;

    let begun = Instant::now();
    let lab = Arc::new(Lab::open(folder, now.clone()).await?);
    tell("open_s", begun.elapsed().as_secs_f64())?;
    for day in 1..days {
        lab.set(START + day * DAY);
        for minute in 0..1_440 {
            lan.minute(&lab.engine, &|time| lab.pass(time)).await?;
            lab.set(START + day * DAY + (minute + 1) * MINUTE);
            // The worker folds and moves the log once a minute.
            lab.fold(false).await?;
        }
    }
    questions::ask(&lab, lan, folder, days - 1).await?;
    // A day later the first one is no longer kept.
    lab.set(START + (days + 1) * DAY + 20 * MINUTE);
    lab.fold(false).await?;
    tell("prune_step_ms", ms(lab.fold(true).await?))?;
    lab.engine.close().await?;
    tell("file_mb", per(size(folder)?, 1_000_000))?;
    Ok(())
}

/// A day of rounds, folded by hours; returns how many samples that were.
async fn first_day(lab: &Lab, lan: &mut Lan, folder: &Path) -> Result<u64> {
    let (mut samples, mut sweeps) = (0, Vec::new());
    let (mut logs, mut log_of_sweeps) = (Vec::new(), 0);
    let (mut step, mut held) = (Duration::ZERO, None);
    for minute in 0..1_440 {
        if minute == WARM_UP + 10 {
            held = Some(hold_log(folder).await?);
            logs.push(log_size(folder)?);
        }
        if minute == WARM_UP + 10 + MEASURED {
            logs.push(log_size(folder)?);
            held = None;
        }
        let before = log_size(folder)?;
        let cost = lan.sweep(&lab.engine, &|time| lab.pass(time)).await?;
        if held.is_some() {
            log_of_sweeps += log_size(folder)? - before;
        }
        samples += (cost.samples + lan.retry(&lab.engine, &|time| lab.pass(time)).await?) as u64;
        if minute > WARM_UP {
            sweeps.push(cost.time);
        }
        let minutes = i64::try_from(minute)? + 1;
        lab.set(START + minutes * MINUTE);
        // The worker does this once a minute.
        if held.is_none() {
            step = step.max(lab.fold(false).await?);
        }
    }
    lab.set(START + DAY + 5 * MINUTE);
    step = step.max(lab.fold(false).await?);
    tell("samples", samples)?;
    tell("sweep_ms", ms(p95(&mut sweeps)))?;
    tell("sweep_median_ms", ms(sweeps[sweeps.len() / 2]))?;
    tell("log_kb", per(log_of_sweeps, MEASURED as u64 * 1_000))?;
    tell(
        "log_minute_kb",
        per(logs[1] - logs[0], MEASURED as u64 * 1_000),
    )?;
    tell("fold_hour_step_ms", ms(step))?;
    Ok(samples)
}

/// A reader that keeps the log from beginning anew, so that its length tells what was written.
async fn hold_log(folder: &Path) -> Result<sea_orm::DatabaseTransaction> {
    use sea_orm::TransactionTrait as _;
    let db = Database::connect(url(folder)).await?;
    let read = db.begin().await?;
    read.execute_unprepared("SELECT count(*) FROM instance")
        .await?;
    Ok(read)
}

fn log_size(folder: &Path) -> Result<u64> {
    let log = std::fs::metadata(folder.join("rollcall.db-wal")).context("no log")?;
    Ok(log.len())
}

fn size(folder: &Path) -> Result<u64> {
    Ok(std::fs::metadata(folder.join("rollcall.db"))
        .context("no file")?
        .len())
}

/// 95 % of the times are no longer; sorts them.
fn p95(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times
        .get(times.len() * 95 / 100)
        .copied()
        .unwrap_or_default()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn per(bytes: u64, count: u64) -> f64 {
    bytes as f64 / count as f64
}

fn tell(key: &str, value: impl Display) -> Result<()> {
    writeln!(stdout(), "{key}={value:.4}")?;
    Ok(stdout().flush()?)
}
