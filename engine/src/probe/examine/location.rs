//! Where a redirect leads, read as browsers read it, if it is a place to follow to at all.

use super::http::clean;
use domain::host::Hostname;
use url::{Host, Url};

/// Longest `Location` that is read.
const LONGEST: usize = 2_048;

/// A place that is not gone to: as it was named, and why not.
pub(super) type Refusal = (String, String);

/// The URL that `location` means on the page `from`.
pub(super) fn next(from: &Url, location: &str) -> Result<Url, Refusal> {
    let refusal = |why: &str| (clean(location).unwrap_or_default(), why.to_owned());
    if location.len() > LONGEST {
        return Err(refusal("longer than 2,048 characters"));
    }
    let mut url = from.join(location).map_err(|_| refusal("this is no URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refusal("only http and https are followed"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refusal("a URL with a user name is not followed"));
    }
    if url.port() == Some(0) {
        return Err(refusal("port 0 is no port"));
    }
    if let Some(Host::Domain(name)) = url.host()
        && name.parse::<Hostname>().is_err()
    {
        return Err(refusal("no host has such a name"));
    }
    url.set_fragment(None);
    Ok(url)
}

/// The URL as it is shown.
pub(super) fn shown(url: &Url) -> String {
    clean(url.as_str()).unwrap_or_default()
}

/// The host as the server knows it: with the port where it is not the usual one.
pub(super) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// What is asked for there.
pub(super) fn path(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_read_as_browsers_do() {
        let from = Url::parse("https://example.org:8443/a/b?c=d").unwrap();
        for (location, expected) in [
            ("/login#top", "https://example.org:8443/login"),
            ("c", "https://example.org:8443/a/c"),
            ("?x", "https://example.org:8443/a/b?x"),
            ("//other.example/x", "https://other.example/x"),
            ("HTTP://Other.example", "http://other.example/"),
            ("http://2130706433/", "http://127.0.0.1/"),
            ("http://0x7f.1/", "http://127.0.0.1/"),
            ("http://①②⑦.0.0.1/", "http://127.0.0.1/"),
            ("http:\\\\127.1\\x", "http://127.0.0.1/x"),
            ("\thttp://127.0.0.1\n/", "http://127.0.0.1/"),
            ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
        ] {
            let read = next(&from, location).map(|url| url.to_string());
            assert_eq!(read, Ok(expected.to_owned()), "{location}");
        }
    }

    #[test]
    fn what_is_no_page_is_not_followed() {
        let from = Url::parse("http://example.org/").unwrap();
        let long = "x".repeat(3_000);
        for location in [
            "file:///etc/passwd",
            "gopher://127.0.0.1:6379/_PING",
            "ftp://example.org/",
            "javascript:alert(1)",
            "data:text/html,x",
            "http://user@example.org/",
            "http://:secret@example.org/",
            "http://example.org:0/",
            "http://example.org:65536/",
            "http://[::1",
            "http://fe80::1%25eth0/",
            "http:///",
            "http://-a.example/",
            &long,
        ] {
            assert!(next(&from, location).is_err(), "{location}");
        }
    }

    #[test]
    fn a_host_is_told_its_name_and_port() {
        let url = Url::parse("https://example.org:443/a?b").unwrap();
        assert_eq!(
            (authority(&url).as_str(), path(&url).as_str()),
            ("example.org", "/a?b")
        );
        let url = Url::parse("http://[::1]:81").unwrap();
        assert_eq!(
            (authority(&url).as_str(), path(&url).as_str()),
            ("[::1]:81", "/")
        );
    }
}
