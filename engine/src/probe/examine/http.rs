//! One page of a web server: its status, what it says of itself, its title. Redirects are read here and followed by
//! `trail`.

use bytes::Bytes;
use domain::{port::Service, risk::HttpFact};
use http_body_util::{BodyExt as _, Empty};
use hyper::{
    HeaderMap, Request, StatusCode,
    client::conn::http1,
    header::{self, HeaderName},
};
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};

/// From the request to the last byte that is read.
const LONGEST: Duration = Duration::from_secs(5);
/// Bytes of a page that are looked through for its title.
const PAGE: usize = 64 * 1024;
/// Characters of a title or header that are kept.
const SHOWN: usize = 120;

/// What to ask for.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    /// The host as the server knows it.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) path: String,
    pub(super) is_tls: bool,
}

/// What was answered.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// The beginning of it.
    pub(super) body: Vec<u8>,
    /// Where it leads, as it says so.
    pub(super) location: Option<String>,
    pub(super) fact: HttpFact,
    pub(super) service: Service,
    /// In words: `200 OK, nginx/1.27.3, “Welcome”`.
    pub(super) words: String,
}

/// Headers by which a page protects its readers, and what people call them. The first is for pages over TLS only.
const GUARDS: [(HeaderName, &str); 5] = [
    (header::STRICT_TRANSPORT_SECURITY, "HSTS"),
    (header::CONTENT_SECURITY_POLICY, "CSP"),
    (header::X_FRAME_OPTIONS, "X-Frame-Options"),
    (header::X_CONTENT_TYPE_OPTIONS, "X-Content-Type-Options"),
    (header::REFERRER_POLICY, "Referrer-Policy"),
];

impl Page {
    /// The same, with the headers by which it protects its readers: `200 OK; CSP; without X-Frame-Options`.
    pub(super) fn guarded_words(&self) -> String {
        let meant = GUARDS.iter().skip(usize::from(!self.fact.is_tls));
        let (present, absent): (Vec<_>, Vec<_>) =
            meant.partition(|(name, _)| self.headers.contains_key(name));
        let names = |of: Vec<&(HeaderName, &'static str)>| {
            let names: Vec<&str> = of.iter().map(|(_, name)| *name).collect();
            names.join(", ")
        };
        let mut words = self.words.clone();
        if !present.is_empty() {
            words = format!("{words}; with {}", names(present));
        }
        if !absent.is_empty() {
            words = format!("{words}; without {}", names(absent));
        }
        words
    }
}

/// Asks for a page; an error is in words.
pub(super) async fn ask<S>(stream: S, ask: &Ask) -> Result<Page, String>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    timeout(LONGEST, exchange(stream, ask))
        .await
        .unwrap_or_else(|_| Err("no answer within 5 s".into()))
}

async fn exchange<S>(stream: S, ask: &Ask) -> Result<Page, String>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(PAGE)
        .handshake::<_, Empty<Bytes>>(TokioIo::new(stream))
        .await
        .map_err(|error| error.to_string())?;
    let request = Request::get(&ask.path)
        .header(header::HOST, &ask.host)
        .header(
            header::USER_AGENT,
            concat!("Rollcall/", env!("CARGO_PKG_VERSION")),
        )
        .header(header::ACCEPT, "*/*")
        .header(header::CONNECTION, "close")
        .body(Empty::new())
        .map_err(|error| error.to_string())?;
    let answered = async {
        let response = sender
            .send_request(request)
            .await
            .map_err(|error| error.to_string())?;
        let (head, mut body) = response.into_parts();
        let mut page = Vec::new();
        while let Some(Ok(frame)) = body.frame().await {
            if let Ok(data) = frame.into_data() {
                let room = PAGE - page.len();
                page.extend_from_slice(&data[..data.len().min(room)]);
            }
            if page.len() >= PAGE {
                break;
            }
        }
        Ok(page_of(ask, head.status, head.headers, page))
    };
    tokio::select! {
        answered = answered => answered,
        // It ends with the answer, or before it with an error.
        Err(error) = connection => Err(error.to_string()),
    }
}

