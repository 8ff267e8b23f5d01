//! Echo requests and replies as bytes, and the cookie that ties a reply to its request.
//!
//! The 16-bit sequence number of ICMP cannot name more than 65,536 requests in flight. Each request therefore carries
//! its own name (round, index, attempt, send time) and a keyed hash over that name and the address asked. A reply is
//! ours only when its source is that address and the hash fits: neither a stray packet nor a forger passes.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;

use socket2::Type;
use surge_ping::{Icmpv4Packet, Icmpv6Packet, PingIdentifier, PingSequence};

use super::clock::Nanos;

/// Bytes of an echo request: 8 of header, 32 of payload.
pub(super) const REQUEST_LEN: usize = 40;
const HEADER_LEN: usize = 8;

// RFC 792 and RFC 4443.
const ECHO_REQUEST_V4: u8 = 8;
const ECHO_REPLY_V4: u8 = 0;
const ECHO_REQUEST_V6: u8 = 128;
/// Echo reply of `ICMPv6`, also needed by the socket filter.
pub(super) const ECHO_REPLY_V6: u8 = 129;

/// Which request a packet belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Tag {
    /// The round, unique within the process.
    pub(super) flight: u32,
    /// The target's place in the round.
    pub(super) index: u32,
    /// 1 for the first request to this target.
    pub(super) attempt: u8,
    /// When the request was handed to the kernel.
    pub(super) sent: Nanos,
}

/// Writes and checks packets with this process's secret key.
#[derive(Debug)]
pub(super) struct Sealer {
    key: RandomState,
    identifier: u16,
    sequence: u16,
}

impl Sealer {
    /// A sealer with a fresh random key. `identifier` is only used by raw sockets; the kernel sets that of datagrams.
    pub(super) fn new(identifier: u16) -> Self {
        Self {
            key: RandomState::new(),
            identifier,
            sequence: 0,
        }
    }

    pub(super) fn identifier(&self) -> u16 {
        self.identifier
    }

    /// The echo request to `target`, under the next sequence number.
    pub(super) fn request(&mut self, tag: Tag, target: IpAddr) -> [u8; REQUEST_LEN] {
        self.sequence = self.sequence.wrapping_add(1);
        let mut packet = [0; REQUEST_LEN];
        packet[0] = match target {
            IpAddr::V4(_) => ECHO_REQUEST_V4,
            IpAddr::V6(_) => ECHO_REQUEST_V6,
        };
        packet[4..6].copy_from_slice(&self.identifier.to_be_bytes());
        packet[6..8].copy_from_slice(&self.sequence.to_be_bytes());
        packet[8..16].copy_from_slice(&self.cookie(tag, target, self.sequence).to_be_bytes());
        packet[16..20].copy_from_slice(&tag.flight.to_be_bytes());
        packet[20..24].copy_from_slice(&tag.index.to_be_bytes());
        packet[24..32].copy_from_slice(&tag.sent.to_be_bytes());
        packet[32] = tag.attempt;
        if target.is_ipv4() {
            // Over ICMPv6 the kernel fills it in (RFC 3542 section 3.1).
            let sum = checksum(&packet);
            packet[2..4].copy_from_slice(&sum.to_be_bytes());
        }
        packet
    }

    /// The request that `packet`, received from `source`, replies to; `None` when it is no reply to a request of ours.
    pub(super) fn reply(&self, packet: &[u8], kind: Type, source: IpAddr) -> Option<Tag> {
        let (identifier, sequence, echo) = match source {
            IpAddr::V4(source) => {
                let decoded = Icmpv4Packet::decode(packet, kind, source, source).ok()?;
                if decoded.get_icmp_type().0 != ECHO_REPLY_V4 || decoded.get_source() != source {
                    return None;
                }
                let header = if kind == Type::RAW {
                    ip_header_len(packet)?
                } else {
                    0
                };
                let echo = packet.get(header..)?;
                (decoded.get_identifier(), decoded.get_sequence(), echo)
            }
            IpAddr::V6(source) => {
                let decoded = Icmpv6Packet::decode(packet, source).ok()?;
                if decoded.get_icmpv6_type().0 != ECHO_REPLY_V6 {
                    return None;
                }
                (decoded.get_identifier(), decoded.get_sequence(), packet)
            }
        };
        if kind == Type::RAW && identifier != PingIdentifier(self.identifier) {
            return None;
        }
        self.open(echo.get(HEADER_LEN..)?, sequence, source)
    }

