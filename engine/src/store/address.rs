//! Addresses as the database keeps them: the family and 16 bytes in network order, so that `memcmp` is address order.

use sea_orm::Value;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The 17 bytes of an address.
pub(super) fn bytes(ip: IpAddr) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(17);
    match ip {
        IpAddr::V4(v4) => {
            bytes.push(4);
            bytes.extend([0; 12]);
            bytes.extend(v4.octets());
        }
        IpAddr::V6(v6) => {
            bytes.push(6);
            bytes.extend(v6.octets());
        }
    }
    bytes
}

/// The bytes as a bound value.
pub(super) fn value(ip: IpAddr) -> Value {
    bytes(ip).into()
}

/// The address in 17 stored bytes.
pub(super) fn parse(bytes: &[u8]) -> Option<IpAddr> {
    let octets: [u8; 16] = bytes.get(1..)?.try_into().ok()?;
    match bytes.first()? {
        4 => Some(Ipv4Addr::new(octets[12], octets[13], octets[14], octets[15]).into()),
        6 => Some(Ipv6Addr::from(octets).into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_keep_the_order_of_addresses() {
        let ips: Vec<IpAddr> = [
            "0.0.0.1",
            "9.255.255.255",
            "10.0.0.2",
            "10.0.0.10",
            "255.0.0.1",
            "::1",
            "2001:db8::1",
            "fd00::",
        ]
        .iter()
        .map(|t| t.parse().unwrap())
        .collect();
        let stored: Vec<Vec<u8>> = ips.iter().map(|ip| bytes(*ip)).collect();
        assert!(stored.is_sorted());
        assert_eq!(
            stored.iter().map(|b| parse(b).unwrap()).collect::<Vec<_>>(),
            ips
        );
        assert!(parse(&[]).is_none() && parse(&[4; 16]).is_none());
    }
}