fn page_of(ask: &Ask, status: StatusCode, headers: HeaderMap, body: Vec<u8>) -> Page {
    let text = |name: HeaderName| clean(headers.get(name)?.to_str().ok()?);
    let server = text(header::SERVER);
    let title = title(&body);
    let location = leads_to(status, &headers);
    let basic = text(header::WWW_AUTHENTICATE);
    let is_https = |url: &str| {
        let scheme = url.get(.."https://".len());
        scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
    };
    let fact = HttpFact {
        port: ask.port,
        is_tls: ask.is_tls,
        asks_basic: status == StatusCode::UNAUTHORIZED
            && basic.is_some_and(|it| it.to_lowercase().starts_with("basic")),
        leads_to_tls: location.as_deref().is_some_and(is_https),
        lists_files: title.as_ref().is_some_and(|it| {
            it.starts_with("Index of /") || it.starts_with("Directory listing for /")
        }),
        lacks_hsts: ask.is_tls && !headers.contains_key(header::STRICT_TRANSPORT_SECURITY),
        title,
    };
    let mut words = vec![status.to_string()];
    words.extend(server.clone());
    words.extend(
        location
            .as_deref()
            .and_then(clean)
            .map(|location| format!("leads to {location}")),
    );
    words.extend(fact.title.as_ref().map(|title| format!("“{title}”")));
    Page {
        service: service(ask, server.as_deref()),
        words: words.join(", "),
        status,
        headers,
        body,
        location,
        fact,
    }
}

/// Where a page sends its reader.
fn leads_to(status: StatusCode, headers: &HeaderMap) -> Option<String> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = headers.get(header::LOCATION)?;
    Some(String::from_utf8_lossy(location.as_bytes()).into_owned())
}

/// The program by its `Server` header: `nginx/1.27.3`.
fn service(ask: &Ask, server: Option<&str>) -> Service {
    let first = server.and_then(|server| server.split([' ', '(']).next());
    let (product, version) = match first.map(|first| first.split_once('/').unwrap_or((first, ""))) {
        Some((product, version)) => (Some(product), Some(version)),
        None => (None, None),
    };
    // As scanners and lists of ends of life write them.
    let product = product.map(|product| match product {
        "Apache" => "Apache httpd".to_owned(),
        "Microsoft-IIS" => "Microsoft IIS".to_owned(),
        other => other.to_owned(),
    });
    Service {
        name: Some(if ask.is_tls { "https" } else { "http" }.into()),
        product: product.filter(|product| !product.is_empty()),
        version: version
            .filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))
            .map(ToOwned::to_owned),
    }
}

/// One clean line, cut.
pub(super) fn clean(text: &str) -> Option<String> {
    let short: String = text.chars().take(SHOWN).collect();
    domain::text::line(&short)
        .ok()
        .filter(|line| !line.is_empty())
}

/// What stands between the first `<title>` and its end.
fn title(page: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(page);
    let lower = text.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let begin = open + lower[open..].find('>')? + 1;
    let end = begin + lower[begin..].find("</title")?;
    let words = text[begin..end].split_whitespace();
    let words: Vec<String> = words.filter_map(clean).collect();
    clean(&words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_clean_short_line() {
        let shown = |page: &str| title(page.as_bytes());
        assert_eq!(
            shown("<html><TITLE lang=en>\n Hello \u{202e} <b>you</b>\n</TITLE>").as_deref(),
            Some("Hello <b>you</b>")
        );
        assert_eq!(shown("<title></title>"), None);
        assert_eq!(shown("<title>never ends"), None);
        assert_eq!(shown("no title"), None);
        let long = format!("<title>{}</title>", "x".repeat(10_000));
        assert_eq!(shown(&long).unwrap().len(), SHOWN);
    }

    #[test]
    fn a_server_is_known_by_its_header() {
        let ask = Ask {
            host: "h".into(),
            port: 80,
            path: "/".into(),
            is_tls: false,
        };
        let of = |server| {
            let service = service(&ask, Some(server));
            (
                service.product.unwrap_or_default(),
                service.version.unwrap_or_default(),
            )
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(of("nginx/1.27.3"), pair("nginx", "1.27.3"));
        assert_eq!(of("Apache/2.4.62 (Debian)"), pair("Apache httpd", "2.4.62"));
        assert_eq!(of("Microsoft-IIS/10.0"), pair("Microsoft IIS", "10.0"));
        assert_eq!(of("cloudflare"), pair("cloudflare", ""));
    }
}
