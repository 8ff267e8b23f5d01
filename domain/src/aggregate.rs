//! What an hour or a day of one host's samples comes to, and how a day's hours are packed.

use crate::{
    sample::{Sample, step_of, us_of},
    time::Timestamp,
};
use std::time::Duration;

/// A sample stands for at most this many usual intervals; what lies beyond was not observed.
const REACH: u32 = 3;
/// What a lone sample stands for, in milliseconds.
const LONE: i64 = 60_000;

/// What a stretch of one host's samples comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// Rounds in which it was asked.
    pub samples: u32,
    /// Rounds in which it answered.
    pub up: u32,
    /// Mean share of a round's requests that stayed unanswered, in hundredths of a percent.
    pub loss: u16,
    /// Seconds for which the samples stand.
    pub observed_s: u32,
    /// Latencies of the replies; `None` without one.
    pub latency: Option<Latencies>,
}

/// Latencies as steps of the scale in [`crate::sample`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latencies {
    /// The shortest.
    pub min: u16,
    /// The arithmetic mean.
    pub mean: u16,
    /// Longer than 95 % of them.
    pub p95: u16,
    /// The longest.
    pub max: u16,
}

impl Aggregate {
    /// What `samples`, in order of time, come to between `from` and `to`; `None` when there are none.
    pub fn of(samples: &[(Timestamp, Sample)], from: Timestamp, to: Timestamp) -> Option<Self> {
        let count = u32::try_from(samples.len()).ok().filter(|n| *n > 0)?;
        let mut steps: Vec<u16> = samples.iter().filter_map(|(_, s)| s.step()).collect();
        steps.sort_unstable();
        let loss: u64 = samples.iter().map(|(_, s)| u64::from(s.loss())).sum();
        Some(Self {
            samples: count,
            up: u32::try_from(steps.len()).unwrap_or(u32::MAX),
            loss: mean(loss, u64::from(count)),
            observed_s: observed(samples, from, to),
            latency: Latencies::of(&steps),
        })
    }

    /// What a day's samples, in order of time, come to, and its hours, 0 to 23.
    pub fn of_day(
        samples: &[(Timestamp, Sample)],
        midnight: Timestamp,
    ) -> Option<(Self, Vec<(u8, Self)>)> {
        let start = |hour: u8| midnight.plus(Duration::from_hours(hour.into()));
        let mut hours = Vec::new();
        for hour in 0..24 {
            let (from, to) = (start(hour), start(hour + 1));
            let first = samples.partition_point(|(at, _)| *at < from);
            let end = samples.partition_point(|(at, _)| *at < to);
            hours.extend(Self::of(&samples[first..end], from, to).map(|all| (hour, all)));
        }
        // The hours know better for how long the host was observed when its interval changed during the day.
        let observed_s = hours.iter().map(|(_, hour)| hour.observed_s).sum();
        let all = Self::of(samples, midnight, start(24))?;
        Some((Self { observed_s, ..all }, hours))
    }

    /// Two stretches that do not overlap, as one. The 95th percentile is the larger of both: an upper bound.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let samples = self.samples.saturating_add(other.samples);
        let loss = [self, other]
            .map(|a| u64::from(a.loss) * u64::from(a.samples))
            .iter()
            .sum();
        Self {
            samples,
            up: self.up.saturating_add(other.up),
            loss: mean(loss, u64::from(samples)),
            observed_s: self.observed_s.saturating_add(other.observed_s),
            latency: match (self.latency, other.latency) {
                (Some(a), Some(b)) => Some(a.and(self.up, b, other.up)),
                (a, b) => a.or(b),
            },
        }
    }

    /// Whether the host answered in at least half of the rounds.
    pub fn is_up(&self) -> bool {
        self.up > 0 && self.up.saturating_mul(2) >= self.samples
    }
}

impl Latencies {
    /// Of the steps of all replies, in ascending order.
    fn of(sorted: &[u16]) -> Option<Self> {
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let sum: u64 = sorted.iter().map(|step| u64::from(us_of(*step))).sum();
        Some(Self {
            min,
            mean: mean_step(sum, sorted.len() as u64),
            p95: sorted[(sorted.len() * 95).div_ceil(100).max(1) - 1],
            max,
        })
    }

    fn and(self, up: u32, other: Self, other_up: u32) -> Self {
        let sum = |l: Self, up: u32| u64::from(us_of(l.mean)) * u64::from(up);
        let replies = u64::from(up) + u64::from(other_up);
        Self {
            min: self.min.min(other.min),
            mean: mean_step(sum(self, up) + sum(other, other_up), replies),
            p95: self.p95.max(other.p95),
            max: self.max.max(other.max),
        }
    }
}

