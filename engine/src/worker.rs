//! Background work. A worker is idempotent and takes no input: the database and the board are its input.

mod asked;
mod fold;
mod housekeeping;
mod names;
mod neighbours;
mod ports;
mod rota;
mod rounds;
mod scans;
mod schedules;
pub mod supervisor;
mod sweep;
mod webhooks;

use crate::{Engine, Error, Result};
use domain::{health::WorkerHealth, subnet::SubnetId, time::Timestamp, webhook::WebhookTest};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use supervisor::{Supervised, Worker};
use tokio::sync::{Notify, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A subnet is swept on demand at most this often.
const ASK_AGAIN: Duration = Duration::from_secs(30);
/// Tests of webhooks that may wait.
const TRIALS: usize = 8;

/// Wakes workers before their period is over.
#[derive(Debug, Default)]
pub struct Triggers {
    /// The known hosts' rounds.
    pub(crate) rounds: Arc<Notify>,
    /// The discovery sweeps.
    pub(crate) sweep: Arc<Notify>,
    /// The lookups of names.
    pub(crate) names: Arc<Notify>,
    /// The port scans.
    pub(crate) ports: Arc<Notify>,
    /// What else somebody asks for a host.
    pub(crate) jobs: Arc<Notify>,
    /// The notifications.
    pub(crate) webhooks: Arc<Notify>,
    /// The scan jobs.
    pub(crate) scans: Arc<Notify>,
    /// The scans that are repeated.
    pub(crate) schedules: Arc<Notify>,
    asked: Mutex<Asked>,
}

#[derive(Debug, Default)]
struct Asked {
    rounds: HashSet<SubnetId>,
    sweeps: HashSet<SubnetId>,
    last_sweeps: HashMap<SubnetId, Timestamp>,
    trials: Vec<Trial>,
}

/// A test of a webhook that somebody waits for.
#[derive(Debug)]
struct Trial {
    webhook: i64,
    answer: oneshot::Sender<WebhookTest>,
}

impl Triggers {
    /// Asks for a round of a subnet's hosts now.
    pub(crate) fn ask_round(&self, id: SubnetId) {
        self.asked().rounds.insert(id);
        self.rounds.notify_one();
    }

    /// Asks for a sweep of a subnet now.
    pub(crate) fn ask_sweep(&self, id: SubnetId, now: Timestamp) -> Result<()> {
        let mut asked = self.asked();
        if let Some(last) = asked.last_sweeps.get(&id) {
            let left = ASK_AGAIN.saturating_sub(now.since(*last));
            if !left.is_zero() {
                return Err(Error::Busy {
                    retry_after: left,
                    detail: "this subnet was asked for a moment ago",
                });
            }
        }
        asked
            .last_sweeps
            .retain(|_, last| now.since(*last) < ASK_AGAIN);
        asked.last_sweeps.insert(id, now);
        asked.sweeps.insert(id);
        drop(asked);
        self.sweep.notify_one();
        Ok(())
    }

    /// Asks for a test of a webhook now.
    pub(crate) fn ask_trial(&self, webhook: i64) -> Result<oneshot::Receiver<WebhookTest>> {
        let mut asked = self.asked();
        // Whoever went away waits no longer.
        asked.trials.retain(|trial| !trial.answer.is_closed());
        if asked.trials.len() >= TRIALS {
            return Err(Error::Busy {
                retry_after: Duration::from_secs(10),
                detail: "other tests are under way",
            });
        }
        let (answer, receiver) = oneshot::channel();
        asked.trials.push(Trial { webhook, answer });
        drop(asked);
        self.webhooks.notify_one();
        Ok(receiver)
    }

    fn take_trials(&self, most: usize) -> Vec<Trial> {
        let trials = &mut self.asked().trials;
        trials.drain(..most.min(trials.len())).collect()
    }

    fn take_rounds(&self) -> HashSet<SubnetId> {
        std::mem::take(&mut self.asked().rounds)
    }

    fn take_sweeps(&self) -> HashSet<SubnetId> {
        std::mem::take(&mut self.asked().sweeps)
    }

    fn asked(&self) -> std::sync::MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The running workers.
#[derive(Debug, Default)]
pub struct Crew {
    tasks: TaskTracker,
    members: Mutex<Vec<Supervised>>,
}

impl Crew {
    /// Starts every worker; they end when `cancel` is cancelled.
    pub(crate) fn start(&self, engine: &Engine, cancel: &CancellationToken) {
        let triggers = &engine.triggers;
        let hire = Hire {
            crew: self,
            engine,
            cancel,
        };
        hire.one(&triggers.rounds, rounds::Rounds::new);
        hire.one(&triggers.sweep, sweep::Sweep::new);
        hire.one(&Arc::default(), housekeeping::Housekeeping::new);
        hire.one(&Arc::default(), fold::Fold::new);
        hire.one(&triggers.ports, ports::Ports::new);
        hire.one(&triggers.jobs, asked::AskedFor::new);
        hire.one(&triggers.webhooks, webhooks::Webhooks::new);
        hire.one(&triggers.scans, scans::Scans::new);
        hire.one(&triggers.schedules, schedules::Schedules::new);
        hire.one(&triggers.names, names::Names::new);
        hire.one(&Arc::default(), neighbours::Neighbours::new);
        self.tasks.close();
    }

    /// What every worker does now.
    pub(crate) fn health(&self) -> Vec<WorkerHealth> {
        self.members
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .map(Supervised::health)
            .collect()
    }

    /// Runs something to its end, whoever stops waiting for it.
    pub(crate) fn finish<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> tokio::task::JoinHandle<T> {
        self.tasks.spawn(work)
    }

    /// Waits until every worker has ended.
    pub(crate) async fn join(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// What every worker is started with.
struct Hire<'a> {
    crew: &'a Crew,
    engine: &'a Engine,
    cancel: &'a CancellationToken,
}

impl Hire<'_> {
    /// Starts one worker that `trigger` wakes before its period is over.
    fn one<W: Worker>(&self, trigger: &Arc<Notify>, new: fn(Engine) -> W) {
        let engine = self.engine.clone();
        let worker = supervisor::start(
            &self.crew.tasks,
            self.cancel,
            Arc::clone(trigger),
            move || new(engine.clone()),
        );
        let mut members = self
            .crew
            .members
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        members.push(worker);
    }
}
