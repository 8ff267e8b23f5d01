//! Scans the ports of living hosts, every interval, and of any host when somebody asks; never one host twice at a time.

mod look;

use super::{
    rota::{Rota, next_turn},
    supervisor::Worker,
};
use crate::{
    Engine,
    ops::{self, job::End, port::Recorded},
    probe::ports::PortScanError,
};
use domain::{
    host::HostId,
    job::{JobId, JobKind},
    status::Status,
};
use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    time::Duration,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often the schedule is looked at; whoever asks, and every end of a scan, wakes it sooner.
const TICK: Duration = Duration::from_secs(1);
/// Scans at the same time.
const AT_ONCE: usize = 2;
/// A scan that failed is tried again after this share of the interval.
const AGAIN: u32 = 6;

pub(super) struct Ports {
    engine: Engine,
    turns: HashMap<HostId, Instant>,
    rota: Rota<(Ended, End), HostId>,
    /// What ends the scans that go on.
    stops: HashMap<HostId, CancellationToken>,
}

/// What became of a scan.
enum Ended {
    Well(String),
    Failed,
    /// Somebody ended it.
    Interrupted,
}

/// A host to scan, and who asked for it.
#[derive(Clone, Copy)]
struct Turn {
    id: HostId,
    ip: IpAddr,
    job: Option<JobId>,
}

impl Ports {
    pub(super) fn new(engine: Engine) -> Self {
        engine.jobs.put_back(&[JobKind::PortScan]);
        Self {
            engine,
            turns: HashMap::new(),
            rota: Rota::new(),
            stops: HashMap::new(),
        }
    }

    /// Whom to scan now: first those that somebody asked for, in their order; then those never scanned, then those that have
    /// waited longest.
    fn due(&mut self, now: Instant) -> Vec<Turn> {
        let free = AT_ONCE.saturating_sub(self.rota.len());
        let mut due = self.asked();
        if due.len() < free {
            let asked: HashSet<HostId> = due.iter().map(|turn| turn.id).collect();
            due.extend(self.scheduled(now, &asked));
        }
        due.truncate(free);
        due
    }

    fn asked(&self) -> Vec<Turn> {
        let mut due = Vec::new();
        for job in self.engine.jobs.waiting(&[JobKind::PortScan]) {
            let id = job.host_id;
            if self.rota.is_busy(id) {
                // What the scan that goes on will find is what was asked for, unless it is being ended.
                if self.stops.get(&id).is_some_and(|stop| !stop.is_cancelled()) {
                    ops::job::begin(&self.engine, job.id, None);
                }
                continue;
            }
            let ip = self.engine.board().address(id);
            if let Some(ip) = ip {
                let job = Some(job.id);
                due.push(Turn { id, ip, job });
            } else if ops::job::begin(&self.engine, job.id, None) {
                let gone = End::Failed("the host is gone".into());
                ops::job::finish(&self.engine, id, JobKind::PortScan, gone);
            }
        }
        due
    }

    fn scheduled(&mut self, now: Instant, asked: &HashSet<HostId>) -> Vec<Turn> {
        let settings = &self.engine.settings;
        if !(settings.scheduler && settings.port_scheduler) {
            return Vec::new();
        }
        let interval = settings.port_interval;
        let (board, wall) = (self.engine.board(), self.engine.now());
        self.turns.retain(|id, _| board.address(*id).is_some());
        let mut due = Vec::new();
        for (ip, entry) in board.all() {
            let id = entry.id;
            if !board.rules(entry.subnet_id).is_some_and(|r| r.port_scan)
                || asked.contains(&id)
                || self.rota.is_busy(id)
            {
                continue;
            }
            let last = board.ports.scanned_at(id);
            // A host that was never scanned is scanned soon; the others wait for the rest of their interval.
            let turn = *self.turns.entry(id).or_insert_with(|| {
                let left = |at| interval.saturating_sub(wall.since(at));
                now + last.map_or(Duration::ZERO, left)
            });
            if now < turn {
                continue;
            }
            let shown = board.shown(entry, wall);
            if shown.status == Status::Up && !shown.suspect {
                let job = None;
                due.push((last.is_some(), turn, Turn { id, ip, job }));
            }
        }
        due.sort_by_key(|(was_scanned, turn, it)| (*was_scanned, *turn, it.id));
        due.into_iter().map(|(_, _, turn)| turn).collect()
    }