fn mean_step(sum_us: u64, count: u64) -> u16 {
    step_of(u32::try_from(sum_us / count.max(1)).unwrap_or(u32::MAX))
}

fn mean(sum: u64, count: u64) -> u16 {
    u16::try_from(sum / count.max(1)).unwrap_or(u16::MAX)
}

/// For how long the samples stand: each until the next one, but not for longer than a few usual intervals.
fn observed(samples: &[(Timestamp, Sample)], from: Timestamp, to: Timestamp) -> u32 {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
        return 0;
    };
    let mut gaps: Vec<i64> = samples.windows(2).map(|w| w[1].0.0 - w[0].0.0).collect();
    gaps.sort_unstable();
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(LONE).max(1);
    let most = usual.saturating_mul(i64::from(REACH));
    let between: i64 = gaps.iter().map(|gap| (*gap).clamp(0, most)).sum();
    let edge = |gap: Duration| {
        i64::try_from(gap.as_millis())
            .unwrap_or(i64::MAX)
            .min(usual)
    };
    let all = between + edge(first.0.since(from)) + edge(to.since(last.0));
    let whole = i64::try_from(to.since(from).as_millis()).unwrap_or(i64::MAX);
    u32::try_from((all.min(whole) + 500) / 1000).unwrap_or(u32::MAX)
}

/// Packs the hours of one day, 0 to 23 in ascending order: which there are, which repeat the one before, and the others.
pub fn pack_hours(hours: &[(u8, Aggregate)]) -> Vec<u8> {
    let (mut present, mut repeated, mut body) = (0_u32, 0_u32, Vec::new());
    let mut before = None;
    for (hour, aggregate) in hours.iter().filter(|(hour, _)| *hour < 24) {
        present |= 1 << hour;
        if before == Some(*aggregate) {
            repeated |= 1 << hour;
            continue;
        }
        before = Some(*aggregate);
        put(&mut body, u64::from(aggregate.samples));
        put(
            &mut body,
            u64::from(aggregate.samples.saturating_sub(aggregate.up)),
        );
        put(&mut body, u64::from(aggregate.loss));
        put(&mut body, zigzag(3_600 - i64::from(aggregate.observed_s)));
        if let Some(latency) = aggregate.latency {
            put(&mut body, u64::from(latency.min));
            for step in [latency.mean, latency.p95, latency.max] {
                put(&mut body, u64::from(step.saturating_sub(latency.min)));
            }
        }
    }
    let mut packed = Vec::with_capacity(6 + body.len());
    packed.extend(&present.to_le_bytes()[..3]);
    packed.extend(&repeated.to_le_bytes()[..3]);
    packed.extend(body);
    packed
}

/// Unpacks what [`pack_hours`] packed; what is damaged ends the list.
pub fn unpack_hours(packed: &[u8]) -> Vec<(u8, Aggregate)> {
    let Some((masks, mut body)) = packed.split_at_checked(6) else {
        return Vec::new();
    };
    let mask = |m: &[u8]| u32::from_le_bytes([m[0], m[1], m[2], 0]);
    let (present, repeated) = (mask(&masks[..3]), mask(&masks[3..]));
    let mut hours: Vec<(u8, Aggregate)> = Vec::new();
    for hour in (0..24_u8).filter(|hour| present >> hour & 1 == 1) {
        let same = hours.last().filter(|_| repeated >> hour & 1 == 1);
        let Some(aggregate) = same.map(|(_, a)| *a).or_else(|| unpack_one(&mut body)) else {
            break;
        };
        hours.push((hour, aggregate));
    }
    hours
}

fn unpack_one(body: &mut &[u8]) -> Option<Aggregate> {
    let samples = u32::try_from(take(body)?).ok()?;
    let up = samples.checked_sub(u32::try_from(take(body)?).ok()?)?;
    let loss = u16::try_from(take(body)?).ok()?;
    let observed_s = u32::try_from(3_600 - unzigzag(take(body)?)).ok()?;
    let latency = if up > 0 {
        let min = u16::try_from(take(body)?).ok()?;
        let mut above = || min.checked_add(u16::try_from(take(body)?).ok()?);
        let (mean, p95, max) = (above()?, above()?, above()?);
        Some(Latencies {
            min,
            mean,
            p95,
            max,
        })
    } else {
        None
    };
    Some(Aggregate {
        samples,
        up,
        loss,
        observed_s,
        latency,
    })
}

/// Appends a number, seven bits a byte, lowest first (LEB128).
pub fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push((number & 0x7f) as u8);
}

/// Takes a number that [`put`] appended from the front.
pub fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// A signed number as an unsigned one that is small when its magnitude is.
pub fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

/// The number that [`zigzag`] was given.
pub fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

#[cfg(test)]
#[path = "aggregate_tests.rs"]
mod tests;
