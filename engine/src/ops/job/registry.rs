//! Which jobs there are, in memory: those that are not over, and the newest of those that are.

use crate::{Error, Result};
use domain::{
    host::HostId,
    job::{Job, JobId, JobKind, JobState},
    time::Timestamp,
};
use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// Finished jobs that are remembered.
const REMEMBERED: usize = 256;
/// Jobs that may wait or run at a time.
const WAITING: usize = 256;
/// What one caller may ask for within [`WINDOW`].
const BURST: usize = 10;
/// See [`BURST`].
const WINDOW: Duration = Duration::from_mins(1);

/// After a job is over, the same is not done again for so long.
fn cooldown(kind: JobKind) -> Duration {
    match kind {
        JobKind::PortScan => Duration::from_secs(30),
        JobKind::Ping | JobKind::Lookup => Duration::from_secs(5),
    }
}

/// Whose asking is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Who {
    /// A person, in however many tabs.
    User(i64),
    /// A machine.
    Token(i64),
    /// Somebody at the console.
    Console,
}

/// How work ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Well; what it found.
    Done(String),
    /// Otherwise; why.
    Failed(String),
    /// Before its end: whoever asked for it, and did not end it, still wants it.
    Interrupted,
}

/// The jobs.
#[derive(Debug)]
pub struct Jobs(Mutex<Registry>);

#[derive(Debug)]
struct Registry {
    next: i64,
    active: Vec<Active>,
    over: VecDeque<Job>,
    /// When the same work on the same host was over last.
    ended: HashMap<(HostId, JobKind), Timestamp>,
    asked: HashMap<Who, VecDeque<Timestamp>>,
}

#[derive(Debug)]
struct Active {
    job: Job,
    /// Ends the work; absent while nobody works, and for work that goes on for other reasons too.
    stop: Option<CancellationToken>,
}

