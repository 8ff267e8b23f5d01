//! When a subnet is so full that somebody should know.

use crate::{cidr, subnet::utilisation};
use ipnetwork::IpNetwork;

/// Percent of the addresses in use at which somebody is told, lowest first.
const LEVELS: [u8; 2] = [80, 95];
/// Percent below a level at which reaching it would be news again.
const SLACK: u8 = 5;
/// In smaller subnets every host would be news.
const LEAST: u128 = 8;

/// The level that a subnet has reached, in percent; 0 = none. `before` is what was decided last.
pub fn level(block: IpNetwork, used: u64, before: u8) -> u8 {
    let size = cidr::size(block);
    // Nobody runs out of IPv6 addresses.
    if block.is_ipv6() || 1_u128 << (32 - block.prefix().min(32)) < LEAST {
        return 0;
    }
    let percent = utilisation(used, size);
    let holds = |level: u8| {
        percent >= f64::from(level) || before >= level && percent >= f64::from(level - SLACK)
    };
    LEVELS
        .into_iter()
        .rev()
        .find(|level| holds(*level))
        .unwrap_or(0)
}

/// In words: "82 % of 10.0.0.0/24 are in use, 208 of 254".
pub fn words(block: IpNetwork, used: u64) -> String {
    let size = cidr::size(block);
    // Rounded down: 100 % is full.
    let percent = utilisation(used, size).floor();
    format!("{percent} % of {block} are in use, {used} of {size}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_reached_once_and_left_with_some_slack() {
        let block = "10.0.0.0/24".parse().unwrap();
        let mut level_now = 0;
        for (used, expected) in [
            (203, 0),
            (204, 80),
            (200, 80),
            (204, 80),
            (242, 95),
            (230, 95),
            (228, 80),
            (242, 95),
            (180, 0),
            (254, 95),
        ] {
            level_now = level(block, used, level_now);
            assert_eq!(level_now, expected, "{used}");
        }
        assert_eq!(
            words(block, 204),
            "80 % of 10.0.0.0/24 are in use, 204 of 254"
        );
        assert_eq!(
            words(block, 254),
            "100 % of 10.0.0.0/24 are in use, 254 of 254"
        );
    }

    #[test]
    fn small_and_ipv6_subnets_are_never_nearly_full() {
        for (block, expected) in [("10.0.0.0/30", 0), ("10.0.0.0/29", 95), ("fd00::/125", 0)] {
            assert_eq!(level(block.parse().unwrap(), 6, 0), expected, "{block}");
        }
    }
}
