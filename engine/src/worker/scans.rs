//! Looks at the targets of scan jobs, several at a time; the database is the queue.

mod wording;

use super::{known::known, supervisor::Worker};
use crate::{
    Engine,
    ops::{
        self,
        scan::{policy, step, target, versions},
    },
    probe::{examine::Examined, ports::PortScanError},
    store::scan::Claimed,
};
use domain::scan::ScanResult;
use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::watch,
    task::{Id, JoinSet},
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

/// How often the queue is looked at when nobody says that something is in it.
const TICK: Duration = Duration::from_secs(5);
/// A target that is looked at for longer failed.
const LONGEST: Duration = Duration::from_mins(2);
/// nmap is waited for no longer than this, most of which may be others' turns.
const NMAP: Duration = Duration::from_mins(10);
/// Targets that may wait for a model's words before others are begun.
const MOST_WORDED: usize = 64;
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
    /// Targets that were looked at and wait for a model's words: they keep nobody else from being looked at.
    worded: Arc<AtomicUsize>,
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
            worded: Arc::default(),
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
                // What was ended from outside is no attempt: `end` puts it back, or its job is over.
                let stop = self.stops.get(&claimed.scan_id);
                if looked.is_ok() || !stop.is_some_and(CancellationToken::is_cancelled) {
                    self.seen.push((claimed, looked));
                }
            }
        }
        let busy: HashSet<i64> = self.running.values().map(|it| it.scan_id).collect();
        self.stops.retain(|id, _| busy.contains(id));
    }

    /// How many more targets may be looked at.
    fn free(&self) -> usize {
        let worded = self.worded.load(Ordering::SeqCst);
        if worded >= MOST_WORDED {
            return 0;
        }
        let looking = self.running.len().saturating_sub(worded);
        self.engine.settings.scan_workers.saturating_sub(looking)
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
        let (engine, taken, job) = (self.engine.clone(), claimed.clone(), claimed.scan_id);
        let longest = if claimed.detects_versions {
            LONGEST + NMAP
        } else {
            LONGEST
        };
        let worded = Arc::clone(&self.worded);
        let task = self.tasks.spawn(async move {
            let looked = timeout(longest, look(&engine, &taken, stop.clone())).await;
            let looked = looked.unwrap_or_else(|_| Err("it took too long".into()));
            let looked = match looked {
                Ok(result) => wording::worded(&engine, job, result, &worded, &stop).await,
                Err(why) => Err(why),
            };
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
        // What is taken up now would only be put back.
        let most = if cancel.is_cancelled() {
            0
        } else {
            self.free()
        };
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
async fn look(engine: &Engine, claimed: &Claimed, cancel: CancellationToken) -> Looked {
    let (begun, text) = (Instant::now(), claimed.target.as_str());
    let refused = |ip: Option<IpAddr>, why: &str| Ok(step::nothing(text, ip, why, begun.elapsed()));
    let target = match target::read(text) {
        Ok(target) => target,
        Err(why) => return refused(None, &why),
    };
    let found = match (target.address(), target.name()) {
        (Some(ip), _) => vec![ip],
        (None, Some(name)) => {
            let asking = engine.probes.examine.resolve(name.to_owned());
            match cancel.run_until_cancelled(asking).await {
                None => return Err("it was ended".into()),
                Some(Ok(found)) => found,
                Some(Err(why)) => return refused(None, &why),
            }
        }
        (None, None) => return refused(None, "nothing to look at"),
    };
    let permitted = policy::choose(engine, &found).and_then(|ip| {
        let port = target
            .port
            .map_or(Ok(()), |port| policy::permit_port(engine, ip, port));
        port.map(|()| ip)
    });
    let ip = match permitted {
        Ok(ip) => ip,
        Err(why) => return refused(found.first().copied(), &why),
    };
    let subject = step::subject(engine, &target, ip);
    let looking = engine.probes.examine.examine(subject, cancel.clone());
    let (looked, known) = tokio::join!(timeout(LONGEST, looking), known(engine, ip, &cancel));
    let mut examined = looked
        .map_err(|_| "it took too long")?
        .ok_or("it was ended")?;
    if target.name().is_some() {
        examined.tests.insert(0, step::resolved(&found));
    }
    if claimed.detects_versions {
        ask_nmap(engine, ip, &mut examined, cancel).await?;
    }
    let took = begun.elapsed();
    let ip = Some(ip);
    Ok(step::judged(text, ip, examined, known, took, engine.now()))
}

/// Adds nmap's word on the open ports. Only the end of the scan is an error.
async fn ask_nmap(
    engine: &Engine,
    ip: IpAddr,
    examined: &mut Examined,
    cancel: CancellationToken,
) -> Result<(), String> {
    let Some(request) = versions::request(ip, examined) else {
        versions::skip(examined, "no port is open");
        return Ok(());
    };
    let (percent, _) = watch::channel(None);
    let scanning = engine.probes.ports.scan(request, percent, cancel);
    match timeout(NMAP, scanning).await {
        Err(_) => versions::skip(examined, "others kept nmap busy for 10 minutes"),
        Ok(Err(PortScanError::Cancelled)) => return Err("it was ended".into()),
        Ok(answer) => versions::merge(examined, answer),
    }
    Ok(())
}
