//! What a request names: addresses, blocks of them, hosts with or without a port. URLs are read by the engine, as
//! browsers do.

use crate::cidr;
use ipnetwork::IpNetwork;
use std::net::IpAddr;

/// The largest block of one entry: its prefix by family.
const SHORTEST_PREFIX: (u8, u8) = (24, 120);

/// Why an entry is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// No address and no block.
    #[error("expected an address or a block, such as 8.8.8.8 or 203.0.113.0/28")]
    NoAddress,
    /// More addresses than one entry may have.
    #[error("a block of at most a /24 (IPv4) or a /120 (IPv6)")]
    TooLarge,
    /// The bits behind the prefix are set.
    #[error("the block that contains it is {0}")]
    HostBits(IpNetwork),
}

/// The addresses that an entry names, in order: one, or those of a block that hosts may have.
pub fn addresses(entry: &str) -> Result<Vec<IpAddr>, EntryError> {
    let entry = entry.trim();
    if let Ok(ip) = entry.parse::<IpAddr>() {
        return Ok(vec![ip.to_canonical()]);
    }
    if !entry.contains('/') {
        return Err(EntryError::NoAddress);
    }
    let block: IpNetwork = entry.parse().map_err(|_| EntryError::NoAddress)?;
    let shortest = match block {
        IpNetwork::V4(_) => SHORTEST_PREFIX.0,
        IpNetwork::V6(_) => SHORTEST_PREFIX.1,
    };
    if block.prefix() < shortest {
        return Err(EntryError::TooLarge);
    }
    let (network, _) = cidr::bounds(block);
    if network != block.ip() {
        return Err(IpNetwork::new(network, block.prefix())
            .map_or(EntryError::NoAddress, EntryError::HostBits));
    }
    let (first, last) = cidr::usable(block);
    let numbers = cidr::number(first)..=cidr::number(last);
    Ok(numbers.filter_map(|n| cidr::address(n, first)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(entry: &str) -> usize {
        addresses(entry).unwrap().len()
    }

    #[test]
    fn addresses_and_blocks_are_written_out() {
        assert_eq!(addresses(" 8.8.8.8 "), Ok(vec![IpAddr::from([8, 8, 8, 8])]));
        assert_eq!(
            addresses("::ffff:8.8.8.8"),
            Ok(vec![IpAddr::from([8, 8, 8, 8])])
        );
        assert_eq!(count("203.0.113.0/28"), 14);
        assert_eq!(count("203.0.113.0/24"), 254);
        assert_eq!(count("203.0.113.4/31"), 2);
        assert_eq!(count("203.0.113.4/32"), 1);
        assert_eq!(count("2001:db8::/120"), 256);
    }

    #[test]
    fn what_is_none_or_too_much_is_refused() {
        for entry in [
            "",
            "8.8.8",
            "010.1.1.1",
            "8.8.8.8/33",
            "2001:db8::/129",
            "host",
            "8.8.8.8/x",
            "1.2.3.4-9",
        ] {
            assert_eq!(addresses(entry), Err(EntryError::NoAddress), "{entry}");
        }
        for entry in ["203.0.112.0/23", "0.0.0.0/0", "2001:db8::/64"] {
            assert_eq!(addresses(entry), Err(EntryError::TooLarge), "{entry}");
        }
        assert_eq!(
            addresses("203.0.113.5/28").unwrap_err().to_string(),
            "the block that contains it is 203.0.113.0/28"
        );
    }
}
