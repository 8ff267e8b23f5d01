//! Sends and batched receives on one ICMP socket.

use std::io::IoSliceMut;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd};

use nix::cmsg_space;
use nix::errno::Errno;
use nix::sys::socket::{
    ControlMessageOwned, MsgFlags, MultiHeaders, SockaddrIn, SockaddrIn6, SockaddrLike,
    SockaddrStorage, recvmmsg, recvmsg, sendto,
};
use nix::sys::time::TimeSpec;

use super::clock::{Clock, Nanos};
use super::drops;
use super::socket::{Family, IcmpSocket};

/// A reply with its IP header and options.
const SLOT: usize = 128;
const SLOTS: usize = 32;

/// A packet the socket received.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incoming<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) source: IpAddr,
    /// When the kernel received it.
    pub(super) received: Nanos,
}

/// One socket with its buffers.
#[derive(Debug)]
pub(super) struct Wire {
    socket: IcmpSocket,
    buffer: Vec<u8>,
    /// The highest drop count a received packet carried.
    counted: u32,
}

impl Wire {
    pub(super) fn new(socket: IcmpSocket) -> Self {
        Self {
            socket,
            buffer: vec![0; SLOT * SLOTS],
            counted: 0,
        }
    }

    pub(super) fn socket(&self) -> &IcmpSocket {
        &self.socket
    }

    /// Sends one packet. A call of its own per packet keeps send times and errors apart, for 0.3 µs.
    ///
    /// # Errors
    /// The error of this packet, or one the kernel kept for this socket from an earlier one.
    pub(super) fn send(&self, packet: &[u8], target: IpAddr) -> Result<(), Errno> {
        let address: SockaddrStorage = SocketAddr::new(target, 0).into();
        sendto(
            self.socket.raw_fd(),
            packet,
            &address,
            MsgFlags::MSG_DONTWAIT,
        )
        .map(drop)
    }

    /// Hands every waiting packet to `take`.
    pub(super) fn receive(&mut self, clock: &Clock, take: impl FnMut(Incoming<'_>)) {
        match self.socket.family() {
            Family::V4 => self.receive_from(clock, |from: SockaddrIn| from.ip().into(), take),
            Family::V6 => self.receive_from(clock, |from: SockaddrIn6| from.ip().into(), take),
        }
        self.discard_errors();
    }

    fn receive_from<A: SockaddrLike + Copy>(
        &mut self,
        clock: &Clock,
        source: fn(A) -> IpAddr,
        mut take: impl FnMut(Incoming<'_>),
    ) {
        // A pending error of the socket is returned once instead of packets; it must not hide them.
        let mut excuses = 3;
        loop {
            let mut slots: Vec<_> = self
                .buffer
                .chunks_exact_mut(SLOT)
                .map(|slot| [IoSliceMut::new(slot)])
                .collect();
            // Fresh headers each time: the kernel shrinks the room for control messages and nix does not restore it.
            let mut headers =
                MultiHeaders::<A>::preallocate(SLOTS, Some(cmsg_space!(TimeSpec, u32)));
            let flags = MsgFlags::MSG_DONTWAIT;
            let fd = self.socket.raw_fd();
            let messages = match recvmmsg(fd, &mut headers, slots.iter_mut(), flags, None) {
                Ok(messages) => messages,
                Err(Errno::EINTR) => continue,
                Err(Errno::EAGAIN) => return,
                Err(_) if excuses > 0 => {
                    excuses -= 1;
                    continue;
                }
                Err(_) => return,
            };
            let reading = clock.reading();
            let mut received = 0;
            for message in messages {
                received += 1;
                let mut stamp = None;
                for control in message.cmsgs().into_iter().flatten() {
                    match control {
                        ControlMessageOwned::ScmTimestampns(time) => stamp = Some(time),
                        ControlMessageOwned::RxqOvfl(count) => self.counted = count,
                        _ => {}
                    }
                }
                let (Some(from), Some(bytes)) = (message.address, message.iovs().next()) else {
                    continue;
                };
                take(Incoming {
                    bytes,
                    source: source(from),
                    received: reading.arrival(stamp),
                });
            }
            if received < SLOTS {
                return;
            }
        }
    }

    /// Empties the error queue of a raw socket: reports of routers and of failed neighbours, which are no replies.
    fn discard_errors(&self) {
        if self.socket.kind() != socket2::Type::RAW {
            return;
        }
        let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
        let mut bytes = [0; SLOT];
        loop {
            let mut slot = [IoSliceMut::new(&mut bytes)];
            match recvmsg::<()>(self.socket.raw_fd(), &mut slot, None, flags) {
                Ok(_) | Err(Errno::EINTR) => {}
                Err(_) => return,
            }
        }
    }

    /// Packets the kernel dropped since the socket was opened, because its receive buffer was full.
    pub(super) fn dropped(&self) -> u32 {
        // A received packet only carries the drops before it, the table also knows of drops after the last one.
        drops::of(&self.socket).map_or(self.counted, |dropped| dropped.max(self.counted))
    }
}

impl AsFd for Wire {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use nix::sys::socket::{setsockopt, sockopt};

    use super::super::packet::{Sealer, Tag};
    use super::super::settings::PingMode;
    use super::*;

    const PINGS: u32 = 2_000;

    #[test]
    fn drops_of_a_full_receive_buffer_are_counted() {
        let mut sealer = Sealer::new(4_711);
        let socket = IcmpSocket::open(Family::V4, PingMode::Auto, sealer.identifier()).unwrap();
        setsockopt(&socket, sockopt::RcvBuf, &4_096).unwrap();
        let (mut wire, clock) = (Wire::new(socket), Clock::start());
        assert_eq!(wire.dropped(), 0);
        for index in 0..PINGS {
            let tag = Tag {
                flight: 1,
                index,
                attempt: 1,
                sent: clock.now(),
            };
            let target = Ipv4Addr::from_bits(Ipv4Addr::LOCALHOST.to_bits() + index).into();
            wire.send(&sealer.request(tag, target), target).unwrap();
        }
        let (mut received, kind) = (0, wire.socket().kind());
        wire.receive(&clock, |packet| {
            let tag = sealer.reply(packet.bytes, kind, packet.source).unwrap();
            assert!(packet.received >= tag.sent);
            received += 1;
        });
        assert!(received > 0);
        // A raw socket on the loopback also meets the requests, and a full one counts them before it filters them.
        assert!(received + wire.dropped() >= PINGS, "{received} received");
    }
}
