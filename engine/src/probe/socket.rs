//! Opens the ICMP socket of one address family and gives it the options honest figures need.

use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

use domain::probe::SocketMode;
use nix::sys::socket::{setsockopt, sockopt};
use socket2::{Domain, Protocol, SockFilter, Socket, Type};

use super::packet::ECHO_REPLY_V6;
use super::settings::PingMode;

/// The default receive buffer holds 256 replies, less than one burst of a fast network.
const BUFFER: usize = 8 << 20;

/// An address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
}

impl Family {
    pub(super) const ALL: [Self; 2] = [Self::V4, Self::V6];

    pub(super) fn of(ip: IpAddr) -> Self {
        if ip.is_ipv4() { Self::V4 } else { Self::V6 }
    }
}

/// An open, non-blocking ICMP socket.
#[derive(Debug)]
pub(super) struct IcmpSocket {
    socket: Socket,
    family: Family,
    kind: Type,
}

impl IcmpSocket {
    /// Opens the first kind of socket that is permitted. Raw sockets keep only echo replies to `identifier`.
    ///
    /// # Errors
    /// The state to show instead: no permission, or no such family.
    pub(super) fn open(
        family: Family,
        mode: PingMode,
        identifier: u16,
    ) -> Result<Self, SocketMode> {
        let kinds: &[Type] = match mode {
            PingMode::Auto => &[Type::DGRAM, Type::RAW],
            PingMode::Datagram => &[Type::DGRAM],
            PingMode::Raw => &[Type::RAW],
        };
        let mut state = SocketMode::Unavailable;
        for &kind in kinds {
            match Self::open_kind(family, kind, identifier) {
                Ok(socket) => return Ok(socket),
                Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                    state = SocketMode::NoPermission;
                }
                Err(error) => {
                    tracing::debug!(?family, ?kind, %error, "icmp socket refused");
                }
            }
        }
        Err(state)
    }

    fn open_kind(family: Family, kind: Type, identifier: u16) -> io::Result<Self> {
        let (domain, protocol) = match family {
            Family::V4 => (Domain::IPV4, Protocol::ICMPV4),
            Family::V6 => (Domain::IPV6, Protocol::ICMPV6),
        };
        let socket = Socket::new(domain, kind, Some(protocol))?;
        socket.set_nonblocking(true)?;
        // FORCE goes past the system's limit, where privileges allow it.
        if setsockopt(&socket, sockopt::RcvBufForce, &BUFFER).is_err() {
            setsockopt(&socket, sockopt::RcvBuf, &BUFFER)?;
        }
        // Packets that wait for an unresolved neighbour stay charged to the socket for three seconds.
        if setsockopt(&socket, sockopt::SndBufForce, &BUFFER).is_err() {
            setsockopt(&socket, sockopt::SndBuf, &BUFFER)?;
        }
        setsockopt(&socket, sockopt::ReceiveTimestampns, &true)?;
        setsockopt(&socket, sockopt::RxqOvfl, &1)?;
        if kind == Type::RAW {
            socket.attach_filter(&replies_only(family, identifier))?;
            // Without it the kernel hides ENOBUFS of raw sends, and a full neighbour table would look like silence.
            match family {
                Family::V4 => setsockopt(&socket, sockopt::Ipv4RecvErr, &true)?,
                Family::V6 => setsockopt(&socket, sockopt::Ipv6RecvErr, &true)?,
            }
        }
        Ok(Self {
            socket,
            family,
            kind,
        })
    }

    pub(super) fn family(&self) -> Family {
        self.family
    }

    pub(super) fn kind(&self) -> Type {
        self.kind
    }

    pub(super) fn mode(&self) -> SocketMode {
        if self.kind == Type::RAW {
            SocketMode::Raw
        } else {
            SocketMode::Datagram
        }
    }

    pub(super) fn raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}

impl AsFd for IcmpSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// A socket filter that passes echo replies to `identifier`: a raw socket sees the ICMP traffic of the whole machine.
fn replies_only(family: Family, identifier: u16) -> Vec<SockFilter> {
    // BPF of linux/filter.h: loads into A, the load of an IPv4 header length into X, a jump and two returns.
    const LOAD_BYTE: u16 = 0x30;
    const LOAD_HALF: u16 = 0x28;
    const LOAD_BYTE_AT_X: u16 = 0x50;
    const LOAD_HALF_AT_X: u16 = 0x48;
    const X_IS_HEADER_LEN: u16 = 0xb1;
    const JUMP_IF_EQUAL: u16 = 0x15;
    const RETURN: u16 = 0x06;
    const ALL: u32 = 0xffff;
    let identifier = u32::from(identifier);
    match family {
        Family::V4 => vec![
            SockFilter::new(X_IS_HEADER_LEN, 0, 0, 0),
            SockFilter::new(LOAD_BYTE_AT_X, 0, 0, 0),
            SockFilter::new(JUMP_IF_EQUAL, 0, 3, 0),
            SockFilter::new(LOAD_HALF_AT_X, 0, 0, 4),
            SockFilter::new(JUMP_IF_EQUAL, 0, 1, identifier),
            SockFilter::new(RETURN, 0, 0, ALL),
            SockFilter::new(RETURN, 0, 0, 0),
        ],
        Family::V6 => vec![
            SockFilter::new(LOAD_BYTE, 0, 0, 0),
            SockFilter::new(JUMP_IF_EQUAL, 0, 3, u32::from(ECHO_REPLY_V6)),
            SockFilter::new(LOAD_HALF, 0, 0, 4),
            SockFilter::new(JUMP_IF_EQUAL, 0, 1, identifier),
            SockFilter::new(RETURN, 0, 0, ALL),
            SockFilter::new(RETURN, 0, 0, 0),
        ],
    }
}
