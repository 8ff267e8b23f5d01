//! Tests of the CIDR rules.

use super::*;
use proptest::prelude::*;

fn net(text: &str) -> IpNetwork {
    parse(text).unwrap()
}

#[test]
fn host_bits_are_refused_with_the_corrected_value() {
    let error = parse("10.0.0.5/24").unwrap_err();
    assert_eq!(error.suggestion(), Some(net("10.0.0.0/24")));
    assert_eq!(
        error.to_string(),
        "10.0.0.5/24 has host bits set: did you mean 10.0.0.0/24?"
    );
    assert_eq!(
        parse("2001:DB8::1/64").unwrap_err().suggestion(),
        Some(net("2001:db8::/64"))
    );
}

#[test]
fn a_single_address_is_offered_as_a_subnet_of_one() {
    assert_eq!(
        parse("192.0.2.7").unwrap_err().suggestion(),
        Some(net("192.0.2.7/32"))
    );
}

#[test]
fn nonsense_is_a_syntax_error() {
    for text in [
        "",
        "x",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0/24",
        "10.0.0.0/24/1",
        "::/129",
        "010.0.0.0/8",
        "10.0.0.0/255.0.0.0",
    ] {
        assert_eq!(parse(text), Err(CidrError::Syntax), "{text}");
    }
}

#[test]
fn blocks_without_hosts_are_refused_with_a_reason() {
    for text in [
        "0.0.0.0/0",
        "::/0",
        "128.0.0.0/1",
        "224.0.0.0/4",
        "239.1.2.0/24",
        "240.0.0.0/8",
        "255.255.255.255/32",
        "0.0.0.0/8",
        "ff02::/16",
        "fe80::/64",
        "::ffff:10.0.0.0/104",
        "f000::/4",
        "::/64",
    ] {
        assert!(
            matches!(parse(text), Err(CidrError::Refused { .. })),
            "{text}: {:?}",
            parse(text)
        );
    }
}

#[test]
fn ordinary_blocks_are_accepted() {
    for text in [
        "10.0.0.0/8",
        "127.0.0.0/28",
        "192.168.1.0/24",
        "203.0.113.7/32",
        "169.254.0.0/16",
        "2001:db8::/32",
        "fd00::/8",
        "::1/128",
    ] {
        assert_eq!(net(text).to_string(), text);
    }
}

#[test]
fn network_and_broadcast_are_no_host_addresses_where_they_exist() {
    for (cidr, hosts) in [
        ("10.0.0.0/24", 254),
        ("10.0.0.0/30", 2),
        ("10.0.0.0/31", 2),
        ("10.0.0.0/32", 1),
        ("2001:db8::/126", 4),
        ("10.0.0.0/8", 16_777_214),
    ] {
        assert_eq!(size(net(cidr)), Count(hosts), "{cidr}");
    }
    assert_eq!(size(net("2001:db8::/64")), Count(1 << 64));
}

#[test]
fn discovery_stops_at_65536_addresses_and_at_ipv6() {
    assert!(can_discover(net("10.0.0.0/16")).is_ok());
    assert!(can_discover(net("10.0.0.0/15")).is_err());
    assert!(can_discover(net("2001:db8::/120")).is_err());
}

proptest! {
    #[test]
    fn whatever_parses_is_canonical_and_reads_back(bits: u32, prefix in 8u8..=32) {
        let text = format!("{}/{prefix}", Ipv4Addr::from(bits));
        match parse(&text) {
            Ok(cidr) => { prop_assert_eq!(cidr.to_string(), text); prop_assert_eq!(cidr.network(), cidr.ip()); }
            Err(error) => if let Some(s) = error.suggestion() { prop_assert_eq!(parse(&s.to_string()), Ok(s)); }
        }
    }

    #[test]
    fn arbitrary_text_never_panics(text in ".{0,60}") { let _ = parse(&text); }

    #[test]
    fn number_and_address_are_inverse(n: u128) {
        let like = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
        prop_assert_eq!(address(n, like).map(number), Some(n));
    }
}
