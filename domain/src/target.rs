//! Where requests to addresses that people typed may go: the one policy against being sent into networks by strangers.

use ipnetwork::IpNetwork;
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

/// What kind of place an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Anywhere on the internet.
    Global,
    /// RFC 1918, RFC 4193.
    Private,
    /// Shared by a provider's customers (RFC 6598).
    Cgnat,
    /// RFC 3927, `fe80::/10`.
    LinkLocal,
    /// This machine.
    Loopback,
    /// Where clouds tell machines their secrets.
    Metadata,
    /// Many machines at once.
    Multicast,
    /// Documentation, benchmarks, the future, "this network".
    Reserved,
}

impl Class {
    /// In words, with its article.
    pub fn words(self) -> &'static str {
        match self {
            Self::Global => "a public address",
            Self::Private => "a private address",
            Self::Cgnat => "an address of a provider's inner network",
            Self::LinkLocal => "a link-local address",
            Self::Loopback => "this machine itself",
            Self::Metadata => "a cloud's metadata service",
            Self::Multicast => "a multicast address",
            Self::Reserved => "a reserved address",
        }
    }
}

/// IPv4 blocks that are not global, narrower before wider (IANA special-purpose registry).
const V4: [([u8; 4], u8, Class); 22] = [
    ([169, 254, 169, 254], 32, Class::Metadata),
    ([169, 254, 170, 2], 32, Class::Metadata),
    ([100, 100, 100, 200], 32, Class::Metadata),
    ([168, 63, 129, 16], 32, Class::Metadata),
    ([192, 0, 0, 192], 32, Class::Metadata),
    ([0, 0, 0, 0], 8, Class::Reserved),
    ([10, 0, 0, 0], 8, Class::Private),
    ([100, 64, 0, 0], 10, Class::Cgnat),
    ([127, 0, 0, 0], 8, Class::Loopback),
    ([169, 254, 0, 0], 16, Class::LinkLocal),
    ([172, 16, 0, 0], 12, Class::Private),
    ([192, 0, 0, 0], 24, Class::Reserved),
    ([192, 0, 2, 0], 24, Class::Reserved),
    ([192, 31, 196, 0], 24, Class::Reserved),
    ([192, 52, 193, 0], 24, Class::Reserved),
    ([192, 88, 99, 0], 24, Class::Reserved),
    ([192, 168, 0, 0], 16, Class::Private),
    ([192, 175, 48, 0], 24, Class::Reserved),
    ([198, 18, 0, 0], 15, Class::Reserved),
    ([198, 51, 100, 0], 24, Class::Reserved),
    ([203, 0, 113, 0], 24, Class::Reserved),
    ([224, 0, 0, 0], 4, Class::Multicast),
];

/// The class of an address. One that stands for IPv4 addresses has the class of the worst of them.
pub fn classify(ip: IpAddr) -> Class {
    match ip {
        IpAddr::V4(v4) => classify_v4(v4),
        IpAddr::V6(v6) => {
            let inner = embedded(v6).into_iter().flatten().map(classify_v4);
            inner.max().unwrap_or_else(|| classify_v6(v6))
        }
    }
}

fn classify_v4(ip: Ipv4Addr) -> Class {
    let found = V4.iter().find(|(network, prefix, _)| {
        let shift = 32 - u32::from(*prefix);
        u32::from(ip) >> shift == u32::from(Ipv4Addr::from(*network)) >> shift
    });
    match found {
        Some((_, _, class)) => *class,
        // Including the broadcast address.
        None if ip.octets()[0] >= 240 => Class::Reserved,
        None => Class::Global,
    }
}

