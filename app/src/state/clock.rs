//! The server's time as the page knows it, ticking.

use crate::browser;
use domain::time::Timestamp;
use leptos::prelude::*;
use leptos_use_document_visibility::use_document_visibility;
use leptos_use_interval_fn::use_interval_fn;
use std::time::Duration;

/// Milliseconds between two ticks; see [`crate::ago::ago`].
const TICK_MS: u64 = 15_000;

/// The server's time: what it said last, plus what passed since.
#[derive(Clone, Copy)]
pub struct Clock {
    now: RwSignal<Timestamp>,
    base: StoredValue<(Timestamp, Option<f64>)>,
    alive: RwSignal<bool>,
}

impl Clock {
    /// A clock that stands until it is set.
    pub fn new() -> Self {
        Self {
            now: RwSignal::new(Timestamp::default()),
            base: StoredValue::new((Timestamp::default(), None)),
            alive: RwSignal::new(false),
        }
    }

    /// The server just said that it is `at`.
    pub fn set(self, at: Timestamp) {
        let mark = self.alive.get_untracked().then(browser::elapsed_ms);
        self.base.set_value((at, mark));
        self.now.set(at);
    }

    /// The time now; changes every 15 s.
    pub fn now(self) -> ReadSignal<Timestamp> {
        self.now.read_only()
    }

    /// Whether the page is alive in a browser, which knows the reader's time zone.
    pub fn is_alive(self) -> ReadSignal<bool> {
        self.alive.read_only()
    }

    /// Starts ticking once the page is alive in a browser.
    pub fn start(self) {
        let tick = move || {
            let passed = self.base.try_update_value(|(at, mark)| {
                let elapsed = browser::elapsed_ms();
                let since = elapsed - *mark.get_or_insert(elapsed);
                at.plus(Duration::from_secs_f64(since.max(0.0) / 1000.0))
            });
            if let Some(now) = passed {
                self.now.set(now);
            }
        };
        let visibility = use_document_visibility();
        Effect::new(move |_| {
            self.alive.set(true);
            // A hidden tab's timers are throttled: catch up when it is seen again.
            visibility.track();
            tick();
        });
        let _ = use_interval_fn(tick, TICK_MS);
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

/// The page's clock.
pub fn use_clock() -> Clock {
    use_context().unwrap_or_default()
}
