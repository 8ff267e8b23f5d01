//! The kernel's neighbour tables (ARP and IPv6 neighbour discovery), by rtnetlink (RFC 3549): both families in one dump.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::AsRawFd as _;

use domain::mac::Mac;
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, recvfrom, sendto,
    setsockopt, socket, sockopt::ReceiveTimeout,
};
use nix::sys::time::{TimeVal, TimeValLike as _};

use super::{Neighbour, NeighbourTable};

// linux/netlink.h, linux/rtnetlink.h, linux/neighbour.h.
const ERROR: u16 = 2;
const DONE: u16 = 3;
const NEW_NEIGHBOUR: u16 = 28;
const GET_NEIGHBOURS: u16 = 30;
const REQUEST_DUMP: u16 = 0x301;
const DUMP_INTERRUPTED: u16 = 0x10;
const DESTINATION: u16 = 1;
const HARDWARE: u16 = 2;
/// Reachable, stale, delay, probe, permanent: the hardware address was true at some time.
const KNOWN: u16 = 0x02 | 0x04 | 0x08 | 0x10 | 0x80;

const MESSAGE_HEAD: usize = 16;
const NEIGHBOUR_HEAD: usize = 12;
const ATTRIBUTE_HEAD: usize = 4;
/// The kernel fills at most 32 KiB per message.
const BUFFER: usize = 64 * 1024;
/// Enough for the largest tables; what goes on for longer is not a dump.
const MOST_MESSAGES: usize = 10_000;
/// A dump that was interrupted by a change is read again so often.
const TRIES: usize = 3;

/// The tables of this network namespace.
#[derive(Clone, Copy, Debug, Default)]
pub struct KernelTable;

impl NeighbourTable for KernelTable {
    fn read(&self) -> io::Result<Option<Vec<Neighbour>>> {
        let mut newest = Vec::new();
        for _ in 0..TRIES {
            let dump = dump()?;
            newest = dump.neighbours;
            if !dump.interrupted {
                break;
            }
        }
        newest.sort_unstable();
        newest.dedup_by_key(|neighbour| neighbour.ip);
        Ok(Some(newest))
    }
}

/// What was read of the tables so far.
#[derive(Debug, Default, PartialEq, Eq)]
struct Dump {
    neighbours: Vec<Neighbour>,
    is_done: bool,
    interrupted: bool,
}

fn dump() -> io::Result<Dump> {
    let socket = socket(
        AddressFamily::Netlink,
        SockType::Raw,
        SockFlag::SOCK_CLOEXEC,
        SockProtocol::NetlinkRoute,
    )?;
    setsockopt(&socket, ReceiveTimeout, &TimeVal::seconds(2))?;
    let kernel = NetlinkAddr::new(0, 0);
    sendto(socket.as_raw_fd(), &request(), &kernel, MsgFlags::empty())?;
    let mut buffer = vec![0; BUFFER];
    let mut dump = Dump::default();
    for _ in 0..MOST_MESSAGES {
        let (length, sender) = recvfrom::<NetlinkAddr>(socket.as_raw_fd(), &mut buffer)?;
        if sender.is_some_and(|sender| sender.pid() != 0) {
            continue;
        }
        let bytes = buffer.get(..length).unwrap_or_default();
        read(bytes, &mut dump)?;
        if dump.is_done {
            return Ok(dump);
        }
    }
    Err(malformed("the dump has no end"))
}

/// Asks for the neighbours of every family on every interface.
fn request() -> Vec<u8> {
    let mut bytes = Vec::with_capacity(MESSAGE_HEAD + NEIGHBOUR_HEAD);
    let length = u32::try_from(MESSAGE_HEAD + NEIGHBOUR_HEAD).unwrap_or_default();
    bytes.extend(length.to_ne_bytes());
    bytes.extend(GET_NEIGHBOURS.to_ne_bytes());
    bytes.extend(REQUEST_DUMP.to_ne_bytes());
    // Sequence number and port, then an empty `ndmsg`.
    bytes.extend([0; 8 + NEIGHBOUR_HEAD]);
    bytes
}

/// Reads the messages of one datagram.
fn read(mut bytes: &[u8], dump: &mut Dump) -> io::Result<()> {
    while !bytes.is_empty() {
        let length = number32(bytes, 0).and_then(|length| usize::try_from(length).ok());
        let message = length
            .filter(|length| *length >= MESSAGE_HEAD)
            .and_then(|length| bytes.get(..length))
            .ok_or_else(|| malformed("a message is cut off"))?;
        let kind = number16(message, 4).unwrap_or_default();
        let flags = number16(message, 6).unwrap_or_default();
        dump.interrupted |= flags & DUMP_INTERRUPTED != 0;
        match kind {
            DONE => dump.is_done = true,
            ERROR => return Err(refusal(message)),
            NEW_NEIGHBOUR => dump.neighbours.extend(neighbour(message)),
            _ => {}
        }
        bytes = bytes.get(aligned(message.len())..).unwrap_or_default();
    }
    Ok(())
}

/// The neighbour in a message, if it is one with a hardware address that was true at some time.
fn neighbour(message: &[u8]) -> Option<Neighbour> {
    let state = number16(message, MESSAGE_HEAD + 8)?;
    if state & KNOWN == 0 {
        return None;
    }
    let mut attributes = message.get(MESSAGE_HEAD + NEIGHBOUR_HEAD..)?;
    let (mut ip, mut mac) = (None, None);
    while let Some(length) = number16(attributes, 0) {
        let attribute = attributes.get(..usize::from(length))?;
        let value = attribute.get(ATTRIBUTE_HEAD..)?;
        match number16(attributes, 2)? {
            DESTINATION => ip = address(value),
            HARDWARE => mac = <[u8; 6]>::try_from(value).ok().map(Mac),
            _ => {}
        }
        attributes = attributes
            .get(aligned(attribute.len())..)
            .unwrap_or_default();
    }
    let (ip, mac) = (ip?, mac?);
    (is_lasting(ip) && mac.is_of_one()).then_some(Neighbour { ip, mac })
}

/// Whether an address means the same host on every interface.
fn is_lasting(ip: IpAddr) -> bool {
    let is_local = match ip {
        IpAddr::V4(v4) => v4.is_link_local() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    !(is_local || ip.is_loopback() || ip.is_multicast() || ip.is_unspecified())
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(|four| Ipv4Addr::from(four).into());
    v4.or_else(|_| <[u8; 16]>::try_from(bytes).map(|sixteen| Ipv6Addr::from(sixteen).into()))
        .ok()
}

fn refusal(message: &[u8]) -> io::Error {
    let code = number32(message, MESSAGE_HEAD).unwrap_or_default();
    match code.cast_signed() {
        code @ ..0 => io::Error::from_raw_os_error(-code),
        _ => malformed("an acknowledgement instead of a dump"),
    }
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn number16(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at + 2)?;
    Some(u16::from_ne_bytes(bytes.try_into().ok()?))
}

fn number32(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    Some(u32::from_ne_bytes(bytes.try_into().ok()?))
}

/// Messages and attributes begin at multiples of four.
fn aligned(length: usize) -> usize {
    length.next_multiple_of(4)
}

#[cfg(test)]
#[path = "neighbours_tests.rs"]
mod tests;
