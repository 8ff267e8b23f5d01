//! One host's history as it is sent, and the last 24 hours in short.

use crate::{
    aggregate::{Aggregate, Latencies},
    host::HostId,
    sample::{Coarse, Sample, us_of},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Most points of one answer: a year by hours and a day by five seconds fit. Also how many come when `limit` is absent.
pub const MAX_POINTS: u32 = 20_000;
/// The last 24 hours in short come in this many buckets.
pub const BUCKETS: usize = 96;
/// One bucket of the last 24 hours.
pub const BUCKET: Duration = Duration::from_mins(15);

/// How fine a history is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// Every round.
    Raw,
    /// One point per hour, UTC.
    Hour,
    /// One point per day, UTC.
    Day,
}

impl Resolution {
    /// What suits a stretch when nothing is asked for: at most a few thousand points at the default interval.
    pub fn suiting(stretch: Duration) -> Self {
        match stretch.as_secs() / 3_600 {
            0..=48 => Self::Raw,
            49..=1_080 => Self::Hour,
            _ => Self::Day,
        }
    }

    /// The length of one point in milliseconds; `None` for single rounds.
    pub fn step_ms(self) -> Option<i64> {
        match self {
            Self::Raw => None,
            Self::Hour => Some(3_600_000),
            Self::Day => Some(86_400_000),
        }
    }
}

/// Which part of a host's history to read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct HistoryQuery {
    /// The beginning; absent = 24 hours before the end.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// The end, exclusive; absent = now.
    #[serde(default)]
    pub to: Option<Timestamp>,
    /// `raw`, `hour` or `day`; absent = raw up to two days, hours up to 45, days beyond.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub resolution: Option<Resolution>,
    /// Points of an answer, 1 to 20,000; absent = 20,000.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A part of a host's history, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct History {
    /// How fine it is.
    pub resolution: Resolution,
    /// Where it begins.
    pub from: Timestamp,
    /// Where it ends.
    pub to: Timestamp,
    /// The points, oldest first; where nothing is known there are none.
    pub items: Vec<HistoryPoint>,
    /// Give it as `from` for the points that follow; absent when these are all.
    pub next_from: Option<Timestamp>,
}

/// One round, hour or day of a host.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryPoint {
    /// When the round ended, or the hour or day began.
    pub ts: Timestamp,
    /// Whether it answered: the round, or at least half of the rounds.
    pub is_up: bool,
    /// Milliseconds of the reply, or the mean of all replies.
    pub latency_ms: Option<f64>,
    /// The shortest, in milliseconds.
    pub min: Option<f64>,
    /// The longest, in milliseconds.
    pub max: Option<f64>,
    /// Longer than 95 % of them, in milliseconds.
    pub p95: Option<f64>,
    /// Mean share of a round's echo requests that stayed unanswered, 0 to 100.
    pub loss: f64,
    /// Rounds in which the host was asked.
    pub samples: u32,
    /// Rounds in which it answered.
    pub up: u32,
    /// Seconds for which these rounds stand; absent for a single round.
    pub observed_seconds: Option<u32>,
}

impl HistoryPoint {
    /// The point of one round; `None` when the host was not asked.
    pub fn of_round(ts: Timestamp, sample: Sample) -> Option<Self> {
        if sample == Sample::NOT_ASKED {
            return None;
        }
        let latency = sample.rtt_us().map(ms);
        Some(Self {
            ts,
            is_up: sample.is_reply(),
            latency_ms: latency,
            min: latency,
            max: latency,
            p95: latency,
            loss: percent(sample.loss()),
            samples: 1,
            up: u32::from(sample.is_reply()),
            observed_seconds: None,
        })
    }

    /// The point of an hour or a day.
    pub fn of_aggregate(ts: Timestamp, aggregate: &Aggregate) -> Self {
        let step = |of: fn(Latencies) -> u16| aggregate.latency.map(|l| ms(us_of(of(l))));
        Self {
            ts,
            is_up: aggregate.is_up(),
            latency_ms: step(|l| l.mean),
            min: step(|l| l.min),
            max: step(|l| l.max),
            p95: step(|l| l.p95),
            loss: percent(aggregate.loss),
            samples: aggregate.samples,
            up: aggregate.up,
            observed_seconds: Some(aggregate.observed_s),
        }
    }
}

fn ms(us: u32) -> f64 {
    f64::from(us) / 1000.0
}

fn percent(hundredths: u16) -> f64 {
    f64::from(hundredths) / 100.0
}

/// A quarter of an hour of one host: what came, and the longest latency. The order of its rounds does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Some round was answered.
    pub replied: bool,
    /// Some round was not.
    pub silent: bool,
    /// Some request was lost although its round was answered.
    pub lossy: bool,
    /// The longest latency.
    pub latency: Option<Coarse>,
}

const REPLIED: u8 = 1;
const SILENT: u8 = 2;
const LOSSY: u8 = 4;

