//! What every round said of every host: the journal of the newest rounds, and the chunks of hours and days it is folded
//! into.
//!
//! A row per sample is either cheap to write or cheap to read. Here a round is one row, and an hour or a day of 64 hosts
//! is one row.

pub mod chunk;
pub mod day;
pub mod folded;
pub mod journal;
pub mod newest;

use domain::{host::HostId, sample::Sample, time::Timestamp};

/// Samples of one host in order of time.
pub type Series = Vec<(Timestamp, Sample)>;

/// Hosts of a block.
pub const BLOCK: i64 = 64;
/// Milliseconds of an hour.
pub const HOUR: i64 = 3_600_000;
/// Milliseconds of a day.
pub const DAY: i64 = 24 * HOUR;

/// The block that a host is in.
pub fn block_of(id: HostId) -> i64 {
    id.0.div_euclid(BLOCK)
}

/// The key of a chunk: the number of its hour or day, then its block.
fn key(period: i64, block: i64) -> i64 {
    period << 32 | block
}

/// Orders samples by time. Two of the same millisecond are one round that is told twice: a reply counts.
pub fn tidy(series: &mut Series) {
    series.sort_unstable_by_key(|(at, sample)| (*at, std::cmp::Reverse(*sample)));
    series.dedup_by_key(|(at, _)| *at);
}
