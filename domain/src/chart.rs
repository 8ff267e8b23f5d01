//! A host's history as a chart: as many slots as fit a drawer, each with what its rounds came to.

use crate::{
    history::{HistoryPoint, Resolution},
    host::HostId,
    time::Timestamp,
    uptime::{Outage, Uptimes},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How far back a chart goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stretch {
    /// One hour.
    Hour,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
    /// 365 days.
    Year,
}

impl Stretch {
    /// Every stretch, shortest first.
    pub const ALL: [Self; 5] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::Hour => "1 h",
            Self::Day => "24 h",
            Self::Week => "7 d",
            Self::Month => "30 d",
            Self::Year => "1 y",
        }
    }

    /// How long it is.
    pub fn length(self) -> Duration {
        Duration::from_hours(match self {
            Self::Hour => 1,
            Self::Day => 24,
            Self::Week => 7 * 24,
            Self::Month => 30 * 24,
            Self::Year => 365 * 24,
        })
    }

    /// How fine a history it is made from.
    pub fn resolution(self) -> Resolution {
        match self {
            Self::Hour | Self::Day => Resolution::Raw,
            Self::Week | Self::Month => Resolution::Hour,
            Self::Year => Resolution::Day,
        }
    }

    /// The length of a slot for a host that is asked every `interval`: never shorter than that, or slots would be empty.
    pub fn slot(self, interval: Duration) -> Duration {
        let slot = match self {
            Self::Hour => Duration::from_mins(1),
            Self::Day => Duration::from_mins(10),
            Self::Week => Duration::from_hours(1),
            Self::Month => Duration::from_hours(6),
            Self::Year => Duration::from_hours(72),
        };
        slot.max(interval.min(self.length()))
    }
}

/// One slot of a chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    /// The shortest latency in milliseconds; none when nothing answered.
    pub min: Option<f64>,
    /// The median of the rounds, or of the hours or days, in milliseconds.
    pub median: Option<f64>,
    /// The longest in milliseconds.
    pub max: Option<f64>,
    /// Mean share of echo requests that stayed unanswered, 0 to 100.
    pub loss: f64,
    /// Rounds in which the host was asked; 0 = nobody looked.
    pub rounds: u32,
    /// Rounds in which it answered.
    pub answered: u32,
}

/// A host's history as slots of equal length.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// How far back it goes.
    pub stretch: Stretch,
    /// When the first slot begins.
    pub from: Timestamp,
    /// When the newest slot ends; the slot that is just filling is the last one.
    pub to: Timestamp,
    /// The length of a slot in milliseconds.
    pub slot_ms: i64,
    /// Oldest first.
    pub slots: Vec<Slot>,
}

impl Chart {
    /// An empty chart that ends with the slot around `now`.
    pub fn until(now: Timestamp, stretch: Stretch, interval: Duration) -> Self {
        let millis = |d: Duration| i64::try_from(d.as_millis()).unwrap_or(i64::MAX).max(1);
        let slot_ms = millis(stretch.slot(interval));
        let to = (now.0.div_euclid(slot_ms) + 1).saturating_mul(slot_ms);
        // As many as fit, at least one.
        let count = (millis(stretch.length()) / slot_ms).max(1);
        Self {
            stretch,
            from: Timestamp(to.saturating_sub(count.saturating_mul(slot_ms))),
            to: Timestamp(to),
            slot_ms,
            slots: vec![Slot::default(); usize::try_from(count).unwrap_or(1)],
        }
    }

    /// Fills the slots. Points outside of the chart are left out.
    pub fn fill(&mut self, points: &[HistoryPoint]) {
        let place = |point: &HistoryPoint| {
            usize::try_from((point.ts.0 - self.from.0).div_euclid(self.slot_ms)).ok()
        };
        for points in points.chunk_by(|a, b| place(a) == place(b)) {
            if let Some(slot) = place(&points[0]).and_then(|place| self.slots.get_mut(place)) {
                *slot = Slot::of(points);
            }
        }
    }
}

impl Slot {
    fn of(points: &[HistoryPoint]) -> Self {
        let each = |part: fn(&HistoryPoint) -> Option<f64>| points.iter().filter_map(part);
        let mut middles: Vec<f64> = each(|point| point.latency_ms).collect();
        middles.sort_by(f64::total_cmp);
        let rounds: u32 = points.iter().map(|point| point.samples).sum();
        let lost: f64 = points
            .iter()
            .map(|point| point.loss * f64::from(point.samples))
            .sum();
        Self {
            min: each(|point| point.min).reduce(f64::min),
            median: middles.get(middles.len() / 2).copied(),
            max: each(|point| point.max).reduce(f64::max),
            loss: if rounds == 0 {
                0.0
            } else {
                lost / f64::from(rounds)
            },
            rounds,
            answered: points.iter().map(|point| point.up).sum(),
        }
    }
}

/// What the drawer shows of a host's past.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HostPast {
    /// The host.
    pub id: HostId,
    /// Its latency and losses.
    pub chart: Chart,
    /// Its uptime.
    pub uptimes: Uptimes,
    /// The newest outages that touch the chart's stretch, newest first.
    pub outages: Vec<Outage>,
    /// How many there are.
    pub outages_in_all: u64,
    /// Seconds of all of them within the stretch.
    pub down_seconds: u64,
}

#[cfg(test)]
#[path = "chart_tests.rs"]
mod tests;
