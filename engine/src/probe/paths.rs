//! Where packets to an address leave: the interface, whether its link works, and whether the address is attached to it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::interfaces::{self, Link};
use super::socket::Family;

// linux/route.h and linux/ipv6_route.h.
const UP: u32 = 0x1;
const GATEWAY: u32 = 0x2;
const REJECT: u32 = 0x200;
const LOCAL: u32 = 0x8000_0000;

/// The way to a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    /// The network in CIDR notation, for messages.
    pub(super) network: String,
    /// Addresses of the network are neighbours: each needs an entry in the kernel's table.
    pub(super) attached: bool,
    /// The interface is up and has a carrier.
    pub(super) running: bool,
}

/// A picture of the main routing tables.
#[derive(Clone, Debug, Default)]
pub(super) struct Paths {
    v4: Table,
    v6: Table,
    own: HashSet<IpAddr>,
}

/// Routes by prefix length, then by network.
type Table = BTreeMap<u8, HashMap<u128, Path>>;

impl Paths {
    /// Reads the routes of this network namespace. What cannot be read is left to the kernel's own errors.
    pub(super) fn read() -> Self {
        let (links, own) = interfaces::read();
        let text = |file| fs::read_to_string(file).unwrap_or_default();
        Self {
            v4: parse(&text("/proc/net/route"), &links, v4_row),
            v6: parse(&text("/proc/net/ipv6_route"), &links, v6_row),
            own,
        }
    }

    /// The most specific route to `ip`; none for this machine's own addresses, which need no link.
    pub(super) fn find(&self, ip: IpAddr) -> Option<&Path> {
        if ip.is_loopback() || self.own.contains(&ip) {
            return None;
        }
        let table = match Family::of(ip) {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        };
        table
            .iter()
            .rev()
            .find_map(|(&length, networks)| networks.get(&prefix(bits(ip), length)))
    }

    /// Networks of this picture that `later` cannot reach any more: their route is gone or its link is down.
    pub(super) fn lost_in<'a>(&'a self, later: &'a Self) -> impl Iterator<Item = &'a str> {
        lost(&self.v4, &later.v4).chain(lost(&self.v6, &later.v6))
    }
}

fn lost<'a>(before: &'a Table, later: &'a Table) -> impl Iterator<Item = &'a str> {
    before.iter().flat_map(move |(length, networks)| {
        let later = later.get(length);
        networks.iter().filter_map(move |(key, path)| {
            let now = later.and_then(|networks| networks.get(key));
            (!now.is_some_and(|now| now.running)).then_some(path.network.as_str())
        })
    })
}

/// One row of a routing table.
struct Row<'a> {
    interface: &'a str,
    network: IpAddr,
    length: u8,
    flags: u32,
}

fn parse(
    text: &str,
    links: &HashMap<String, Link>,
    row: for<'a> fn(&'a str) -> Option<Row<'a>>,
) -> Table {
    let mut table = Table::new();
    for row in text.lines().filter_map(row) {
        let Some(link) = links.get(row.interface) else {
            continue;
        };
        if row.flags & UP == 0 || row.flags & (REJECT | LOCAL) != 0 {
            continue;
        }
        let path = Path {
            network: format!("{}/{}", row.network, row.length),
            attached: row.flags & GATEWAY == 0 && link.resolves,
            running: link.running,
        };
        let networks = table.entry(row.length).or_default();
        let key = prefix(bits(row.network), row.length);
        // Rows come in order of preference, but the kernel skips a route whose link is dead.
        if networks.get(&key).is_none_or(|known| !known.running) {
            networks.insert(key, path);
        }
    }
    table
}

/// `Iface Destination Gateway Flags RefCnt Use Metric Mask ..`, addresses as hexadecimal of the machine's byte order.
fn v4_row(line: &str) -> Option<Row<'_>> {
    let columns: Vec<_> = line.split_whitespace().collect();
    let hex = |place: usize| u32::from_str_radix(columns.get(place)?, 16).ok();
    Some(Row {
        interface: columns.first()?,
        network: Ipv4Addr::from(hex(1)?.to_ne_bytes()).into(),
        length: u8::try_from(hex(7)?.count_ones()).ok()?,
        flags: hex(3)?,
    })
}

/// `destination length source length next-hop metric refcnt use flags iface`, all hexadecimal.
fn v6_row(line: &str) -> Option<Row<'_>> {
    let columns: Vec<_> = line.split_whitespace().collect();
    let network = u128::from_str_radix(columns.first()?, 16).ok()?;
    Some(Row {
        interface: columns.get(9)?,
        network: Ipv6Addr::from(network).into(),
        length: u8::from_str_radix(columns.get(1)?, 16)
            .ok()
            .filter(|length| *length <= 128)?,
        flags: u32::from_str_radix(columns.get(8)?, 16).ok()?,
    })
}

/// The address as 128 bits from the top, so that both families share the arithmetic.
fn bits(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(ip) => u128::from(ip.to_bits()) << 96,
        IpAddr::V6(ip) => ip.to_bits(),
    }
}

fn prefix(bits: u128, length: u8) -> u128 {
    bits & u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const V4: &str = "\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
down0\t0000500A\t00000000\t0001\t0\t0\t0\t00F0FFFF\t0\t0\t0
wg0\t0000640A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
";
    const V6: &str = "\
20010db8000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 20010db8000000000000000000000001 00000400 00000002 00000000 00000003     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
";

    fn paths() -> Paths {
        let link = |running, resolves| Link { running, resolves };
        let links = HashMap::from([
            ("eth0".to_owned(), link(true, true)),
            ("down0".to_owned(), link(false, true)),
            ("wg0".to_owned(), link(true, false)),
            ("lo".to_owned(), link(true, false)),
        ]);
        // The fixture is written for the byte order of x86 and of most ARM machines.
        const { assert!(cfg!(target_endian = "little")) };
        Paths {
            v4: parse(V4, &links, v4_row),
            v6: parse(V6, &links, v6_row),
            own: HashSet::from(["192.0.2.9".parse().unwrap()]),
        }
    }

    #[test]
    fn own_addresses_need_no_path() {
        let paths = paths();
        for ip in ["192.0.2.9", "127.0.0.1", "::1"] {
            assert_eq!(paths.find(ip.parse().unwrap()), None);
        }
    }

    #[test]
    fn a_dead_link_and_a_missing_route_are_lost() {
        let (before, mut later) = (paths(), paths());
        later.v4.remove(&16);
        let mut lost: Vec<_> = before.lost_in(&later).collect();
        lost.sort_unstable();
        assert_eq!(lost, ["10.100.0.0/16", "10.80.0.0/20"]);
    }

    #[test]
    fn the_most_specific_route_wins() {
        let paths = paths();
        for (ip, network, attached, running) in [
            ("192.0.2.77", "192.0.2.0/24", true, true),
            ("198.51.100.1", "0.0.0.0/0", false, true),
            ("10.80.15.255", "10.80.0.0/20", true, false),
            ("10.80.16.0", "0.0.0.0/0", false, true),
            ("10.100.3.4", "10.100.0.0/16", false, true),
            ("2001:db8::9", "2001:db8::/64", true, true),
            ("2001:db8:1::9", "::/0", false, true),
        ] {
            let path = paths.find(ip.parse().unwrap()).unwrap();
            let found = (path.network.as_str(), path.attached, path.running);
            assert_eq!(found, (network, attached, running), "{ip}");
        }
    }
}
