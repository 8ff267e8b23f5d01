//! How a source that limits its callers reads the time and lets it pass.

use crate::clock::Clock;
use domain::time::Timestamp;
use futures::future::BoxFuture;
use std::{fmt, sync::Arc, time::Duration};
use tokio::time::Instant;

type Rest = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// A time that never goes back, and a way to wait for it.
#[derive(Clone)]
pub struct Pace {
    clock: Clock,
    rest: Rest,
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pace").field(&self.clock).finish()
    }
}

impl Pace {
    /// Begins at `now` and goes on steadily, whatever is done to the machine's clock meanwhile.
    pub fn steady(now: Timestamp) -> Self {
        let begun = Instant::now();
        Self {
            clock: Clock::from_fn(move || now.plus(begun.elapsed())),
            rest: Arc::new(|span| Box::pin(tokio::time::sleep(span))),
        }
    }

    /// A time of the caller's choice: for tests.
    pub fn of(
        clock: Clock,
        rest: impl Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) -> Self {
        Self {
            clock,
            rest: Arc::new(rest),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) async fn rest(&self, span: Duration) {
        (self.rest)(span).await;
    }
}
