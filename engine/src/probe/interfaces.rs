//! Which network interfaces can carry packets, which of them resolve neighbours, and this machine's own addresses.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use nix::ifaddrs::getifaddrs;
use nix::net::if_::InterfaceFlags;
use nix::sys::socket::SockaddrStorage;

/// The state of one interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// Up, with a carrier.
    pub(super) running: bool,
    /// Every address on it needs an entry in the neighbour table.
    pub(super) resolves: bool,
}

impl Link {
    fn of(flags: InterfaceFlags) -> Self {
        let unresolved = InterfaceFlags::IFF_NOARP
            | InterfaceFlags::IFF_LOOPBACK
            | InterfaceFlags::IFF_POINTOPOINT;
        Self {
            running: flags.contains(InterfaceFlags::IFF_UP | InterfaceFlags::IFF_RUNNING),
            resolves: !flags.intersects(unresolved),
        }
    }
}

/// Every interface by name, and every address of them; empty when the kernel does not tell.
pub(super) fn read() -> (HashMap<String, Link>, HashSet<IpAddr>) {
    let (mut links, mut own) = (HashMap::new(), HashSet::new());
    for entry in getifaddrs().into_iter().flatten() {
        own.extend(entry.address.as_ref().and_then(ip));
        links.insert(entry.interface_name, Link::of(entry.flags));
    }
    (links, own)
}

fn ip(address: &SockaddrStorage) -> Option<IpAddr> {
    let v4 = address.as_sockaddr_in().map(|v4| v4.ip().into());
    v4.or_else(|| address.as_sockaddr_in6().map(|v6| v6.ip().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_has_no_neighbours() {
        let (links, own) = read();
        assert!(own.contains(&IpAddr::from([127, 0, 0, 1])));
        let link = links.get("lo").expect("every Linux has a loopback");
        assert!(!link.resolves);
    }

    #[test]
    fn up_without_a_carrier_is_not_running() {
        let link = Link::of(InterfaceFlags::IFF_UP | InterfaceFlags::IFF_BROADCAST);
        assert!(!link.running);
        assert!(link.resolves);
    }
}
