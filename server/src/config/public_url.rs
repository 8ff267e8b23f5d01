//! The address people type: it decides the cookie's name and which origins are ours.

use http::Uri;
use std::{fmt, net::IpAddr, net::SocketAddr, str::FromStr};

/// Scheme and authority of the address people type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    https: bool,
    authority: String,
    host: String,
}

/// The text is no address of a web site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicUrlError;

impl PublicUrl {
    /// What holds when nothing was given: plain HTTP on the address that is listened on.
    pub fn of_bind(bind: SocketAddr) -> Self {
        let host = if bind.ip().is_unspecified() {
            "localhost".to_owned()
        } else {
            SocketAddr::new(bind.ip(), 0)
                .to_string()
                .trim_end_matches(":0")
                .to_owned()
        };
        let authority = if bind.port() == 80 {
            host.clone()
        } else {
            format!("{host}:{}", bind.port())
        };
        Self {
            https: false,
            authority,
            host,
        }
    }

    /// Whether browsers reach it over TLS.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// The host as in a `Host` header, without the port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The origin as browsers send it (RFC 6454).
    pub fn origin(&self) -> String {
        let scheme = if self.https { "https" } else { "http" };
        format!("{scheme}://{}", self.authority)
    }

    /// Whether only this machine can reach it.
    pub fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        let url: Uri = text.trim().parse().map_err(|_| PublicUrlError)?;
        let https = match url.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(PublicUrlError),
        };
        let authority = url.authority().ok_or(PublicUrlError)?;
        if authority.as_str().contains('@') || !matches!(url.path(), "" | "/") {
            return Err(PublicUrlError);
        }
        let host = authority.host().to_ascii_lowercase();
        let default_port = if https { 443 } else { 80 };
        Ok(Self {
            https,
            authority: match authority.port_u16() {
                Some(port) if port != default_port => format!("{host}:{port}"),
                _ => host.clone(),
            },
            host,
        })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/", self.origin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_is_what_browsers_send() {
        for (text, origin) in [
            (
                "https://Rollcall.example.org/",
                "https://rollcall.example.org",
            ),
            (
                "https://rollcall.example.org:443",
                "https://rollcall.example.org",
            ),
            ("http://192.168.1.5:8080", "http://192.168.1.5:8080"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
        ] {
            assert_eq!(text.parse::<PublicUrl>().unwrap().origin(), origin);
        }
        for text in [
            "rollcall.example.org",
            "ftp://x",
            "https://x/path",
            "https://u:p@x",
            "",
        ] {
            assert_eq!(text.parse::<PublicUrl>(), Err(PublicUrlError), "{text}");
        }
    }

    #[test]
    fn an_unspecified_bind_is_reached_as_localhost() {
        let url = PublicUrl::of_bind("0.0.0.0:8080".parse().unwrap());
        assert_eq!(url.to_string(), "http://localhost:8080/");
        assert!(url.is_loopback());
        let url = PublicUrl::of_bind("[::1]:8080".parse().unwrap());
        assert_eq!(
            (url.to_string().as_str(), url.host()),
            ("http://[::1]:8080/", "[::1]")
        );
        assert!(url.is_loopback());
    }
}
