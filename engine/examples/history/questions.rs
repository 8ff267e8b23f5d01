//! What a person asks while rounds go on, and how long the answers take.

use crate::{
    Lab,
    lan::{self, Lan},
    ms, p95, tell, url,
};
use anyhow::{Context as _, Result, ensure};
use domain::{
    history::Resolution,
    host::{HostId, HostQuery},
    subnet::SubnetId,
    summary::SummaryQuery,
    uptime::Window,
};
use engine::{Caller, ops};
use sea_orm::{ConnectionTrait as _, Database};
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How often each question is asked.
const TIMES: usize = 100;
/// Between two rounds of all subnets: far more often than in use.
const ROUNDS_EVERY: Duration = Duration::from_millis(200);

/// Asks everything while rounds go on; that many `days` are folded.
pub(crate) async fn ask(lab: &Arc<Lab>, lan: Lan, folder: &Path, days: i64) -> Result<()> {
    let (subnet, hosts) = (lan.smallest(), hosts(lab, &lan).await?);
    let begun = Instant::now();
    invent_a_year(folder, days).await?;
    tell("invent_year_s", begun.elapsed().as_secs_f64())?;
    let cancel = CancellationToken::new();
    let mut rounds = JoinSet::new();
    rounds.spawn(go_on(lab.clone(), lan, cancel.clone()));
    let answered = questions(lab, subnet, &hosts).await;
    cancel.cancel();
    let sweeps = rounds.join_next().await.context("no rounds")?;
    answered?;
    tell("busy_sweep_ms", ms(p95(&mut sweeps??)))
}

async fn go_on(lab: Arc<Lab>, mut lan: Lan, cancel: CancellationToken) -> Result<Vec<Duration>> {
    let mut sweeps = Vec::new();
    while !cancel.is_cancelled() {
        sweeps.push(lan.minute(&lab.engine, &|time| lab.pass(time)).await?);
        tokio::time::sleep(ROUNDS_EVERY).await;
    }
    Ok(sweeps)
}

async fn hosts(lab: &Lab, lan: &Lan) -> Result<Vec<HostId>> {
    let query = HostQuery {
        subnet: Some(lan.smallest().0),
        limit: Some(1_000),
        ..HostQuery::default()
    };
    let page = ops::host::list(&lab.engine, &Caller::console(), &query).await?;
    Ok(page.items.iter().map(|host| host.id).collect())
}

async fn questions(lab: &Lab, subnet: SubnetId, hosts: &[HostId]) -> Result<()> {
    let (engine, me) = (&lab.engine, Caller::console());
    let now = || engine.now();
    let ids = || hosts.iter().cycle().step_by(37).take(TIMES).copied();

    let (mut times, mut points) = (Vec::new(), 0);
    for id in ids() {
        let begun = Instant::now();
        let from = now().minus(Duration::from_hours(24));
        points = lan::history(engine, id, from, Resolution::Raw).await?;
        times.push(begun.elapsed());
    }
    tell("raw_day_points", points)?;
    tell("raw_day_ms", ms(p95(&mut times)))?;

    let mut times = Vec::new();
    for id in ids() {
        let begun = Instant::now();
        let from = now().minus(Duration::from_hours(365 * 24));
        points = lan::history(engine, id, from, Resolution::Hour).await?;
        times.push(begun.elapsed());
    }
    tell("year_points", points)?;
    tell("year_ms", ms(p95(&mut times)))?;

    let mut times = Vec::new();
    for _ in 0..TIMES {
        let begun = Instant::now();
        ops::summary::summary(engine, &me, &SummaryQuery::default()).await?;
        times.push(begun.elapsed());
    }
    tell("summary_ms", ms(p95(&mut times)))?;

    for (key, window) in [
        ("uptime_day_ms", Window::Day),
        ("uptime_week_ms", Window::Week),
    ] {
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let begun = Instant::now();
            let figures = ops::uptime::of_subnet(engine, &me, subnet, window).await?;
            times.push(begun.elapsed());
            ensure!(figures.len() == hosts.len(), "a host has no uptime");
        }
        tell(key, ms(p95(&mut times)))?;
    }
    let begun = Instant::now();
    ops::storage::report(engine, &me).await?;
    tell("report_ms", ms(begun.elapsed()))
}

/// Copies the days that were folded to the year before, for every fourth host and those of the smallest subnet, so that
/// there is a year to ask for.
async fn invent_a_year(folder: &Path, days: i64) -> Result<()> {
    let db = Database::connect(url(folder)).await?;
    let text = format!(
        "WITH RECURSIVE week (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM week WHERE n < 366 / {days} + 1)
        INSERT OR IGNORE INTO host_day
        SELECT host_id, day - n * {days}, samples, up, loss, observed_s, min, mean, p95, max, hours
        FROM host_day, week WHERE host_id % 4 = 0 OR host_id <= 250"
    );
    db.execute_unprepared(&text)
        .await
        .context("copy days to the year before")?;
    db.close().await.map_err(Into::into)
}
