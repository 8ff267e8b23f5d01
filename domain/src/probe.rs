//! What a round of echo requests learns about an address, and why it sometimes learns nothing.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What one round of echo requests learnt about one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The address that was asked.
    pub ip: IpAddr,
    /// What came back.
    pub answer: Answer,
    /// Echo requests of this round that went out and stayed unanswered.
    pub lost: u8,
}

/// The answer of one address in one round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An echo reply came.
    Reply {
        /// Round-trip time in microseconds, at least 1.
        rtt_us: u32,
    },
    /// Every request was sent and none was answered in time.
    Silence,
    /// No request could be sent, or replies may have been lost here: nothing is known.
    Unsent(Unsent),
}

/// Why nothing is known about an address: the fault lies with the prober, not with the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Unsent {
    /// The process may open neither a datagram nor a raw ICMP socket.
    NoPermission,
    /// The kernel has no route (`ENETUNREACH`, `ENETDOWN`).
    NetworkUnreachable,
    /// The kernel refused the address (`EHOSTUNREACH`), also after being asked again.
    HostUnreachable,
    /// The link or the neighbour table had no room (`ENOBUFS`), also after being asked again.
    BufferFull,
    /// Replies were dropped by the full receive buffer, so silence proves nothing.
    Overflow,
    /// The round was cancelled before the address was asked.
    Cancelled,
    /// Any other local error.
    Other,
}

/// What went wrong on this machine while a round flew, as far as it concerns one address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Disturbance {
    /// Packets did not fit a receive buffer.
    pub overflowed: bool,
    /// The machine was suspended.
    pub slept: bool,
    /// The link that leads to the address was down, or its route was gone, at some moment.
    pub link_down: bool,
    /// The neighbour table that the address needs was full at some moment.
    pub crowded: bool,
}

impl Disturbance {
    /// Why silence proves nothing, if so: then the status freezes, for a host is never Down by this machine's fault.
    /// Whether others behind the same link answered does not matter: the link may have gone between them and this one.
    /// Silence over a link that is up counts, even when it is everybody's.
    pub fn doubt(self) -> Option<Unsent> {
        if self.overflowed {
            Some(Unsent::Overflow)
        } else if self.slept {
            Some(Unsent::Other)
        } else if self.link_down {
            Some(Unsent::NetworkUnreachable)
        } else if self.crowded {
            Some(Unsent::BufferFull)
        } else {
            None
        }
    }
}

/// How echo requests leave this process, for one address family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SocketMode {
    /// Unprivileged `SOCK_DGRAM` ICMP socket (`net.ipv4.ping_group_range`).
    Datagram,
    /// `SOCK_RAW` ICMP socket (`CAP_NET_RAW`).
    Raw,
    /// Neither is permitted.
    NoPermission,
    /// The family does not exist on this machine.
    Unavailable,
    /// Nothing is sent: the network is a sample, and its answers are made up.
    Simulated,
}

/// The state of the prober, shown by the health page and explained by a banner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProbeStatus {
    /// IPv4.
    pub v4: SocketMode,
    /// IPv6.
    pub v6: SocketMode,
    /// Warnings in plain words, such as a neighbour table smaller than an attached subnet.
    pub warnings: Vec<String>,
}
