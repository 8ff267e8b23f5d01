//! The socket of one address family, or the reason why there is none.

use std::os::fd::AsFd;

use domain::probe::{SocketMode, Unsent};
use nix::poll::{PollFd, PollFlags};

use crate::probe::clock::Nanos;
use crate::probe::settings::PingMode;
use crate::probe::socket::{Family, IcmpSocket};
use crate::probe::wire::Wire;

/// One family's way out.
#[derive(Debug)]
pub(super) struct Port {
    family: Family,
    pub(super) wire: Result<Wire, SocketMode>,
    /// Since when the socket takes no packets.
    pub(super) blocked_since: Option<Nanos>,
}

impl Port {
    pub(super) fn open(family: Family, mode: PingMode, identifier: u16) -> Self {
        Self {
            family,
            wire: IcmpSocket::open(family, mode, identifier).map(Wire::new),
            blocked_since: None,
        }
    }

    /// Tries again if there is no socket: the permission may have come.
    pub(super) fn reopen(&mut self, mode: PingMode, identifier: u16) {
        if self.wire.is_err() {
            *self = Self::open(self.family, mode, identifier);
        }
    }

    /// The port of a family among both.
    pub(super) fn of(ports: &[Self; 2], family: Family) -> &Self {
        let [v4, v6] = ports;
        match family {
            Family::V4 => v4,
            Family::V6 => v6,
        }
    }

    /// As [`Port::of`], to change it.
    pub(super) fn of_mut(ports: &mut [Self; 2], family: Family) -> &mut Self {
        let [v4, v6] = ports;
        match family {
            Family::V4 => v4,
            Family::V6 => v6,
        }
    }

    /// Why nothing can be sent at all.
    pub(super) fn obstacle(&self) -> Option<Unsent> {
        match &self.wire {
            Ok(_) => None,
            Err(SocketMode::Unavailable) => Some(Unsent::NetworkUnreachable),
            Err(_) => Some(Unsent::NoPermission),
        }
    }

    pub(super) fn mode(&self) -> SocketMode {
        match &self.wire {
            Ok(wire) => wire.socket().mode(),
            Err(mode) => mode.clone(),
        }
    }

    pub(super) fn dropped(&self) -> u32 {
        self.wire.as_ref().map_or(0, Wire::dropped)
    }

    /// What to wait for: replies while rounds fly, and room while the socket is full.
    pub(super) fn watch(&self, flying: bool, blocked: bool) -> Option<PollFd<'_>> {
        let mut events = PollFlags::empty();
        events.set(PollFlags::POLLIN, flying);
        events.set(PollFlags::POLLOUT, blocked && self.blocked_since.is_some());
        let wire = self.wire.as_ref().ok().filter(|_| !events.is_empty())?;
        Some(PollFd::new(wire.as_fd(), events))
    }
}
