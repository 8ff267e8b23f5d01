//! Tests of the order in which a provider is asked.

use super::*;
use domain::scan::narration::Words;
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicUsize},
};
use std::{collections::VecDeque, sync::atomic::Ordering};

/// Answers by a script, and counts.
struct Scripted {
    script: Mutex<VecDeque<Result<(), NarrateError>>>,
    asked: Arc<AtomicUsize>,
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    takes: Duration,
}

impl Dialect for Scripted {
    const PROVIDER: &'static str = "scripted";
    const WHO: &'static str = "the script";

    fn ask<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Answer, NarrateError>> {
        async {
            self.asked.fetch_add(1, Ordering::SeqCst);
            let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            sleep(self.takes).await;
            self.now.fetch_sub(1, Ordering::SeqCst);
            let next = self.script.lock().unwrap().pop_front();
            next.unwrap_or(Ok(())).map(|()| Answer {
                words: Words {
                    summary: "s".into(),
                    recommendation: "r".into(),
                },
                model: "m".into(),
            })
        }
        .boxed()
    }

    fn status(&self) -> SourceStatus {
        crate::probe::narrate::Silent.source_status()
    }
}

fn desk(script: Vec<Result<(), NarrateError>>) -> (Arc<Desk<Scripted>>, Arc<AtomicI64>) {
    let clock = Arc::new(AtomicI64::new(1_800_000_000_000));
    let dialect = Scripted {
        script: Mutex::new(script.into()),
        asked: Arc::default(),
        now: Arc::default(),
        most: Arc::default(),
        takes: Duration::from_secs(1),
    };
    let hands = clock.clone();
    let now = Clock::from_fn(move || Timestamp(hands.load(Ordering::SeqCst)));
    let patience = Patience {
        whole: Duration::from_mins(1),
        ..Patience::default()
    };
    (Arc::new(Desk::at(dialect, patience, now)), clock)
}

fn quota(retry_after: Option<u64>, is_daily: bool) -> NarrateError {
    NarrateError::Quota {
        who: "the script",
        retry_after: retry_after.map(Duration::from_secs),
        is_daily,
    }
}

fn asked(desk: &Desk<Scripted>) -> usize {
    desk.dialect.asked.load(Ordering::SeqCst)
}

const fn away() -> NarrateError {
    NarrateError::OutOfOrder {
        who: "the script",
        status: 503,
    }
}

#[tokio::test(start_paused = true)]
async fn two_are_asked_at_a_time() {
    let (desk, _) = desk(Vec::new());
    let many = (0..10).map(|_| desk.narrate(String::new()));
    assert!(
        futures::future::join_all(many)
            .await
            .iter()
            .all(Result::is_ok)
    );
    assert_eq!(
        (asked(&desk), desk.dialect.most.load(Ordering::SeqCst)),
        (10, 2)
    );
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_again_a_few_times() {
    let (desk, _) = desk(vec![Err(away()), Err(away()), Ok(())]);
    assert!(desk.narrate(String::new()).await.is_ok());
    assert_eq!((asked(&desk), desk.source_status().problem), (3, None));
    let (desk, _) = self::desk(vec![Err(away()); 9]);
    assert_eq!(desk.narrate(String::new()).await, Err(away()));
    assert_eq!(asked(&desk), 3);
    let problem = desk.source_status().problem;
    assert_eq!(problem.as_deref(), Some("the script is out of order (503)"));
    for lasting in [
        NarrateError::Auth("the script"),
        NarrateError::Truncated("the script"),
        NarrateError::Malformed("the script"),
        NarrateError::Timeout("the script"),
    ] {
        let (desk, _) = self::desk(vec![Err(lasting.clone())]);
        assert_eq!(desk.narrate(String::new()).await, Err(lasting));
        assert_eq!(asked(&desk), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_is_asked_for_is_kept_by_all() {
    let (desk, _) = desk(vec![Err(quota(Some(47), false))]);
    let begun = Instant::now();
    assert!(desk.narrate(String::new()).await.is_ok());
    assert!(
        begun.elapsed() >= Duration::from_secs(47),
        "{:?}",
        begun.elapsed()
    );
    let (desk, _) = self::desk(vec![Err(quota(Some(40), false))]);
    let begun = Instant::now();
    let (first, second) = tokio::join!(desk.narrate(String::new()), async {
        sleep(Duration::from_secs(5)).await;
        desk.narrate(String::new()).await
    });
    assert!(first.is_ok() && second.is_ok() && begun.elapsed() >= Duration::from_secs(40));
    let (desk, _) = self::desk(vec![Err(quota(Some(600), false))]);
    let begun = Instant::now();
    assert_eq!(
        desk.narrate(String::new()).await,
        Err(quota(Some(600), false))
    );
    // Nobody waits for longer than anybody would, and nobody asks meanwhile.
    assert!(desk.narrate(String::new()).await.is_err());
    assert!(begun.elapsed() < Duration::from_secs(5) && asked(&desk) == 1);
}

#[tokio::test(start_paused = true)]
async fn a_quota_without_a_time_is_tried_again_with_growing_pauses() {
    let (desk, _) = desk(vec![Err(quota(None, false)), Err(quota(None, false))]);
    let begun = Instant::now();
    assert!(desk.narrate(String::new()).await.is_ok());
    assert!(begun.elapsed() >= Duration::from_secs(3 + 3));
}

#[tokio::test(start_paused = true)]
async fn nobody_asks_until_the_day_of_the_quota_is_over() {
    let (desk, clock) = desk(vec![Err(quota(Some(3), true))]);
    for _ in 0..5 {
        assert_eq!(
            desk.narrate(String::new()).await.unwrap_err().to_string(),
            "the script's quota is used up for today"
        );
    }
    assert_eq!(asked(&desk), 1);
    clock.fetch_add(DAY, Ordering::SeqCst);
    assert!(desk.narrate(String::new()).await.is_ok());
    assert_eq!(asked(&desk), 2);
}

#[test]
fn a_day_of_quotas_ends_at_eight_utc() {
    let at = |day: i64, hour: i64| Timestamp(day * DAY + hour * HOUR);
    assert_eq!(next_reset(at(20_000, 7)), at(20_000, 8));
    assert_eq!(next_reset(at(20_000, 8)), at(20_001, 8));
    assert_eq!(next_reset(at(20_000, 23)), at(20_001, 8));
}
