//! The order in which a provider is asked: two questions at a time, what may pass is tried again, and nobody asks while
//! the quota is used up.

use super::{Answer, NarrateError, Patience, RiskNarrator};
use crate::clock::Clock;
use domain::{scan::source::SourceStatus, time::Timestamp};
use futures::{FutureExt as _, future::BoxFuture};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep, sleep_until, timeout_at},
};

/// Questions at a time.
const PLACES: usize = 2;
/// Tries for one target.
const TRIES: u32 = 3;
/// A day of quotas ends at midnight Pacific time: at this hour UTC in winter, an hour earlier in summer.
const RESET: i64 = 8 * HOUR;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// One way to ask.
pub(super) trait Dialect: Send + Sync + 'static {
    /// Its name in results.
    const PROVIDER: &'static str;
    /// Its name in sentences.
    const WHO: &'static str;

    /// Asks once.
    fn ask<'a>(&'a self, facts: &'a str) -> BoxFuture<'a, Result<Answer, NarrateError>>;

    /// What is sent where.
    fn status(&self) -> SourceStatus;
}

/// A provider and how it may be asked.
pub(super) struct Desk<D> {
    dialect: D,
    patience: Patience,
    clock: Clock,
    places: Semaphore,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The provider asked to be left alone until then.
    not_before: Option<Instant>,
    /// The day's quota is used up until then.
    closed_until: Option<Timestamp>,
    /// What went wrong last, until something goes right.
    problem: Option<String>,
}

impl<D: Dialect> Desk<D> {
    pub(super) fn new(dialect: D, patience: Patience) -> Self {
        Self::at(dialect, patience, Clock::system())
    }

    fn at(dialect: D, patience: Patience, clock: Clock) -> Self {
        Self {
            dialect,
            patience,
            clock,
            places: Semaphore::new(PLACES),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn serve(&self, facts: &str) -> Result<Answer, NarrateError> {
        let Ok(_place) = self.places.acquire().await else {
            return Err(NarrateError::NotConfigured);
        };
        let until = Instant::now() + self.patience.whole;
        let mut pause = self.patience.back_off;
        let mut left = TRIES;
        loop {
            self.wait_for_leave(until).await?;
            let answer = timeout_at(until, self.dialect.ask(facts)).await;
            let error = match answer {
                Ok(Ok(answer)) => {
                    self.state().problem = None;
                    return Ok(answer);
                }
                Ok(Err(error)) => error,
                Err(_) => return Err(NarrateError::Timeout(D::WHO)),
            };
            left -= 1;
            let wait = self.note(&error, pause);
            match wait {
                Some(wait) if left > 0 && Instant::now() + wait < until => sleep(wait).await,
                _ => return Err(error),
            }
            pause *= 2;
        }
    }

    /// Waits while the provider wants to be left alone, but not for longer than anybody waits.
    async fn wait_for_leave(&self, until: Instant) -> Result<(), NarrateError> {
        let used_up = |is_daily, retry_after| NarrateError::Quota {
            who: D::WHO,
            retry_after,
            is_daily,
        };
        let (closed, not_before) = {
            let state = self.state();
            (state.closed_until, state.not_before)
        };
        if closed.is_some_and(|closed| self.clock.now() < closed) {
            return Err(used_up(true, None));
        }
        let now = Instant::now();
        match not_before {
            Some(then) if then >= until => Err(used_up(false, Some(then - now))),
            Some(then) => {
                sleep_until(then).await;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Remembers a failure; how long to wait before another try, if one makes sense.
    fn note(&self, error: &NarrateError, pause: Duration) -> Option<Duration> {
        let mut state = self.state();
        state.problem = Some(error.to_string());
        match error {
            NarrateError::Quota { is_daily: true, .. } => {
                state.closed_until = Some(next_reset(self.clock.now()));
                None
            }
            NarrateError::Quota {
                retry_after: Some(wait),
                ..
            } => {
                state.not_before = Some(Instant::now() + *wait);
                Some(*wait)
            }
            NarrateError::Quota { .. }
            | NarrateError::OutOfOrder { .. }
            | NarrateError::Unreachable { .. } => Some(pause.mul_f64(rand::random_range(1.0..1.5))),
            _ => None,
        }
    }
}

/// When a day's quota is there again, at the latest.
fn next_reset(now: Timestamp) -> Timestamp {
    Timestamp(now.0 - (now.0 - RESET).rem_euclid(DAY) + DAY)
}

impl<D: Dialect> RiskNarrator for Desk<D> {
    fn narrate(&self, facts: String) -> BoxFuture<'_, Result<Answer, NarrateError>> {
        async move { self.serve(&facts).await }.boxed()
    }

    fn provider(&self) -> Option<&'static str> {
        Some(D::PROVIDER)
    }

    fn source_status(&self) -> SourceStatus {
        SourceStatus {
            problem: self.state().problem.clone(),
            ..self.dialect.status()
        }
    }
}

#[cfg(test)]
#[path = "desk_tests.rs"]
mod tests;