    fn begin(&mut self, turn: Turn, cancel: &CancellationToken) {
        let stop = cancel.child_token();
        let is_wanted = turn
            .job
            .is_none_or(|job| ops::job::begin(&self.engine, job, Some(stop.clone())));
        if !is_wanted {
            return;
        }
        self.stops.insert(turn.id, stop.clone());
        let scan = scan(self.engine.clone(), turn.id, turn.ip, stop);
        self.rota.begin(turn.id, scan);
    }
}

impl Worker for Ports {
    const NAME: &'static str = "scan ports";

    fn period(&self) -> Duration {
        TICK
    }

    async fn activate(&mut self, cancel: &CancellationToken) -> anyhow::Result<String> {
        let interval = self.engine.settings.port_interval;
        let (mut report, mut failure) = (String::new(), None);
        for (id, result) in self.rota.wait(Duration::ZERO).await {
            self.stops.remove(&id);
            let (ended, end) = result.unwrap_or_else(|error| {
                // It panicked, or the database took nothing.
                failure = Some(error.context(format!("scan the ports of host {}", id.0)));
                let words = "the server's log says more".into();
                (Ended::Failed, End::Failed(words))
            });
            let pause = match ended {
                Ended::Well(words) => {
                    report = words;
                    Some(interval)
                }
                Ended::Failed => Some(interval / AGAIN),
                // If it was due, it still is.
                Ended::Interrupted => None,
            };
            if let Some(pause) = pause {
                self.turns.insert(id, next_turn(Instant::now(), pause));
            }
            // Not before it is known here that the scan is over: a job that comes meanwhile is taken over by it.
            ops::job::finish(&self.engine, id, JobKind::PortScan, end);
        }
        if !cancel.is_cancelled() {
            for turn in self.due(Instant::now()) {
                self.begin(turn, cancel);
            }
        }
        failure.map_or(Ok(report), Err)
    }
}

/// Scans one host and records what came of it; returns that, and the end of a job that asked for it.
async fn scan(
    engine: Engine,
    id: HostId,
    ip: IpAddr,
    cancel: CancellationToken,
) -> anyhow::Result<(Ended, End)> {
    let ended = look::look(&engine, id, ip, &cancel).await;
    let (ended, end) = match ended {
        Ok(Ok(report)) => match ops::port::record(&engine, id, &report).await? {
            Recorded::Scanned { open, news } => {
                let words = found(open, news);
                (Ended::Well(format!("{ip}: {words}")), End::Done(words))
            }
            Recorded::NotScanned => (
                Ended::Failed,
                End::Failed("nothing answered at any port".into()),
            ),
            Recorded::Gone => (Ended::Failed, End::Failed("the host is gone".into())),
        },
        Ok(Err(PortScanError::Cancelled)) => (Ended::Interrupted, End::Interrupted),
        Ok(Err(error)) => {
            let reason = error.to_string();
            tracing::debug!(host.ip = %ip, error = reason, "ports not scanned");
            ops::port::fail(&engine, id, &reason).await?;
            (Ended::Failed, End::Failed(reason))
        }
        Err(error) => return Err(error),
    };
    engine.triggers.ports.notify_one();
    Ok((ended, end))
}

fn found(open: usize, news: usize) -> String {
    let ports = match open {
        0 => "no open port".to_owned(),
        1 => "1 open port".to_owned(),
        _ => format!("{open} open ports"),
    };
    match news {
        0 => ports,
        1 => format!("{ports}, 1 change"),
        _ => format!("{ports}, {news} changes"),
    }
}

#[cfg(test)]
#[path = "ports_tests.rs"]
mod tests;
