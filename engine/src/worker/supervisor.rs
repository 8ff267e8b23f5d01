//! Runs a worker for ever: a panic or an error starts it again, and only it.

use domain::{
    health::{WorkerHealth, WorkerState},
    time::Timestamp,
};
use futures::FutureExt as _;
use std::{any::Any, panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, watch},
    time::{Instant, MissedTickBehavior},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The pause after the first failure; it doubles up to [`LONGEST_BACK_OFF`].
const BACK_OFF: Duration = Duration::from_secs(1);
/// The longest pause after failures in a row.
const LONGEST_BACK_OFF: Duration = Duration::from_mins(1);

/// Idempotent background work without input.
pub trait Worker: Send + 'static {
    /// Its name on the health page.
    const NAME: &'static str;

    /// Between two activations.
    fn period(&self) -> Duration;

    /// Does what is due; says in a few words what that was. Ends early when `cancel` is cancelled.
    fn activate(
        &mut self,
        cancel: &CancellationToken,
    ) -> impl Future<Output = anyhow::Result<String>> + Send;

    /// Keeps what is half done, when everything ends in good order. It has a second or two.
    fn end(&mut self) -> impl Future<Output = anyhow::Result<()>> + Send {
        async { Ok(()) }
    }
}

/// A worker that runs.
#[derive(Debug)]
pub struct Supervised(watch::Receiver<WorkerHealth>);

impl Supervised {
    /// What it does now.
    pub fn health(&self) -> WorkerHealth {
        self.0.borrow().clone()
    }
}

/// Starts the workers that `make` makes, one after the other's failure; `trigger` wakes it before its period is over.
pub fn start<W: Worker>(
    tasks: &TaskTracker,
    cancel: &CancellationToken,
    trigger: Arc<Notify>,
    make: impl Fn() -> W + Send + 'static,
) -> Supervised {
    let health = WorkerHealth {
        name: W::NAME.into(),
        state: WorkerState::Idle,
        runs: 0,
        failures: 0,
        last_end_at: None,
        last_report: None,
        last_elapsed_ms: None,
    };
    let (sender, receiver) = watch::channel(health);
    tasks.spawn(run(make, cancel.clone(), trigger, sender));
    Supervised(receiver)
}

async fn run<W: Worker>(
    make: impl Fn() -> W,
    cancel: CancellationToken,
    trigger: Arc<Notify>,
    health: watch::Sender<WorkerHealth>,
) {
    let clock = crate::clock::Clock::system();
    let mut worker = make();
    let mut back_off = BACK_OFF;
    let period = worker.period();
    // The first activation is jittered, so that workers with the same period do not march in step.
    let mut timer = tokio::time::interval_at(
        Instant::now() + period.mul_f64(rand::random_range(0.0..0.1)),
        period,
    );
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = cancel.cancelled() => return end(worker).await,
            () = trigger.notified() => {}
            _ = timer.tick() => {}
        }
        health.send_modify(|h| h.state = WorkerState::Running);
        let started = Instant::now();
        let outcome = AssertUnwindSafe(worker.activate(&cancel))
            .catch_unwind()
            .await;
        let panicked = outcome.is_err();
        let result =
            outcome.unwrap_or_else(|panic| Err(anyhow::anyhow!("panicked: {}", words(&*panic))));
        let failed = note(&health, &result, started.elapsed(), clock.now());
        if !failed {
            back_off = BACK_OFF;
            continue;
        }
        // Its state may be half changed.
        if panicked {
            worker = make();
        }
        tokio::select! {
            () = cancel.cancelled() => return end(worker).await,
            () = tokio::time::sleep(back_off) => {}
        }
        back_off = (back_off * 2).min(LONGEST_BACK_OFF);
    }
}

/// Lets a worker keep what is half done, also one that failed a moment ago.
async fn end<W: Worker>(mut worker: W) {
    if let Err(error) = worker.end().await {
        tracing::error!(
            worker.name = W::NAME,
            error = format!("{error:#}"),
            "worker did not end well"
        );
    }
}

/// Publishes how an activation ended; whether it failed.
fn note(
    health: &watch::Sender<WorkerHealth>,
    result: &anyhow::Result<String>,
    elapsed: Duration,
    at: Timestamp,
) -> bool {
    let failed = result.is_err();
    health.send_modify(|h| {
        h.last_end_at = Some(at);
        h.last_elapsed_ms = u64::try_from(elapsed.as_millis()).ok();
        match result {
            Ok(report) => {
                h.state = WorkerState::Idle;
                h.runs += 1;
                // An activation with nothing to say does not hide what the last one did.
                if !report.is_empty() {
                    h.last_report = Some(report.clone());
                }
            }
            Err(error) => {
                tracing::error!(
                    worker.name = h.name,
                    error = format!("{error:#}"),
                    "worker failed"
                );
                h.state = WorkerState::BackingOff;
                h.failures += 1;
                h.last_report = Some(format!("{error:#}"));
            }
        }
    });
    failed
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}

#[cfg(test)]
#[path = "supervisor_tests.rs"]
mod tests;
