//! Which machine asks: what throttling counts.

use crate::http::state::App;
use axum::extract::FromRequestParts;
use http::request::Parts;
use ipnetwork::IpNetwork;
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr},
};

/// The other end of the connection; the listener adds it to every request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The client's address: the peer, or, behind trusted proxies, the right-most forwarded address that is none of them.
/// Entries further left are whatever the client wrote.
pub(in crate::http) struct Client(pub(in crate::http) IpAddr);

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<Peer>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0);
        let forwarded = parts
            .headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok());
        Ok(Self(client(peer, forwarded, &app.config.trusted_proxies)))
    }
}

fn client<'a>(
    peer: IpAddr,
    forwarded: impl DoubleEndedIterator<Item = &'a str>,
    trusted: &[IpNetwork],
) -> IpAddr {
    let is_proxy = |ip: IpAddr| trusted.iter().any(|network| network.contains(ip));
    let mut client = peer.to_canonical();
    for hop in forwarded.rev().flat_map(|value| value.rsplit(',')) {
        if !is_proxy(client) {
            break;
        }
        let Ok(ip) = hop.trim().parse::<IpAddr>() else {
            break;
        };
        client = ip.to_canonical();
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_trusted_proxies_appended_is_believed() {
        let trusted = [
            "127.0.0.1/32".parse().unwrap(),
            "10.0.0.0/8".parse().unwrap(),
        ];
        for (peer, forwarded, expected) in [
            ("192.0.2.1", vec!["198.51.100.7"], "192.0.2.1"),
            ("127.0.0.1", vec!["198.51.100.7"], "198.51.100.7"),
            (
                "127.0.0.1",
                vec!["6.6.6.6, 198.51.100.7, 10.0.0.2"],
                "198.51.100.7",
            ),
            ("127.0.0.1", vec!["6.6.6.6", "198.51.100.7"], "198.51.100.7"),
            ("127.0.0.1", vec!["rubbish"], "127.0.0.1"),
            ("127.0.0.1", vec![], "127.0.0.1"),
            ("::ffff:127.0.0.1", vec!["198.51.100.7"], "198.51.100.7"),
        ] {
            let found = client(peer.parse().unwrap(), forwarded.into_iter(), &trusted);
            assert_eq!(found, expected.parse::<IpAddr>().unwrap(), "{peer}");
        }
    }
}
