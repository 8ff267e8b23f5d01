//! Looks at the targets of scan jobs, several at a time; the database is the queue.

use super::supervisor::Worker;
use crate::{
    Engine,
    ops::{
        self,
        scan::{step, target},
    },
    store::scan::Claimed,
};
use domain::scan::ScanResult;
use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    time::Duration,
};
use tokio::{
    task::{Id, JoinSet},
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

/// How often the queue is looked at when nobody says that something is in it.
const TICK: Duration = Duration::from_secs(5);
/// A target that is looked at for longer failed.
const LONGEST: Duration = Duration::from_mins(2);
/// Between two looks for jobs to forget.
const PRUNE: Duration = Duration::from_hours(1);

type Looked = Result<ScanResult, String>;

pub(super) struct Scans {
    engine: Engine,
    tasks: JoinSet<Looked>,
    running: HashMap<Id, Claimed>,
    /// What was seen and is not stored yet.
    seen: Vec<step::Looked>,
    /// What ends the targets of a job.
    stops: HashMap<i64, CancellationToken>,
    is_restored: bool,
    pruned_at: Option<Instant>,
}

impl Scans {
    pub(super) fn new(engine: Engine) -> Self {
        Self {
            engine,
            tasks: JoinSet::new(),
            running: HashMap::new(),
            seen: Vec::new(),
            stops: HashMap::new(),
            is_restored: false,
            pruned_at: None,
        }
    }

    /// Notes what ended since the last look.
    fn reap(&mut self) {
        while let Some(joined) = self.tasks.try_join_next_with_id() {
            let (id, looked) = match joined {
                Ok((id, looked)) => (id, looked),
                Err(error) => (error.id(), Err(error.to_string())),
            };
            if let Some(claimed) = self.running.remove(&id) {
                self.seen.push((claimed, looked));
            }
        }
        let busy: HashSet<i64> = self.running.values().map(|it| it.scan_id).collect();
        self.stops.retain(|id, _| busy.contains(id));
    }

    /// Ends the targets of jobs that somebody ended.
    async fn stop_cancelled(&self) -> crate::Result<()> {
        let jobs: Vec<i64> = self.stops.keys().copied().collect();
        if jobs.is_empty() {
            return Ok(());
        }
        for job in step::over(&self.engine, &jobs).await? {
            if let Some(stop) = self.stops.get(&job) {
                stop.cancel();
            }
        }
        Ok(())
    }

    fn begin(&mut self, claimed: Claimed, cancel: &CancellationToken) {
        let stop = self
            .stops
            .entry(claimed.scan_id)
            .or_insert_with(|| cancel.child_token())
            .clone();
        let (engine, target, job) = (self.engine.clone(), claimed.target.clone(), claimed.scan_id);
        let task = self.tasks.spawn(async move {
            let looked = timeout(LONGEST, look(&engine, &target, stop)).await;
            let looked = looked.unwrap_or_else(|_| Err("it took too long".into()));
            let looked = worded(&engine, job, looked).await;
            engine.triggers.scans.notify_one();
            looked
        });
        self.running.insert(task.id(), claimed);
    }
}

impl Worker for Scans {
    const NAME: &'static str = "scan targets";

    fn period(&self) -> Duration {
        TICK
    }

    async fn activate(&mut self, cancel: &CancellationToken) -> anyhow::Result<String> {
        if !self.is_restored {
            step::restore(&self.engine).await?;
            self.is_restored = true;
        }
        let now = Instant::now();
        if self.pruned_at.is_none_or(|at| now - at >= PRUNE) {
            step::prune(&self.engine).await?;
            self.pruned_at = Some(now);
        }
        ops::scan::catch_up(&self.engine);
        self.reap();
        self.stop_cancelled().await?;
        if self.seen.is_empty() && !step::is_waiting(&self.engine).await? {
            return Ok(String::new());
        }
        let free = self
            .engine
            .settings
            .scan_workers
            .saturating_sub(self.running.len());
        // What is taken up now would only be put back.
        let most = if cancel.is_cancelled() { 0 } else { free };
        let claimed = step::exchange(&self.engine, &self.seen, most).await?;
        let stored = std::mem::take(&mut self.seen).len();
        for claimed in claimed {
            self.begin(claimed, cancel);
        }
        Ok(match stored {
            0 => String::new(),
            1 => "1 target was looked at".into(),
            n => format!("{n} targets were looked at"),
        })
    }

    /// What was seen is kept; what was not seen to its end is put back, and that attempt does not count.
    async fn end(&mut self) -> anyhow::Result<()> {
        while let Some(joined) = self.tasks.join_next_with_id().await {
            if let Ok((id, Ok(result))) = joined
                && let Some(claimed) = self.running.remove(&id)
            {
                self.seen.push((claimed, Ok(result)));
            }
        }
        // What failed is tried again, and this attempt does not count.
        self.seen.retain(|(_, looked)| looked.is_ok());
        step::exchange(&self.engine, &self.seen, 0).await?;
        Ok(step::suspend(&self.engine).await?)
    }
}

/// Looks at one target. Only what may succeed another time is an error.
async fn look(engine: &Engine, text: &str, cancel: CancellationToken) -> Looked {
    let begun = Instant::now();
    let refused = |ip: Option<IpAddr>, why: &str| Ok(step::nothing(text, ip, why, begun.elapsed()));
    let target = match target::read(text) {
        Ok(target) => target,
        Err(why) => return refused(None, &why),
    };
    let found = match (target.address(), target.name()) {
        (Some(ip), _) => vec![ip],
        (None, Some(name)) => match engine.probes.examine.resolve(name.to_owned()).await {
            Ok(found) => found,
            Err(why) => return refused(None, &why),
        },
        (None, None) => return refused(None, "nothing to look at"),
    };
    let ip = match step::choose(engine, &found) {
        Ok(ip) => ip,
        Err(why) => return refused(found.first().copied(), &why),
    };
    let subject = step::subject(&target, ip);
    let examined = engine.probes.examine.examine(subject, cancel).await;
    let examined = examined.ok_or("it was ended")?;
    let took = begun.elapsed();
    Ok(step::judged(text, Some(ip), examined, took, engine.now()))
}

/// The result with what has to be said of a model's words.
async fn worded(engine: &Engine, job: i64, looked: Looked) -> Looked {
    let mut result = looked?;
    let missing = step::missing_words(engine, job).await;
    if let Some(missing) = missing.map_err(|error| error.to_string())? {
        result.risk_summary = format!("{missing}. {}", result.risk_summary);
    }
    Ok(result)
}