fn classify_v6(ip: Ipv6Addr) -> Class {
    let s = ip.segments();
    match s {
        [0, 0, 0, 0, 0, 0, 0, 1] => Class::Loopback,
        // Amazon, Oracle (both by default), Google.
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254]
        | [0xfd00, 0xc1, 0, 0, 0, 0xa9fe, 0xa9fe, 0xa9fe]
        | [0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254] => Class::Metadata,
        [first, ..] if first & 0xfe00 == 0xfc00 => Class::Private,
        [first, ..] if first & 0xffc0 == 0xfe80 => Class::LinkLocal,
        // Site-local, deprecated, still used by some.
        [first, ..] if first & 0xffc0 == 0xfec0 => Class::Private,
        [first, ..] if first & 0xff00 == 0xff00 => Class::Multicast,
        // NAT64 of a network's own (RFC 8215), whose embedded address lies where only that network knows.
        [0x64, 0xff9b, 1, ..] => Class::Private,
        // Documentation, benchmarks, ORCHID, discard.
        [0x2001, 0xdb8, ..] | [0x2001, 2, 0, ..] | [0x3fff, 0..=0xfff, ..] => Class::Reserved,
        [0x2001, second, ..] if matches!(second & 0xfff0, 0x10 | 0x20) => Class::Reserved,
        // Only this part of the space is handed out.
        [first, ..] if first & 0xe000 == 0x2000 => Class::Global,
        _ => Class::Reserved,
    }
}

/// The IPv4 addresses that packets to an IPv6 address end at.
fn embedded(ip: Ipv6Addr) -> Option<Vec<Ipv4Addr>> {
    let v4 = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    match ip.segments() {
        // Neither "all addresses" nor loopback, which has its own class.
        [0, 0, 0, 0, 0, 0, 0, 1] => None,
        // Teredo: the server, and the client with every bit turned over.
        [0x2001, 0, high, low, _, _, client_high, client_low] => {
            Some(vec![v4(high, low), v4(!client_high, !client_low)])
        }
        // IPv4-compatible, IPv4-mapped, IPv4-translated, NAT64, ISATAP, 6to4.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [_, _, _, _, 0 | 0x200, 0x5efe, high, low]
        | [0x2002, high, low, ..] => Some(vec![v4(high, low)]),
        _ => None,
    }
}

/// Which targets are allowed beside the public ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Blocks of `ALLOW_TARGETS`.
    pub allowed: Vec<IpNetwork>,
}

/// A target that is not allowed, and what would allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The address.
    pub ip: IpAddr,
    /// What it is.
    pub class: Class,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is {}, where nothing is sent",
            self.ip,
            self.class.words()
        )?;
        if can_be_allowed(self.class) {
            let prefix = if self.ip.is_ipv4() { 32 } else { 128 };
            write!(
                f,
                "; to allow it, add {}/{prefix} to ALLOW_TARGETS",
                self.ip
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for Refused {}

fn can_be_allowed(class: Class) -> bool {
    !matches!(class, Class::Multicast | Class::Reserved)
}

impl Policy {
    /// Whether something may be sent to an address.
    pub fn check(&self, ip: IpAddr) -> Result<(), Refused> {
        let ip = ip.to_canonical();
        let class = classify(ip);
        let lists = |block: &IpNetwork| block.contains(ip) && names(*block, class);
        let is_allowed =
            class == Class::Global || can_be_allowed(class) && self.allowed.iter().any(lists);
        if is_allowed {
            Ok(())
        } else {
            Err(Refused { ip, class })
        }
    }
}

/// Whether a block was meant for addresses of this class: 0.0.0.0/0 was not meant for this machine itself.
fn names(block: IpNetwork, class: Class) -> bool {
    match class {
        Class::Global | Class::Private | Class::Cgnat => true,
        _ => classify(block.network()) == class && classify(block.broadcast()) == class,
    }
}

/// Whether a connection to `ip` and `port` ends at a listener of this program. `is_here` tells whether an address is one
/// of this machine's own, and is asked only where the listener listens on all of them.
pub fn meets(
    listener: SocketAddr,
    ip: IpAddr,
    port: u16,
    is_here: impl FnOnce(IpAddr) -> bool,
) -> bool {
    let (own, ip) = (listener.ip().to_canonical(), ip.to_canonical());
    let is_everywhere = own.is_unspecified();
    listener.port() == port
        && (own == ip || is_everywhere && (ip.is_loopback() || ip.is_unspecified() || is_here(ip)))
}

#[cfg(test)]
#[path = "target_tests.rs"]
mod tests;
