//! Scans that are repeated by themselves.

use super::{NewScan, ScanMode};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Once in 24 hours.
    Day,
    /// Once in seven days.
    Week,
}

impl Every {
    /// From one run to the next.
    pub fn period(self) -> Duration {
        match self {
            Self::Day => Duration::from_hours(24),
            Self::Week => Duration::from_hours(7 * 24),
        }
    }
}

/// The first time after `now` that lies a whole number of periods from `turn`. Turns that were missed while nobody looked
/// are not made up for, and a clock that was stepped back puts nothing off for longer than a period.
pub fn following(turn: Timestamp, every: Every, now: Timestamp) -> Timestamp {
    let period = i64::try_from(every.period().as_millis()).unwrap_or(i64::MAX);
    let over = now.0.saturating_sub(turn.0).rem_euclid(period);
    now.plus(every.period())
        .minus(Duration::from_millis(over.unsigned_abs()))
}

/// A saved scan to repeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewScanSchedule {
    /// The scan whose request is repeated.
    pub token: String,
    /// What people call it, 1 to 100 characters.
    pub name: String,
    /// How often.
    pub every: Every,
}

/// Changes of a schedule; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ScanSchedulePatch {
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Every>,
    /// Whether it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// A saved scan that is repeated. What changed from one run to the next is an event; nothing is told when nothing did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScanSchedule {
    /// Its number.
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// How often.
    pub every: Every,
    /// Whether it runs.
    pub enabled: bool,
    /// By which route it is asked for.
    pub mode: ScanMode,
    /// What is asked for.
    pub request: NewScan,
    /// When it runs next; absent while it is off.
    pub next_at: Option<Timestamp>,
    /// Its last run.
    pub last_token: Option<String>,
    /// When that was asked for.
    pub last_at: Option<Timestamp>,
    /// Why the last run could not be asked for.
    pub last_problem: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn the_time_of_day_is_kept_and_missed_turns_are_not() {
        let turn = NOW.minus(Duration::from_secs(5));
        assert_eq!(following(turn, Every::Day, NOW), turn.plus(DAY));
        let long_ago = turn.minus(40 * DAY);
        assert_eq!(following(long_ago, Every::Day, NOW), turn.plus(DAY));
        assert_eq!(following(NOW, Every::Week, NOW), NOW.plus(7 * DAY));
        let beyond = NOW.plus(400 * DAY).plus(Duration::from_secs(9));
        assert_eq!(
            following(beyond, Every::Day, NOW),
            NOW.plus(Duration::from_secs(9))
        );
    }

    proptest! {
        #[test]
        fn the_next_turn_is_within_a_period(turn in any::<i64>(), now in 0i64..4_000_000_000_000) {
            for every in [Every::Day, Every::Week] {
                let next = following(Timestamp(turn), every, Timestamp(now));
                prop_assert!(next.0 > now && next <= Timestamp(now).plus(every.period()));
            }
        }
    }
}
