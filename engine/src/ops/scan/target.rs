//! One target of a scan, as it was written: an address, a host, a host and a port, or a URL.

use std::net::IpAddr;
use url::{Host, Url};

/// Longest target.
const LONGEST: usize = 2_048;

/// A target that was understood. Spellings of an address that browsers take for one (`0x7f.1`, `2130706433`) are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The host.
    pub host: Host<String>,
    /// The port that was asked for.
    pub port: Option<u16>,
    /// The path and query of a URL.
    pub path: Option<String>,
    /// Whether a URL is over TLS; absent = it was no URL.
    pub is_https: Option<bool>,
}

impl Target {
    /// The address that was named instead of a host.
    pub fn address(&self) -> Option<IpAddr> {
        match &self.host {
            Host::Ipv4(ip) => Some((*ip).into()),
            Host::Ipv6(ip) => Some(IpAddr::from(*ip).to_canonical()),
            Host::Domain(_) => None,
        }
    }

    /// The name that has to be looked up.
    pub fn name(&self) -> Option<&str> {
        match &self.host {
            Host::Domain(name) => Some(name),
            Host::Ipv4(_) | Host::Ipv6(_) => None,
        }
    }
}

/// Reads a target; an error is for the person who wrote it.
pub fn read(text: &str) -> Result<Target, String> {
    const EXPECTED: &str = "expected a host, a host and a port, or a URL, such as example.org, example.org:8443 or https://example.org/login";
    let text = text.trim();
    if text.is_empty() {
        return Err(EXPECTED.into());
    }
    if text.len() > LONGEST {
        return Err("at most 2,048 characters".into());
    }
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Ok(plain(host_of(ip), None));
    }
    if text.contains("://") {
        return read_url(text);
    }
    let (host, port) = match text.rsplit_once(':') {
        // The colons of an address in brackets.
        Some(_) if text.ends_with(']') => (text, None),
        Some((host, port)) => {
            let is_number = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
            let port: u16 = port.parse().map_err(|_| EXPECTED)?;
            if !is_number || port == 0 {
                return Err("a port is 1 to 65535".into());
            }
            (host, Some(port))
        }
        None => (text, None),
    };
    let host = Host::parse(host).map_err(|_| EXPECTED)?;
    check_name(&host)?;
    Ok(plain(host, port))
}

fn host_of(ip: IpAddr) -> Host<String> {
    match ip.to_canonical() {
        IpAddr::V4(ip) => Host::Ipv4(ip),
        IpAddr::V6(ip) => Host::Ipv6(ip),
    }
}

fn plain(host: Host<String>, port: Option<u16>) -> Target {
    Target {
        host,
        port,
        path: None,
        is_https: None,
    }
}

fn read_url(text: &str) -> Result<Target, String> {
    let url = Url::parse(text).map_err(|_| "this is no URL".to_owned())?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err("expected https:// or http://".into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a user name in the URL is not supported".into());
    }
    let host = url.host().ok_or("the URL has no host")?.to_owned();
    check_name(&host)?;
    let port = url.port_or_known_default().filter(|port| *port > 0);
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    Ok(Target {
        host,
        port: Some(port.ok_or("port 0 is no port")?),
        path: Some(path),
        is_https: Some(url.scheme() == "https"),
    })
}

/// A name that DNS can have.
fn check_name(host: &Host<String>) -> Result<(), String> {
    match host {
        Host::Domain(name) => name
            .parse::<domain::host::Hostname>()
            .map(drop)
            .map_err(|error| error.to_string()),
        Host::Ipv4(_) | Host::Ipv6(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_of_writing_one_is_understood() {
        let named = |name: &str| Host::Domain(name.to_owned());
        assert_eq!(read("Example.ORG"), Ok(plain(named("example.org"), None)));
        assert_eq!(
            read("example.org:443"),
            Ok(plain(named("example.org"), Some(443)))
        );
        let url = read("https://Example.org/login?a=b#c").unwrap();
        assert_eq!(
            (url.port, url.path.as_deref(), url.is_https),
            (Some(443), Some("/login?a=b"), Some(true))
        );
        for text in ["::1", "[::1]", "[::1]:22", "http://[::1]/"] {
            assert_eq!(
                read(text).unwrap().address(),
                Some([0, 0, 0, 0, 0, 0, 0, 1].into())
            );
        }
        for text in [
            "127.0.0.1",
            "127.0.0.1:22",
            "0x7f.1",
            "2130706433:80",
            "017700000001",
            "http://127.1/",
            "http://①②⑦.0.0.1/",
            "::ffff:127.0.0.1",
            "[::ffff:7f00:1]:1",
        ] {
            let address = read(text).unwrap().address();
            assert_eq!(address, Some([127, 0, 0, 1].into()), "{text}");
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "",
            " ",
            "a b",
            "example.org:0",
            "example.org:65536",
            "example.org:+1",
            "ftp://example.org/",
            "file:///etc/passwd",
            "http://user@example.org/",
            "http://example.org:0/",
            "-a.example",
            "<script>",
            "[::1",
            "1:]",
            "a:[::1]",
            "fe80::1%eth0",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
