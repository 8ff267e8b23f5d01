//! Tests of the gap arithmetic.

use super::*;
use proptest::prelude::*;
use std::net::Ipv4Addr;

fn spans(cidr: &str, used: &[&str]) -> Vec<String> {
    gaps(
        cidr.parse().unwrap(),
        &[],
        used.iter().map(|ip| ip.parse().unwrap()),
    )
    .iter()
    .map(|gap| format!("{}-{} {}", gap.first, gap.last, gap.count.0))
    .collect()
}

#[test]
fn an_empty_subnet_is_one_gap_without_network_and_broadcast() {
    assert_eq!(spans("10.0.0.0/24", &[]), ["10.0.0.1-10.0.0.254 254"]);
}

#[test]
fn hosts_split_the_gap() {
    assert_eq!(
        spans("10.0.0.0/24", &["10.0.0.1", "10.0.0.14", "10.0.0.201"]),
        [
            "10.0.0.2-10.0.0.13 12",
            "10.0.0.15-10.0.0.200 186",
            "10.0.0.202-10.0.0.254 53"
        ]
    );
}

#[test]
fn a_gap_of_one_address_is_a_gap() {
    assert_eq!(
        spans(
            "10.0.0.0/29",
            &["10.0.0.1", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"]
        ),
        ["10.0.0.2-10.0.0.2 1"]
    );
}

#[test]
fn hosts_at_network_and_broadcast_leave_the_numbers_right() {
    assert_eq!(
        spans("10.0.0.0/30", &["10.0.0.0", "10.0.0.3"]),
        ["10.0.0.1-10.0.0.2 2"]
    );
}

#[test]
fn tiny_blocks_use_every_address() {
    assert_eq!(spans("10.0.0.0/31", &[]), ["10.0.0.0-10.0.0.1 2"]);
    assert_eq!(spans("10.0.0.7/32", &["10.0.0.7"]), Vec::<String>::new());
}

#[test]
fn a_slash_64_is_counted_not_listed() {
    assert_eq!(
        spans(
            "2001:db8::/64",
            &["2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff"]
        ),
        [
            "2001:db8::-2001:db8:: 1",
            "2001:db8::2-2001:db8::ffff:ffff:ffff:fffe 18446744073709551613"
        ]
    );
}

#[test]
fn the_last_address_of_ipv6_does_not_overflow() {
    let all: IpNetwork = "ff00::/8".parse().unwrap();
    assert_eq!(
        gaps(
            all,
            &[],
            ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff".parse().unwrap()]
        )
        .len(),
        1
    );
}

#[test]
fn a_nested_subnet_keeps_its_network_and_broadcast_and_gives_nothing_away() {
    let (outer, inner) = (
        "10.0.0.0/23".parse().unwrap(),
        ["10.0.1.0/24".parse().unwrap()],
    );
    let show = |gaps: Vec<Gap>| -> Vec<String> {
        let text = gaps.iter().map(|g| format!("{}-{}", g.first, g.last));
        text.collect()
    };
    let used = ["10.0.0.1".parse().unwrap()];
    assert_eq!(
        show(gaps(outer, &inner, used)),
        ["10.0.0.2-10.0.0.255", "10.0.1.1-10.0.1.254"]
    );
    assert_eq!(show(free(outer, &inner, used)), ["10.0.0.2-10.0.0.255"]);
}

#[test]
fn a_page_of_a_gap_stops_at_its_end() {
    let gap = gaps("10.0.0.0/24".parse().unwrap(), &[], [])[0];
    assert_eq!(
        gap.page(250, 64)
            .map(|ip| ip.to_string())
            .collect::<Vec<_>>(),
        ["10.0.0.251", "10.0.0.252", "10.0.0.253", "10.0.0.254"]
    );
    assert_eq!(gap.page(254, 64).count(), 0);
}

proptest! {
    /// Hosts and gaps together cover every usable address exactly once, and gaps never touch.
    #[test]
    fn hosts_and_gaps_cover_the_subnet_exactly(prefix in 16u8..=32, seed in any::<u32>(), picks in proptest::collection::btree_set(0u32..65_536, 0..60)) {
        let block = IpNetwork::new(IpAddr::V4(Ipv4Addr::from((10 << 24) | (seed & 0x00ff_ffff))), prefix).unwrap();
        let block = IpNetwork::new(block.network(), prefix).unwrap();
        let (first, last) = cidr::usable(block);
        let span = cidr::number(last) - cidr::number(first) + 1;
        let used: std::collections::BTreeSet<u128> = picks.iter().map(|p| cidr::number(first) + u128::from(*p) % span).collect();
        let free = gaps(block, &[], used.iter().filter_map(|n| cidr::address(*n, first)));
        let mut covered: Vec<(u128, u128)> = free.iter().map(|g| (cidr::number(g.first), cidr::number(g.last))).collect();
        prop_assert!(free.iter().all(|g| g.count.0 == cidr::number(g.last) - cidr::number(g.first) + 1));
        prop_assert!(covered.windows(2).all(|w| w[0].1 + 1 < w[1].0));
        covered.extend(used.iter().map(|n| (*n, *n)));
        covered.sort_unstable();
        prop_assert_eq!(covered.iter().map(|(a, b)| b - a + 1).sum::<u128>(), span);
        prop_assert!(covered.windows(2).all(|w| w[0].1 + 1 == w[1].0));
    }
}
