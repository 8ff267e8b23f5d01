//! Tests of the supervisor.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Fragile {
    made: usize,
    calls: Arc<AtomicUsize>,
}

impl Worker for Fragile {
    const NAME: &'static str = "fragile";

    fn period(&self) -> Duration {
        Duration::from_secs(10)
    }

    async fn activate(&mut self, _: &CancellationToken) -> anyhow::Result<String> {
        match self.calls.fetch_add(1, Ordering::SeqCst) {
            0 => panic!("on purpose"),
            1 => anyhow::bail!("on purpose too"),
            _ => Ok(format!("made {} times", self.made)),
        }
    }
}

struct Steady;

impl Worker for Steady {
    const NAME: &'static str = "steady";

    fn period(&self) -> Duration {
        Duration::from_secs(1)
    }

    async fn activate(&mut self, _: &CancellationToken) -> anyhow::Result<String> {
        Ok("well".into())
    }
}

async fn until(what: impl Fn() -> bool) {
    while !what() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_restarts_that_worker_only() {
    let (tasks, cancel) = (TaskTracker::new(), CancellationToken::new());
    let (calls, made) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let steady = start(&tasks, &cancel, Arc::default(), || Steady);
    let fragile = start(&tasks, &cancel, Arc::default(), move || Fragile {
        made: made.fetch_add(1, Ordering::SeqCst) + 1,
        calls: calls.clone(),
    });
    until(|| fragile.health().state == WorkerState::BackingOff).await;
    assert_eq!(
        fragile.health().last_report.as_deref(),
        Some("panicked: on purpose")
    );
    let before = steady.health().runs;
    until(|| fragile.health().runs == 1).await;
    assert_eq!(
        (
            fragile.health().failures,
            fragile.health().last_report.as_deref()
        ),
        (2, Some("made 2 times"))
    );
    assert!(steady.health().runs > before && steady.health().failures == 0);
    cancel.cancel();
    tasks.close();
    tasks.wait().await;
}

#[tokio::test(start_paused = true)]
async fn a_trigger_wakes_before_the_period_is_over() {
    let (tasks, cancel) = (TaskTracker::new(), CancellationToken::new());
    let trigger = Arc::<Notify>::default();
    let calls = Arc::new(AtomicUsize::new(2));
    let begun = Instant::now();
    let worker = start(&tasks, &cancel, trigger.clone(), move || Fragile {
        made: 1,
        calls: calls.clone(),
    });
    until(|| worker.health().runs == 1).await;
    trigger.notify_one();
    until(|| worker.health().runs == 2).await;
    assert!(begun.elapsed() < Duration::from_secs(5));
    cancel.cancel();
    tasks.close();
    tasks.wait().await;
}

/// Fails always, by a panic or in words, and tells when it ends.
struct Failing {
    panics: bool,
    ended: Arc<AtomicUsize>,
}

impl Worker for Failing {
    const NAME: &'static str = "failing";

    fn period(&self) -> Duration {
        Duration::from_secs(10)
    }

    async fn activate(&mut self, _: &CancellationToken) -> anyhow::Result<String> {
        assert!(!self.panics, "on purpose");
        anyhow::bail!("on purpose")
    }

    async fn end(&mut self) -> anyhow::Result<()> {
        self.ended.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_failed_a_moment_ago_is_ended_too() {
    for panics in [false, true] {
        let (tasks, cancel) = (TaskTracker::new(), CancellationToken::new());
        let ended = Arc::<AtomicUsize>::default();
        let for_worker = ended.clone();
        let worker = start(&tasks, &cancel, Arc::default(), move || Failing {
            panics,
            ended: for_worker.clone(),
        });
        until(|| worker.health().state == WorkerState::BackingOff).await;
        cancel.cancel();
        tasks.close();
        tasks.wait().await;
        assert_eq!(ended.load(Ordering::SeqCst), 1, "panics: {panics}");
    }
}
