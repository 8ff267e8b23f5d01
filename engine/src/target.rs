//! URLs that people typed: what is checked of them before anything is looked up or sent. `domain::target` decides.

use domain::target::Policy;
use std::net::IpAddr;
use url::{Host, Url};

/// Longest URL.
const LONGEST: usize = 2_048;

/// Reads a URL as browsers do (WHATWG): `http://2130706433`, `http://0x7f.1` and `http://127.0.0.1` are one address then.
/// An error is for the person who typed it and repeats nothing of it but the address.
pub(crate) fn read(text: &str, policy: &Policy) -> Result<Url, String> {
    if text.len() > LONGEST {
        return Err("at most 2,048 characters".into());
    }
    let mut url = Url::parse(text.trim())
        .map_err(|_| "expected a URL, such as https://hooks.example.org/path".to_owned())?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err("expected https:// or http://".into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a user name in the URL is not supported".into());
    }
    if url.port() == Some(0) {
        return Err("port 0 is no port".into());
    }
    url.set_fragment(None);
    if let Some(ip) = address(&url) {
        policy.check(ip).map_err(|refused| refused.to_string())?;
    }
    Ok(url)
}

/// The address that a URL names instead of a host.
fn address(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(ip) => Some(ip.into()),
        Host::Ipv6(ip) => Some(ip.into()),
        Host::Domain(_) => None,
    }
}

/// Scheme, host and port, without what may be secret behind them; and whether there is anything behind them.
pub(crate) fn shown(url: &Url) -> (String, bool) {
    let has_more = url.path() != "/" || url.query().is_some();
    (url.origin().ascii_serialization(), has_more)
}