impl Bucket {
    /// Takes one more round in.
    #[must_use]
    pub fn with(self, sample: Sample) -> Self {
        Self {
            replied: self.replied || sample.is_reply(),
            silent: self.silent || sample == Sample::SILENCE,
            lossy: self.lossy || sample.lost().is_some_and(|lost| lost > 0),
            latency: self.latency.max(sample.coarse()),
        }
    }

    /// In two bytes.
    pub fn bytes(self) -> [u8; 2] {
        let flag = |is: bool, bit| if is { bit } else { 0 };
        let flags =
            flag(self.replied, REPLIED) | flag(self.silent, SILENT) | flag(self.lossy, LOSSY);
        [flags, self.latency.map_or(0, |c| c.0)]
    }

    /// From two bytes.
    pub fn of_bytes([flags, latency]: [u8; 2]) -> Self {
        Self {
            replied: flags & REPLIED != 0,
            silent: flags & SILENT != 0,
            lossy: flags & LOSSY != 0,
            latency: (latency > 0).then_some(Coarse(latency)),
        }
    }
}

/// The last 24 hours of one host, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sparkline {
    /// The host.
    pub id: HostId,
    /// Four hexadecimal digits per bucket, oldest first; see [`Sparkline::buckets`].
    pub cells: String,
}

impl Sparkline {
    /// Writes the buckets down.
    pub fn new(id: HostId, buckets: impl IntoIterator<Item = Bucket>) -> Self {
        const DIGITS: [char; 16] = [
            '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
        ];
        let digits = |byte: u8| {
            [
                DIGITS[usize::from(byte >> 4)],
                DIGITS[usize::from(byte & 15)],
            ]
        };
        let bytes = buckets.into_iter().flat_map(Bucket::bytes);
        Self {
            id,
            cells: bytes.flat_map(digits).collect(),
        }
    }

    /// The buckets, oldest first.
    pub fn buckets(&self) -> impl Iterator<Item = Bucket> + '_ {
        self.cells.as_bytes().as_chunks::<4>().0.iter().map(|cell| {
            let digit = |c: u8| {
                char::from(c)
                    .to_digit(16)
                    .and_then(|d| u8::try_from(d).ok())
            };
            let digit = |n: usize| digit(cell[n]).unwrap_or(0);
            Bucket::of_bytes([digit(0) << 4 | digit(1), digit(2) << 4 | digit(3)])
        })
    }
}

/// The last 24 hours of several hosts, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sparklines {
    /// When the first bucket begins.
    pub start: Timestamp,
    /// The hosts, in address order.
    pub hosts: Vec<Sparkline>,
}

/// The last 24 hours of a subnet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strip {
    /// When the first bucket begins.
    pub start: Timestamp,
    /// Oldest first.
    pub buckets: Vec<StripBucket>,
}

/// A quarter of an hour of a subnet: its hosts by what came of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StripBucket {
    /// Hosts that answered every round.
    pub up: u32,
    /// Hosts that answered some rounds.
    pub partial: u32,
    /// Hosts that answered none.
    pub down: u32,
}

impl StripBucket {
    /// Counts one host's bucket.
    pub fn add(&mut self, bucket: Bucket) {
        match (bucket.replied, bucket.silent) {
            (true, false) => self.up += 1,
            (true, true) => self.partial += 1,
            (false, true) => self.down += 1,
            (false, false) => {}
        }
    }

    /// The share that was up, 0 to 1; a host that answered some rounds counts half. `None` when nobody was asked.
    pub fn share_up(self) -> Option<f64> {
        let asked = self.up + self.partial + self.down;
        let up = f64::from(self.up) + f64::from(self.partial) / 2.0;
        (asked > 0).then(|| up / f64::from(asked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparkline_reads_back() {
        let slow = Bucket::default().with(Sample::reply(80_000, 1));
        let buckets = [
            Bucket::default(),
            slow,
            slow.with(Sample::SILENCE).with(Sample::reply(70, 0)),
            Bucket::default().with(Sample::NOT_ASKED),
        ];
        let line = Sparkline::new(HostId(7), buckets);
        assert_eq!(line.buckets().collect::<Vec<_>>(), buckets);
        assert_eq!(buckets[2].latency, Sample::reply(80_000, 0).coarse());
        assert!(buckets[2].replied && buckets[2].silent && buckets[2].lossy);
    }

    #[test]
    fn a_strip_counts_half_for_what_was_half_there() {
        let mut strip = StripBucket::default();
        assert_eq!(strip.share_up(), None);
        let up = Bucket::default().with(Sample::reply(9, 0));
        strip.add(up);
        strip.add(up.with(Sample::SILENCE));
        strip.add(Bucket::default());
        assert_eq!(strip.share_up(), Some(0.75));
    }

    #[test]
    fn the_resolution_suits_the_stretch() {
        let suiting = |hours| Resolution::suiting(Duration::from_hours(hours));
        assert_eq!(suiting(24), Resolution::Raw);
        assert_eq!(suiting(24 * 30), Resolution::Hour);
        assert_eq!(suiting(24 * 365), Resolution::Day);
    }
}
