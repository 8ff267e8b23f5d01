//! Every spelling of an address that leads into somebody's network.

use super::*;

fn class(text: &str) -> Class {
    classify(text.parse().unwrap_or_else(|e| panic!("{text}: {e}")))
}

#[test]
fn every_place_has_its_class() {
    for (expected, addresses) in [
        (
            Class::Global,
            "8.8.8.8 1.1.1.1 100.63.255.255 100.128.0.1 172.15.255.255 172.32.0.1 192.167.1.1 192.0.1.1 169.253.1.1 223.255.255.255 \
             198.17.255.255 198.20.0.1 2606:4700::1111 2a00:1450::1 2001:4860:4860::8888 64:ff9b::8.8.8.8 2002:808:808::1 ::ffff:8.8.8.8 ::8.8.8.8",
        ),
        (
            Class::Private,
            "10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 fc00::1 fd12:3456::1 fec0::1 ::ffff:10.0.0.1 ::ffff:c0a8:1 \
             ::10.0.0.1 64:ff9b::10.0.0.1 64:ff9b::c0a8:101 64:ff9b:1::8.8.8.8 2002:a00:1::1 2002:c0a8:101:: ::ffff:0:10.0.0.1 \
             2a00:1450::5efe:10.0.0.1 2a00:1450::200:5efe:10.0.0.1",
        ),
        (
            Class::Cgnat,
            "100.64.0.1 100.127.255.255 ::ffff:100.64.0.1 64:ff9b::100.64.0.1",
        ),
        (
            Class::LinkLocal,
            "169.254.1.1 fe80::1 febf::1 ::ffff:169.254.1.1 2002:a9fe:101::1",
        ),
        (
            Class::Loopback,
            "127.0.0.1 127.255.255.254 ::1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::127.0.0.1 64:ff9b::127.0.0.1 2002:7f00:1:: ::ffff:0:127.0.0.1",
        ),
        (
            Class::Metadata,
            "169.254.169.254 169.254.170.2 100.100.100.200 168.63.129.16 192.0.0.192 fd00:ec2::254 fd20:ce::254 \
             fd00:c1::a9fe:a9fe:a9fe ::ffff:169.254.169.254 ::169.254.169.254 64:ff9b::169.254.169.254 64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::1",
        ),
        (
            Class::Multicast,
            "224.0.0.1 239.255.255.255 ff02::1 ff0e::1 ::ffff:224.0.0.1",
        ),
        (
            Class::Reserved,
            "0.0.0.0 0.1.2.3 192.0.0.1 192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 240.0.0.1 255.255.255.255 :: \
             2001:db8::1 3fff::1 100::1 4000::1 5f00::1 2001:10::1 2001:2::1 ::ffff:0.0.0.0 ::ffff:255.255.255.255 64:ff9b::0.0.0.0",
        ),
    ] {
        for address in addresses.split_whitespace() {
            assert_eq!(class(address), expected, "{address}");
        }
    }
}

#[test]
fn a_teredo_address_has_the_worst_class_of_server_and_client() {
    // The client 192.168.1.1 turned over is 3f57:fefe, the client 8.8.8.8 is f7f7:f7f7.
    assert_eq!(class("2001:0:808:808::3f57:fefe"), Class::Private);
    assert_eq!(class("2001:0:7f00:1::f7f7:f7f7"), Class::Loopback);
    assert_eq!(class("2001:0:808:808::f7f7:f7f7"), Class::Global);
}

fn policy(blocks: &str) -> Policy {
    Policy {
        allowed: blocks
            .split_whitespace()
            .map(|b| b.parse().unwrap())
            .collect(),
    }
}

#[test]
fn without_a_list_only_public_addresses_are_allowed() {
    let none = Policy::default();
    assert_eq!(none.check("8.8.8.8".parse().unwrap()), Ok(()));
    let refused = none.check("10.0.0.5".parse().unwrap()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "10.0.0.5 is a private address, where nothing is sent; to allow it, add 10.0.0.5/32 to ALLOW_TARGETS"
    );
    let refused = none.check("224.0.0.1".parse().unwrap()).unwrap_err();
    assert!(!refused.to_string().contains("ALLOW_TARGETS"), "{refused}");
}

#[test]
fn a_wide_block_allows_private_addresses_and_nothing_more_dangerous() {
    for (blocks, address, allowed) in [
        ("0.0.0.0/0 ::/0", "10.0.0.1", true),
        ("0.0.0.0/0 ::/0", "fd00::1", true),
        ("0.0.0.0/0 ::/0", "127.0.0.1", false),
        ("0.0.0.0/0 ::/0", "::1", false),
        ("0.0.0.0/0 ::/0", "169.254.169.254", false),
        ("0.0.0.0/0 ::/0", "224.0.0.1", false),
        ("0.0.0.0/0 ::/0", "0.0.0.0", false),
        ("10.0.0.0/8", "10.1.2.3", true),
        ("10.0.0.0/8", "11.1.2.3", true),
        ("10.0.0.0/8", "192.168.1.1", false),
        ("127.0.0.0/8", "127.0.0.1", true),
        ("127.0.0.0/8", "::ffff:127.0.0.1", true),
        ("127.0.0.0/8", "::1", false),
        ("::1/128", "::1", true),
        ("169.254.0.0/16", "169.254.1.1", true),
        ("169.254.0.0/16", "169.254.169.254", false),
        ("169.254.169.254/32", "169.254.169.254", true),
        ("0.0.0.0/32", "0.0.0.0", false),
        ("fe80::/10", "fe80::1", true),
        ("10.0.0.0/8", "64:ff9b::10.0.0.1", false),
    ] {
        let result = policy(blocks).check(address.parse().unwrap());
        assert_eq!(result.is_ok(), allowed, "{blocks}: {address}");
    }
}

#[test]
fn a_listener_is_met_at_each_of_its_addresses_and_at_its_port_only() {
    let here = |ip: IpAddr| ip == IpAddr::from([10, 0, 0, 1]);
    for (listener, address, port, expected) in [
        ("127.0.0.1:8080", "127.0.0.1", 8080, true),
        ("127.0.0.1:8080", "::ffff:127.0.0.1", 8080, true),
        ("127.0.0.1:8080", "127.0.0.1", 8081, false),
        ("127.0.0.1:8080", "127.0.0.2", 8080, false),
        ("10.0.0.1:80", "10.0.0.1", 80, true),
        ("10.0.0.1:80", "127.0.0.1", 80, false),
        ("[::1]:80", "::1", 80, true),
        ("0.0.0.0:80", "127.0.0.1", 80, true),
        ("0.0.0.0:80", "127.9.9.9", 80, true),
        ("0.0.0.0:80", "10.0.0.1", 80, true),
        ("0.0.0.0:80", "10.0.0.2", 80, false),
        ("0.0.0.0:80", "10.0.0.1", 81, false),
        ("[::]:80", "::1", 80, true),
        ("[::]:80", "10.0.0.1", 80, true),
    ] {
        let met = meets(
            listener.parse().unwrap(),
            address.parse().unwrap(),
            port,
            here,
        );
        assert_eq!(met, expected, "{listener} {address} {port}");
    }
}
