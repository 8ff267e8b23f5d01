//! The networks this machine is attached to: what a new user most likely wants to document first.

use domain::cidr;
use ipnetwork::IpNetwork;
use nix::{ifaddrs::getifaddrs, net::if_::InterfaceFlags, sys::socket::SockaddrStorage};
use std::{collections::BTreeSet, net::IpAddr};

/// This machine's networks in address order, without loopback, link-local and point-to-point ones.
pub fn own_networks() -> Vec<IpNetwork> {
    let mut networks = BTreeSet::new();
    for entry in getifaddrs().into_iter().flatten() {
        let idle = InterfaceFlags::IFF_LOOPBACK | InterfaceFlags::IFF_POINTOPOINT;
        if entry.flags.intersects(idle) || !entry.flags.contains(InterfaceFlags::IFF_UP) {
            continue;
        }
        if let (Some(address), Some(mask)) = (
            entry.address.as_ref().and_then(ip),
            entry.netmask.as_ref().and_then(ip),
        ) {
            networks.extend(network(address, mask));
        }
    }
    networks.into_iter().collect()
}

/// Whether an address is one of this machine's own.
pub fn is_own(wanted: IpAddr) -> bool {
    let mut entries = getifaddrs().into_iter().flatten();
    entries.any(|entry| entry.address.as_ref().and_then(ip) == Some(wanted))
}

fn network(address: IpAddr, mask: IpAddr) -> Option<IpNetwork> {
    let whole = IpNetwork::with_netmask(address, mask).ok()?;
    let block = IpNetwork::new(whole.network(), whole.prefix()).ok()?;
    cidr::parse(&block.to_string()).ok()
}

fn ip(address: &SockaddrStorage) -> Option<IpAddr> {
    let v4 = address.as_sockaddr_in().map(|v4| v4.ip().into());
    v4.or_else(|| address.as_sockaddr_in6().map(|v6| v6.ip().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_canonical_and_documentable() {
        let parse = |a: &str, m: &str| {
            network(a.parse().unwrap(), m.parse().unwrap()).map(|n| n.to_string())
        };
        assert_eq!(
            parse("192.168.7.9", "255.255.255.0").as_deref(),
            Some("192.168.7.0/24")
        );
        assert_eq!(
            parse("2001:db8::9", "ffff:ffff:ffff:ffff::").as_deref(),
            Some("2001:db8::/64")
        );
        assert_eq!(parse("fe80::1", "ffff:ffff:ffff:ffff::"), None);
        assert_eq!(parse("10.0.0.1", "255.0.255.0"), None);
    }
}
