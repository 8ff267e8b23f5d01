//! Which unused addresses are listed one by one: intervals of addresses, so that a gap may split, shrink or grow meanwhile.

use domain::{cidr, row::Gap};

/// Addresses that one more page of an expanded gap lists.
pub const PAGE: u128 = 64;

/// Intervals of addresses that are listed: first, and the one after the last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded(Vec<(u128, u128)>);

fn ends(gap: &Gap) -> (u128, u128) {
    (cidr::number(gap.first), cidr::number(gap.last))
}

impl Expanded {
    /// How many addresses of `gap` are listed; 0 = it is one row.
    pub fn shown(&self, gap: &Gap) -> u128 {
        let (first, last) = ends(gap);
        self.0
            .iter()
            .filter(|(from, until)| *from <= last && *until > first)
            .map(|(_, until)| until.saturating_sub(first).min(gap.count.0))
            .max()
            .unwrap_or(0)
    }

    /// Lists one page more of `gap`.
    pub fn more(&mut self, gap: &Gap) {
        let (first, _) = ends(gap);
        let until = first + self.shown(gap).saturating_add(PAGE).min(gap.count.0);
        self.collapse(gap);
        self.0.push((first, until));
    }

    /// Makes `gap` one row again; what is listed of other gaps stays.
    pub fn collapse(&mut self, gap: &Gap) {
        let (first, last) = ends(gap);
        let mut kept = Vec::new();
        for (from, until) in self.0.drain(..) {
            if from < first {
                kept.push((from, until.min(first)));
            }
            if until > last.saturating_add(1) {
                kept.push((from.max(last.saturating_add(1)), until));
            }
        }
        self.0 = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::row::gaps;

    fn only(cidr_text: &str, used: &[&str]) -> Vec<Gap> {
        gaps(
            cidr::parse(cidr_text).unwrap(),
            &[],
            used.iter().map(|ip| ip.parse().unwrap()),
        )
    }

    #[test]
    fn pages_of_64_until_the_gap_is_listed_whole() {
        let gap = only("10.0.0.0/24", &[])[0];
        let mut expanded = Expanded::default();
        assert_eq!(expanded.shown(&gap), 0);
        for shown in [64, 128, 192, 254, 254] {
            expanded.more(&gap);
            assert_eq!(expanded.shown(&gap), shown);
        }
        expanded.collapse(&gap);
        assert_eq!(expanded.shown(&gap), 0);
    }

    #[test]
    fn a_gap_of_a_64_bit_block_expands_by_arithmetic() {
        let gap = only("2001:db8::/64", &["2001:db8::1"]).pop().unwrap();
        let mut expanded = Expanded::default();
        expanded.more(&gap);
        assert_eq!(expanded.shown(&gap), 64);
    }

    #[test]
    fn a_host_that_appears_in_a_listed_gap_keeps_both_halves_listed() {
        let whole = only("10.0.0.0/24", &[])[0];
        let mut expanded = Expanded::default();
        expanded.more(&whole);
        let halves = only("10.0.0.0/24", &["10.0.0.10"]);
        assert_eq!(expanded.shown(&halves[0]), 9);
        assert_eq!(expanded.shown(&halves[1]), 54);
        expanded.collapse(&halves[0]);
        assert_eq!(expanded.shown(&halves[0]), 0);
        assert_eq!(expanded.shown(&halves[1]), 54);
    }

    #[test]
    fn a_host_that_takes_the_first_address_does_not_collapse_the_rest() {
        let whole = only("10.0.0.0/24", &[])[0];
        let mut expanded = Expanded::default();
        expanded.more(&whole);
        let rest = only("10.0.0.0/24", &["10.0.0.1"])[0];
        assert_eq!(expanded.shown(&rest), 63);
    }
}