impl Jobs {
    /// Numbers begin at `first`: with the time of the start, none means another job than before a restart.
    pub(crate) fn new(first: i64) -> Self {
        Self(Mutex::new(Registry {
            next: first,
            active: Vec::new(),
            over: VecDeque::new(),
            ended: HashMap::new(),
            asked: HashMap::new(),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, Registry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A job that waits for its turn, or the one that is there already. Every change is `told` before the next one.
    pub(super) fn start(
        &self,
        who: Who,
        kind: JobKind,
        (host_id, ip): (HostId, IpAddr),
        now: Timestamp,
        told: impl FnOnce(&Job),
    ) -> Result<Job> {
        let mut all = self.lock();
        if let Some(active) = all.active_of(host_id, kind) {
            return Ok(active.job.clone());
        }
        all.admit(who, (host_id, kind), now)?;
        let job = Job {
            id: JobId(all.next),
            kind,
            host_id,
            ip,
            state: JobState::Queued,
            percent: None,
            detail: None,
            created_at: now,
            finished_at: None,
        };
        all.next += 1;
        let (waiting, stop) = (job.clone(), None);
        all.active.push(Active { job: waiting, stop });
        told(&job);
        Ok(job)
    }

    pub(super) fn find(&self, id: JobId) -> Option<Job> {
        let all = self.lock();
        let mut active = all.active.iter().map(|it| &it.job);
        active
            .find(|job| job.id == id)
            .or_else(|| all.over.iter().find(|job| job.id == id))
            .cloned()
    }

    pub(super) fn of_host(&self, id: HostId) -> Vec<Job> {
        let all = self.lock();
        let jobs = all.active.iter().map(|it| &it.job);
        jobs.filter(|job| job.host_id == id).cloned().collect()
    }

    /// The jobs of these kinds that wait, oldest first.
    pub(crate) fn waiting(&self, kinds: &[JobKind]) -> Vec<Job> {
        let all = self.lock();
        let jobs = all.active.iter().map(|it| &it.job);
        jobs.filter(|job| job.state == JobState::Queued && kinds.contains(&job.kind))
            .cloned()
            .collect()
    }

    pub(super) fn begin(
        &self,
        id: JobId,
        stop: Option<CancellationToken>,
        told: impl FnOnce(&Job),
    ) -> bool {
        let mut all = self.lock();
        let Some(active) = all.active.iter_mut().find(|it| it.job.id == id) else {
            return false;
        };
        active.job.state = JobState::Running;
        active.stop = stop;
        told(&active.job);
        true
    }

    pub(super) fn progress(
        &self,
        host: HostId,
        kind: JobKind,
        percent: Option<u8>,
        told: impl FnOnce(&Job),
    ) {
        let mut all = self.lock();
        let Some(active) = all.active_of(host, kind) else {
            return;
        };
        if active.job.state == JobState::Running && active.job.percent != percent {
            active.job.percent = percent;
            told(&active.job);
        }
    }

    pub(super) fn finish(
        &self,
        host: HostId,
        kind: JobKind,
        end: End,
        now: Timestamp,
        told: impl FnOnce(&Job),
    ) {
        let mut all = self.lock();
        let Some(active) = all.active_of(host, kind) else {
            return;
        };
        // Its turn is still to come.
        if active.job.state != JobState::Running {
            return;
        }
        let (state, detail) = match end {
            End::Done(words) => (JobState::Done, words),
            End::Failed(words) => (JobState::Failed, words),
            End::Interrupted => {
                active.job.state = JobState::Queued;
                active.job.percent = None;
                active.stop = None;
                return told(&active.job);
            }
        };
        let id = active.job.id;
        if let Some(job) = all.end(id, state, Some(detail), now) {
            told(&job);
        }
    }

    pub(super) fn cancel(&self, id: JobId, now: Timestamp, told: impl FnOnce(&Job)) -> Option<Job> {
        let mut all = self.lock();
        if let Some(active) = all.active.iter().find(|it| it.job.id == id) {
            if let Some(stop) = &active.stop {
                stop.cancel();
            }
            let job = all.end(id, JobState::Cancelled, None, now)?;
            told(&job);
            return Some(job);
        }
        all.over.iter().find(|job| job.id == id).cloned()
    }

    /// Lets jobs wait again whose worker is no more.
    pub(crate) fn put_back(&self, kinds: &[JobKind]) {
        let mut all = self.lock();
        let jobs = all.active.iter_mut();
        for active in jobs.filter(|it| kinds.contains(&it.job.kind)) {
            active.job.state = JobState::Queued;
            active.stop = None;
        }
    }
}

impl Registry {
    fn active_of(&mut self, host: HostId, kind: JobKind) -> Option<&mut Active> {
        let mut active = self.active.iter_mut();
        active.find(|it| it.job.host_id == host && it.job.kind == kind)
    }

    /// Refuses what comes too soon or too often.
    fn admit(&mut self, who: Who, work: (HostId, JobKind), now: Timestamp) -> Result<()> {
        let busy = |retry_after, detail| Error::Busy {
            retry_after,
            detail,
        };
        self.forget(now);
        if let Some(ended) = self.ended.get(&work) {
            let left = cooldown(work.1).saturating_sub(now.since(*ended));
            if !left.is_zero() {
                return Err(busy(left, "this was done for this host a moment ago"));
            }
        }
        if self.active.len() >= WAITING {
            let soon = Duration::from_secs(30);
            return Err(busy(soon, "256 jobs wait already"));
        }
        let asked = self.asked.entry(who).or_default();
        if asked.len() >= BURST {
            let oldest = asked.front().copied().unwrap_or(now);
            let left = WINDOW.saturating_sub(now.since(oldest));
            return Err(busy(left, "at most 10 jobs a minute"));
        }
        asked.push_back(now);
        Ok(())
    }

    /// Forgets what is too old to matter; also what a clock that was stepped back leaves in the future.
    fn forget(&mut self, now: Timestamp) {
        let is_within = |at: Timestamp, time| at <= now && now.since(at) < time;
        self.ended
            .retain(|(_, kind), at| is_within(*at, cooldown(*kind)));
        self.asked.retain(|_, asked| {
            asked.retain(|at| is_within(*at, WINDOW));
            !asked.is_empty()
        });
    }

    fn end(
        &mut self,
        id: JobId,
        state: JobState,
        detail: Option<String>,
        now: Timestamp,
    ) -> Option<Job> {
        let at = self.active.iter().position(|it| it.job.id == id)?;
        let mut job = self.active.remove(at).job;
        // What was cancelled before its turn cost nothing.
        if job.state == JobState::Running {
            self.ended.insert((job.host_id, job.kind), now);
        }
        if state == JobState::Done {
            job.percent = job.percent.map(|_| 100);
        }
        job.state = state;
        job.detail = detail;
        job.finished_at = Some(now);
        if self.over.len() == REMEMBERED {
            self.over.pop_front();
        }
        self.over.push_back(job.clone());
        Some(job)
    }
}

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;
