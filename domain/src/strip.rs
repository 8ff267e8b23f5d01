//! The last 24 hours of a subnet as one short text, for pages that show many subnets at once.

use crate::{history::StripBucket, subnet::SubnetId};
use serde::{Deserialize, Serialize};

/// Stands for a quarter of an hour in which nobody was asked.
const NOBODY: char = '-';
/// The digit of a quarter of an hour in which everybody answered.
const ALL: u32 = 15;

/// The last 24 hours of a subnet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubnetStrip {
    /// The subnet.
    pub subnet_id: SubnetId,
    /// One character per quarter of an hour, oldest first: `-` where nobody was asked, else the share of hosts that was
    /// up as a hexadecimal digit; `f` means all of them and `0` none.
    pub cells: String,
    /// Mean share of hosts that was up, 0 to 100; absent where nobody was asked all day.
    pub percent_up: Option<f64>,
    /// Stretches without an observation, after the first one.
    pub gaps: u32,
}

impl SubnetStrip {
    /// Writes the buckets down, oldest first.
    pub fn new(subnet_id: SubnetId, buckets: &[StripBucket]) -> Self {
        let (mut up, mut asked) = (0.0, 0.0);
        for bucket in buckets {
            up += f64::from(bucket.up) + f64::from(bucket.partial) / 2.0;
            asked += f64::from(bucket.up + bucket.partial + bucket.down);
        }
        Self {
            subnet_id,
            cells: buckets.iter().map(|bucket| cell(*bucket)).collect(),
            percent_up: (asked > 0.0).then(|| up / asked * 100.0),
            gaps: gaps(buckets),
        }
    }

    /// The share that was up per quarter of an hour in fifteenths; `None` where nobody was asked.
    pub fn levels(&self) -> impl Iterator<Item = Option<u32>> + '_ {
        self.cells.chars().map(|cell| cell.to_digit(ALL + 1))
    }
}

fn cell(bucket: StripBucket) -> char {
    let Some(share) = bucket.share_up() else {
        return NOBODY;
    };
    let mut steps = (1..ALL).rev();
    let digit = if bucket.partial + bucket.down == 0 {
        ALL
    } else if bucket.up + bucket.partial == 0 {
        0
    } else {
        // Neither all nor none, however close.
        let reached = |step: &u32| f64::from(*step) <= share * f64::from(ALL);
        steps.find(reached).unwrap_or(1)
    };
    char::from_digit(digit, ALL + 1).unwrap_or(NOBODY)
}

/// Before the first observation there is nothing to miss, and the newest quarter of an hour may just have begun.
fn gaps(buckets: &[StripBucket]) -> u32 {
    let seen = buckets.iter().map(|bucket| bucket.share_up().is_some());
    let mut seen: Vec<bool> = seen.skip_while(|seen| !seen).collect();
    if seen.last() == Some(&false) {
        seen.pop();
    }
    let begins = seen.windows(2).filter(|pair| pair[0] && !pair[1]);
    u32::try_from(begins.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: StripBucket = bucket(0, 0, 0);

    const fn bucket(up: u32, partial: u32, down: u32) -> StripBucket {
        StripBucket { up, partial, down }
    }

    fn strip(buckets: &[StripBucket]) -> SubnetStrip {
        SubnetStrip::new(SubnetId(1), buckets)
    }

    #[test]
    fn all_and_none_are_told_apart_from_almost() {
        let strip = strip(&[
            bucket(9, 0, 0),
            bucket(9_999, 0, 1),
            bucket(1, 0, 1),
            bucket(1, 0, 9_999),
            bucket(0, 0, 3),
            NONE,
        ]);
        assert_eq!(strip.cells, "fe710-");
        let levels: Vec<_> = strip.levels().collect();
        assert_eq!(levels[4..], [Some(0), None]);
    }

    #[test]
    fn a_gap_is_what_was_missed_between_and_at_the_end() {
        let seen = bucket(1, 0, 0);
        assert_eq!(strip(&[NONE, NONE, seen, NONE, NONE, seen, NONE]).gaps, 1);
        assert_eq!(strip(&[seen, NONE, NONE]).gaps, 1);
        assert_eq!(strip(&[NONE, NONE]).gaps, 0);
    }

    #[test]
    fn the_mean_weighs_by_hosts() {
        let percent = strip(&[bucket(98, 0, 0), NONE, bucket(0, 2, 0)]).percent_up;
        assert_eq!(percent, Some(99.0));
        assert_eq!(strip(&[NONE]).percent_up, None);
    }
}
