//! Leaves those alone who do not answer.

use std::time::Duration;

use tokio::time::Instant;

/// Failures in a row that open it.
const FAILURES: u32 = 10;
/// How long it stays open; then one more failure opens it again.
const OPEN: Duration = Duration::from_mins(1);

/// Counts failures in a row.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    failures: u32,
    open_until: Option<Instant>,
}

impl Breaker {
    /// Whether nothing may be asked now.
    pub(super) fn is_open(&self, now: Instant) -> bool {
        self.open_until.is_some_and(|until| now < until)
    }

    /// Notes an answer, whatever it said.
    pub(super) fn answered(&mut self) {
        *self = Self::default();
    }

    /// Notes that there was none; whether that opened it.
    pub(super) fn failed(&mut self, now: Instant) -> bool {
        self.failures = self.failures.saturating_add(1);
        let opens = self.failures >= FAILURES && !self.is_open(now);
        if opens {
            self.open_until = Some(now + OPEN);
        }
        opens
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ten_failures_in_a_row_open_it_for_a_minute() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 0..9 {
            assert!(!breaker.failed(now));
        }
        breaker.answered();
        for _ in 0..9 {
            assert!(!breaker.failed(now));
        }
        assert!(!breaker.is_open(now));
        assert!(breaker.failed(now) && breaker.is_open(now));
        assert!(!breaker.failed(now), "it is open already");
        let later = now + OPEN;
        assert!(!breaker.is_open(later));
        assert!(breaker.failed(later), "one more failure is enough");
        breaker.answered();
        assert!(!breaker.is_open(later) && !breaker.failed(later));
    }
}
