//! How often each registry is asked: gently, and not at all while it says so or does not answer.

use super::Pace;
use domain::{scan::meter::Meter, time::Timestamp};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Requests a minute to one registry; none of them documents a limit, all have one.
const MOST: usize = 20;
/// Longest wait for leave.
const PATIENCE: Duration = Duration::from_secs(30);
/// Failures in a row after which a registry is left alone for a while.
const FAILURES: u32 = 3;
const ALONE: Duration = Duration::from_mins(1);
/// Registries that are remembered: there are five, and some of their members.
const REGISTRIES: usize = 32;

struct State {
    meter: Meter,
    failures: u32,
    shut: Option<(Timestamp, String)>,
}

/// One registry.
pub(super) struct Gate {
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

pub(super) struct Gates {
    pace: Pace,
    all: Mutex<HashMap<String, Arc<Gate>>>,
}

impl Gates {
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            pace,
            all: Mutex::default(),
        }
    }

    pub(super) fn of(&self, host: &str) -> Arc<Gate> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REGISTRIES && !all.contains_key(host) {
            all.retain(|_, gate| Arc::strong_count(gate) > 1);
        }
        let gate = all.entry(host.to_owned()).or_insert_with(|| {
            Arc::new(Gate {
                turn: tokio::sync::Mutex::default(),
                state: Mutex::new(State {
                    meter: Meter::new(MOST),
                    failures: 0,
                    shut: None,
                }),
            })
        });
        Arc::clone(gate)
    }

    /// Why a registry is not asked now.
    pub(super) fn trouble(&self) -> Option<String> {
        let now = self.pace.now();
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let mut shut: Vec<String> = all
            .iter()
            .filter_map(|(host, gate)| Some(format!("{host}: {}", gate.shut(now)?)))
            .collect();
        shut.sort();
        (!shut.is_empty()).then(|| shut.join("; "))
    }
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One question at a time.
    pub(super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    fn shut(&self, now: Timestamp) -> Option<String> {
        let state = self.state();
        let (_, why) = state.shut.as_ref().filter(|(until, _)| *until > now)?;
        Some(why.clone())
    }

    /// Waits until a question may be sent, and counts it. An error: it would take too long.
    pub(super) async fn leave(&self, gates: &Gates) -> Result<(), String> {
        let until = gates.pace.now().plus(PATIENCE);
        loop {
            let now = gates.pace.now();
            if let Some(why) = self.shut(now) {
                return Err(why);
            }
            let leave = self.state().meter.take(now);
            let Err(wait) = leave else { return Ok(()) };
            if now.plus(wait) > until {
                return Err(format!(
                    "it may not be asked for the next {} seconds",
                    wait.as_secs().max(1)
                ));
            }
            gates.pace.rest(wait).await;
        }
    }

    pub(super) fn answered(&self) {
        self.state().failures = 0;
    }

    pub(super) fn refused(&self, seconds: Option<u32>, gates: &Gates) {
        self.state().meter.refused(gates.pace.now(), seconds);
    }

    pub(super) fn failed(&self, why: &str, gates: &Gates) {
        let mut state = self.state();
        state.failures += 1;
        if state.failures >= FAILURES {
            let until = gates.pace.now().plus(ALONE);
            state.shut = Some((until, format!("{why}; it is left alone for a minute")));
        }
    }
}