    fn open(&self, payload: &[u8], sequence: PingSequence, source: IpAddr) -> Option<Tag> {
        let (cookie, rest) = payload.split_first_chunk()?;
        let (flight, rest) = rest.split_first_chunk()?;
        let (index, rest) = rest.split_first_chunk()?;
        let (sent, rest) = rest.split_first_chunk()?;
        let tag = Tag {
            flight: u32::from_be_bytes(*flight),
            index: u32::from_be_bytes(*index),
            attempt: *rest.first()?,
            sent: u64::from_be_bytes(*sent),
        };
        (self.cookie(tag, source, sequence.0) == u64::from_be_bytes(*cookie)).then_some(tag)
    }

    fn cookie(&self, tag: Tag, target: IpAddr, sequence: u16) -> u64 {
        self.key.hash_one((tag, target, sequence))
    }
}

fn ip_header_len(packet: &[u8]) -> Option<usize> {
    packet.first().map(|first| usize::from(first & 0x0f) * 4)
}

/// The Internet checksum (RFC 1071) of a message whose own checksum field is zero.
fn checksum(message: &[u8]) -> u16 {
    let mut sum: u32 = message
        .chunks(2)
        .map(|pair| u32::from(pair[0]) << 8 | pair.get(1).copied().map_or(0, u32::from))
        .sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: Tag = Tag {
        flight: 7,
        index: 65_535,
        attempt: 2,
        sent: 123_456_789_012,
    };
    const V4: &str = "192.0.2.7";
    const V6: &str = "2001:db8::7";

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn answered(sealer: &mut Sealer, target: IpAddr) -> Vec<u8> {
        let mut packet = sealer.request(TAG, target).to_vec();
        packet[0] = if target.is_ipv4() {
            ECHO_REPLY_V4
        } else {
            ECHO_REPLY_V6
        };
        packet
    }

    #[test]
    fn a_reply_names_its_request() {
        let mut sealer = Sealer::new(42);
        for target in [ip(V4), ip(V6)] {
            let packet = answered(&mut sealer, target);
            assert_eq!(sealer.reply(&packet, Type::DGRAM, target), Some(TAG));
        }
    }

    #[test]
    fn a_raw_reply_may_carry_ip_options() {
        let mut sealer = Sealer::new(42);
        for words in [5_u8, 7] {
            let mut packet = vec![0; usize::from(words) * 4];
            packet[0] = 0x40 | words;
            packet[12..16].copy_from_slice(&[192, 0, 2, 7]);
            packet.extend(answered(&mut sealer, ip(V4)));
            let len = u16::try_from(packet.len()).unwrap();
            packet[2..4].copy_from_slice(&len.to_be_bytes());
            assert_eq!(sealer.reply(&packet, Type::RAW, ip(V4)), Some(TAG));
            assert_eq!(Sealer::new(43).reply(&packet, Type::RAW, ip(V4)), None);
        }
    }

    #[test]
    fn only_the_asked_address_can_answer() {
        let mut sealer = Sealer::new(42);
        let packet = answered(&mut sealer, ip(V4));
        assert_eq!(sealer.reply(&packet, Type::DGRAM, ip("192.0.2.8")), None);
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let mut sealer = Sealer::new(42);
        let packet = answered(&mut sealer, ip(V4));
        for place in 6..33 {
            let mut forged = packet.clone();
            forged[place] ^= 1;
            assert_eq!(
                sealer.reply(&forged, Type::DGRAM, ip(V4)),
                None,
                "byte {place}"
            );
        }
    }

    #[test]
    fn requests_errors_and_scraps_are_not_replies() {
        let mut sealer = Sealer::new(42);
        for target in [ip(V4), ip(V6)] {
            let request = sealer.request(TAG, target);
            assert_eq!(sealer.reply(&request, Type::DGRAM, target), None);
            let reply = answered(&mut sealer, target);
            for kind in [3, 11, 1, 4] {
                let mut error = reply.clone();
                error[0] = kind;
                assert_eq!(sealer.reply(&error, Type::DGRAM, target), None);
            }
            for len in 0..33 {
                assert_eq!(sealer.reply(&reply[..len], Type::DGRAM, target), None);
            }
        }
    }

    #[test]
    fn another_process_has_another_key() {
        let target = ip(V4);
        let packet = answered(&mut Sealer::new(42), target);
        assert_eq!(Sealer::new(42).reply(&packet, Type::DGRAM, target), None);
    }

    #[test]
    fn the_checksum_of_a_whole_packet_is_zero() {
        let packet = Sealer::new(0xbeef).request(TAG, ip(V4));
        assert_eq!(checksum(&packet), 0);
    }
}
