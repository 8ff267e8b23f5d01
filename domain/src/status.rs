//! Up, Down or Unknown: what one more round says about a host. Pure; the engine stores what comes out.

use crate::{
    probe::{Answer, Unsent},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What is shown of a host.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It answers.
    Up,
    /// It was silent for [`Thresholds::down_after`] rounds.
    Down,
    /// Nothing is known: never asked, not askable, or not asked for too long.
    #[default]
    Unknown,
}

/// Why a status is [`Status::Unknown`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// No round has ended yet, or none decided.
    NeverAsked,
    /// The last round is older than three intervals.
    Stale,
    /// Its subnet is not pinged.
    NotPinged,
    /// The process may not send echo requests.
    NoPermission,
    /// This machine has no way to the address.
    Unreachable,
    /// This machine ran out of buffers or neighbour entries.
    Overloaded,
    /// The round was interrupted here, as by a suspend of this machine.
    Interrupted,
}

impl Cause {
    /// Why nothing is known, to be read after a colon.
    pub fn words(self) -> &'static str {
        match self {
            Self::NeverAsked => "not asked yet",
            Self::Stale => "nobody looked",
            Self::NotPinged => "not pinged",
            Self::NoPermission => "this machine may not send pings",
            Self::Unreachable => "this machine has no way there",
            Self::Overloaded => "this machine was too busy",
            Self::Interrupted => "the round was interrupted",
        }
    }
}

impl From<Unsent> for Cause {
    fn from(why: Unsent) -> Self {
        match why {
            Unsent::NoPermission => Self::NoPermission,
            Unsent::NetworkUnreachable | Unsent::HostUnreachable => Self::Unreachable,
            Unsent::BufferFull | Unsent::Overflow => Self::Overloaded,
            Unsent::Cancelled | Unsent::Other => Self::Interrupted,
        }
    }
}

/// How many rounds in a row decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// Silent rounds in a row that make a host Down, at least 1.
    pub down_after: u16,
    /// Answered rounds in a row that make a host Up, at least 1.
    pub up_after: u16,
}

/// A silent round of an Up host is repeated after this long.
pub const SUSPECT_AFTER: Duration = Duration::from_secs(5);
/// Status changes within [`FLAP_WINDOW`] that make a host flapping.
pub const FLAP_CHANGES: usize = 6;
/// The window in which changes are counted; also how long a flapping host must be calm.
pub const FLAP_WINDOW: Duration = Duration::from_hours(1);

/// What is remembered of a host between two rounds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The last decided answer: Up, Down, or Unknown before the first decision. Survives not being able to ask.
    pub known: Status,
    /// Since when `known` holds; the epoch before the first decision.
    pub since: Timestamp,
    /// Silent rounds in a row.
    pub silent: u16,
    /// Answered rounds in a row.
    pub answered: u16,
    /// Why the last round said nothing, and since when none has, for whatever reason.
    pub unasked: Option<(Cause, Timestamp)>,
    /// The timeline says that nothing is known, so it must say when something is known again.
    pub told_unknown: bool,
    /// The last up to [`FLAP_CHANGES`] status changes, oldest first.
    pub changes: Vec<Timestamp>,
    /// Since when it is flapping: [`FLAP_CHANGES`] changes within [`FLAP_WINDOW`], and not yet calm for as long.
    pub flapping: Option<Timestamp>,
}

impl State {
    /// What is shown after the last round (staleness is the reader's to add).
    pub fn shown(&self) -> Status {
        if self.unasked.is_some() {
            Status::Unknown
        } else {
            self.known
        }
    }

    /// Missed, not yet Down.
    pub fn is_suspect(&self) -> bool {
        self.known == Status::Up && self.silent > 0 && self.unasked.is_none()
    }

    /// Six or more changes within an hour, and not yet calm for an hour.
    pub fn is_flapping(&self) -> bool {
        self.flapping.is_some()
    }

    /// Notes a change of status at `now`.
    fn note_change(&mut self, now: Timestamp) {
        if self.changes.len() >= FLAP_CHANGES {
            self.changes.remove(0);
        }
        self.changes.push(now);
        let within = self.changes.first().map(|first| now.since(*first));
        if self.changes.len() >= FLAP_CHANGES && within.is_some_and(|d| d <= FLAP_WINDOW) {
            self.flapping.get_or_insert(now);
        }
    }

    /// Ends the flapping once the last change is long enough ago.
    fn calm_down(&mut self, now: Timestamp) {
        let calm = |last: &Timestamp| now.since(*last) >= FLAP_WINDOW;
        if self.changes.last().is_none_or(calm) {
            self.flapping = None;
        }
    }
}

/// A decided change, to be stored as an event and a new state interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// What was known before; Unknown for the first decision.
    pub from: Status,
    /// What is known now.
    pub to: Status,
    /// How long `from` had held; zero for the first decision.
    pub lasted: Duration,
}

/// What one more round changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advance {
    /// The state to remember.
    pub state: State,
    /// The decided change, if the round brought one.
    pub transition: Option<Transition>,
    /// Whether to ask again after [`SUSPECT_AFTER`] instead of a whole interval.
    pub ask_again: bool,
}

/// Applies one round's answer to what was known before it.
pub fn advance(before: &State, answer: Answer, rules: Thresholds, now: Timestamp) -> Advance {
    let mut state = before.clone();
    let decided = match answer {
        Answer::Unsent(why) => {
            let cause = Cause::from(why);
            let since = before.unasked.map_or(now, |(_, since)| since);
            state.unasked = Some((cause, since));
            // What comes after it does not follow in a row upon what was before.
            state.silent = 0;
            state.answered = 0;
            return Advance {
                state,
                transition: None,
                ask_again: false,
            };
        }
        Answer::Reply { .. } => {
            // Capped, so that a steady host's state does not change with every round.
            state.answered = before.answered.saturating_add(1).min(rules.up_after.max(1));
            state.silent = 0;
            (state.answered >= rules.up_after.max(1)).then_some(Status::Up)
        }
        Answer::Silence => {
            state.silent = before.silent.saturating_add(1).min(rules.down_after.max(1));
            state.answered = 0;
            (state.silent >= rules.down_after.max(1)).then_some(Status::Down)
        }
    };
    state.unasked = None;
    let transition = decided
        .filter(|to| *to != before.known)
        .map(|to| Transition {
            from: before.known,
            to,
            lasted: if before.known == Status::Unknown {
                Duration::ZERO
            } else {
                now.since(before.since)
            },
        });
    if let Some(change) = transition {
        state.known = change.to;
        state.since = now;
        if change.from != Status::Unknown {
            state.note_change(now);
        }
    }
    state.calm_down(now);
    let ask_again = state.is_suspect();
    Advance {
        state,
        transition,
        ask_again,
    }
}

/// Since when a last round at `last` says nothing about `now`, for a host asked every `interval`: three intervals without
/// a round make it stale, and then nobody has looked since the first of them ended.
pub fn stale_since(last: Timestamp, now: Timestamp, interval: Duration) -> Option<Timestamp> {
    (now.since(last) > interval.saturating_mul(3)).then(|| looked_until(last, now, interval))
}

/// Until when a last round at `last` says what a host does: until the next one was due.
pub fn looked_until(last: Timestamp, now: Timestamp, interval: Duration) -> Timestamp {
    last.plus(interval).min(now)
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
