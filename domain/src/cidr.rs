//! Subnets as arithmetic: strict parsing with a corrected value, what is refused and why, ranges as `u128`.

use crate::count::Count;
use ipnetwork::IpNetwork;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Discovery asks at most this many addresses of one subnet.
pub const DISCOVERY_LIMIT: u128 = 65_536;

/// Why a text is not a subnet that can be documented.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CidrError {
    /// Not `address/prefix` at all.
    #[error("expected an address and a prefix length, such as 192.168.1.0/24 or 2001:db8::/64")]
    Syntax,
    /// No prefix length was given; the single address is offered as the corrected value.
    #[error("a prefix length is missing: did you mean {suggestion}?")]
    MissingPrefix {
        /// The address as a subnet of one.
        suggestion: IpNetwork,
    },
    /// Bits beyond the prefix are set.
    #[error("{given} has host bits set: did you mean {suggestion}?")]
    HostBits {
        /// What was given.
        given: IpNetwork,
        /// The network that contains it.
        suggestion: IpNetwork,
    },
    /// A range that holds no hosts of a network one could keep a list of.
    #[error("{cidr} can't be documented: {reason}")]
    Refused {
        /// What was given.
        cidr: IpNetwork,
        /// The reason in plain words.
        reason: &'static str,
    },
}

impl CidrError {
    /// The corrected value to offer, where there is one.
    pub fn suggestion(&self) -> Option<IpNetwork> {
        match self {
            Self::MissingPrefix { suggestion } | Self::HostBits { suggestion, .. } => {
                Some(*suggestion)
            }
            Self::Syntax | Self::Refused { .. } => None,
        }
    }
}

/// Reads a subnet in CIDR notation (RFC 4632, RFC 4291 §2.3): canonical, and of a kind that can hold documented hosts.
pub fn parse(text: &str) -> Result<IpNetwork, CidrError> {
    let text = text.trim();
    if let Ok(address) = text.parse::<IpAddr>() {
        return Err(CidrError::MissingPrefix {
            suggestion: IpNetwork::from(address),
        });
    }
    let (address, prefix) = text.split_once('/').ok_or(CidrError::Syntax)?;
    if prefix.is_empty() || !prefix.bytes().all(|b| b.is_ascii_digit()) {
        return Err(CidrError::Syntax);
    }
    let address: IpAddr = address.parse().map_err(|_| CidrError::Syntax)?;
    let prefix: u8 = prefix.parse().map_err(|_| CidrError::Syntax)?;
    let given = IpNetwork::new(address, prefix).map_err(|_| CidrError::Syntax)?;
    if let Some(reason) = refusal(given) {
        return Err(CidrError::Refused {
            cidr: given,
            reason,
        });
    }
    let suggestion = IpNetwork::new(given.network(), prefix).map_err(|_| CidrError::Syntax)?;
    if suggestion == given {
        Ok(given)
    } else {
        Err(CidrError::HostBits { given, suggestion })
    }
}

/// Ranges without documentable hosts, with the reason that is shown.
const REFUSED: [(IpAddr, u8, &str); 7] = [
    (
        IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        8,
        "0.0.0.0/8 means \"this network\" and holds no hosts (RFC 1122)",
    ),
    (
        IpAddr::V4(Ipv4Addr::new(224, 0, 0, 0)),
        4,
        "multicast groups are not hosts",
    ),
    (
        IpAddr::V4(Ipv4Addr::new(240, 0, 0, 0)),
        4,
        "240.0.0.0/4 is reserved and not routed (RFC 1112)",
    ),
    (
        IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        96,
        "write these addresses as IPv4, or ::1/128 for loopback",
    ),
    (
        IpAddr::V6(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0)),
        96,
        "IPv4-mapped addresses are written as IPv4",
    ),
    (
        IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)),
        10,
        "link-local addresses are only meaningful together with an interface",
    ),
    (
        IpAddr::V6(Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0)),
        8,
        "multicast groups are not hosts",
    ),
];

fn refusal(cidr: IpNetwork) -> Option<&'static str> {
    if cidr.prefix() == 0 {
        return Some("/0 is the whole Internet");
    }
    if cidr.prefix() < 8 {
        return Some("a prefix shorter than /8 is larger than any network one organisation runs");
    }
    if cidr == IpNetwork::from(IpAddr::V6(Ipv6Addr::LOCALHOST)) {
        return None;
    }
    REFUSED
        .iter()
        .find(|(address, prefix, _)| {
            cidr.is_ipv4() == address.is_ipv4()
                && IpNetwork::new(*address, *prefix)
                    .is_ok_and(|r| r.contains(cidr.ip()) || cidr.contains(*address))
        })
        .map(|(_, _, reason)| *reason)
}

/// The address as a number; IPv4 and IPv6 each count from zero.
pub fn number(ip: IpAddr) -> u128 {
    match ip {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

/// The address with this number in the family of `like`; `None` beyond the family's end.
pub fn address(number: u128, like: IpAddr) -> Option<IpAddr> {
    match like {
        IpAddr::V4(_) => u32::try_from(number)
            .ok()
            .map(|n| IpAddr::V4(Ipv4Addr::from(n))),
        IpAddr::V6(_) => Some(IpAddr::V6(Ipv6Addr::from(number))),
    }
}

/// First and last address of the whole block.
pub fn bounds(cidr: IpNetwork) -> (IpAddr, IpAddr) {
    (cidr.network(), cidr.broadcast())
}

/// First and last address that a host may have: without network and broadcast address in IPv4,
/// except in a /31 (RFC 3021) and a /32; every address in IPv6.
pub fn usable(cidr: IpNetwork) -> (IpAddr, IpAddr) {
    let (first, last) = bounds(cidr);
    if cidr.is_ipv6() || cidr.prefix() >= 31 {
        return (first, last);
    }
    let inner = |n| address(n, first).unwrap_or(first);
    (inner(number(first) + 1), inner(number(last) - 1))
}

/// How many addresses a host may have in the block (saturating for an IPv6 /0, which is refused anyway).
pub fn size(cidr: IpNetwork) -> Count {
    let (first, last) = usable(cidr);
    Count((number(last) - number(first)).saturating_add(1))
}

/// Whether `inner` lies within `outer` and is smaller.
pub fn is_inside(inner: IpNetwork, outer: IpNetwork) -> bool {
    inner.is_ipv4() == outer.is_ipv4()
        && inner.prefix() > outer.prefix()
        && outer.contains(inner.network())
}

/// Whether a whole-subnet sweep is possible: IPv6 is never enumerated (RFC 7707), nor is more than [`DISCOVERY_LIMIT`].
pub fn can_discover(cidr: IpNetwork) -> Result<(), &'static str> {
    if cidr.is_ipv6() {
        Err(
            "IPv6 subnets are never swept, they are too large: add their hosts, which are then pinged",
        )
    } else if size(cidr).0 > DISCOVERY_LIMIT {
        Err("discovery sweeps at most 65,536 addresses: add smaller subnets inside this one")
    } else {
        Ok(())
    }
}

#[cfg(test)]
#[path = "cidr_tests.rs"]
mod tests;
