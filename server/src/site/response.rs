//! An embedded file as a response: encoding, entity tag, caching.

use super::File;
use axum::{body::Body, response::Response};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{
        ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
    },
};
use std::borrow::Cow;

/// Answers with the smallest form that the client takes; 304 when it has this content already.
pub fn respond(file: &File, request: &HeaderMap, cache: &'static str) -> Response {
    let (encoding, content) = choose(file, request);
    // Each encoding is a representation of its own, so it needs a tag of its own (RFC 9110 §8.8.3).
    let etag = match encoding {
        Some(encoding) => format!("\"{}-{encoding}\"", file.hash),
        None => format!("\"{}\"", file.hash),
    };
    let known = request
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim().trim_start_matches("W/") == etag);
    let mut response = Response::new(if known { Body::empty() } else { body(content) });
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(ETAG, etag);
    }
    if !known {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.media_type));
        if let Some(encoding) = encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
    }
    response
}

fn choose(file: &File, request: &HeaderMap) -> (Option<&'static str>, Cow<'static, [u8]>) {
    if let Some(content) = file.brotli.clone().filter(|_| accepts(request, "br")) {
        return (Some("br"), content);
    }
    if let Some(content) = file.gzip.clone().filter(|_| accepts(request, "gzip")) {
        return (Some("gzip"), content);
    }
    (None, file.plain.clone())
}

fn body(content: Cow<'static, [u8]>) -> Body {
    match content {
        Cow::Borrowed(bytes) => Body::from(bytes::Bytes::from_static(bytes)),
        Cow::Owned(bytes) => Body::from(bytes),
    }
}

/// Whether `Accept-Encoding` names the coding and does not weigh it zero (RFC 9110 §12.5.3).
fn accepts(request: &HeaderMap, coding: &str) -> bool {
    request
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|item| {
            let mut parts = item.split(';').map(str::trim);
            parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(coding))
                && !parts.any(|part| {
                    part.strip_prefix("q=")
                        .and_then(|weight| weight.parse::<f32>().ok())
                        .is_some_and(|weight| weight <= 0.0)
                })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> File {
        File {
            plain: Cow::Borrowed(b"plain"),
            brotli: Some(Cow::Borrowed(b"br")),
            gzip: Some(Cow::Borrowed(b"gz")),
            media_type: "text/css; charset=utf-8",
            hash: "ab".into(),
        }
    }

    fn request(name: http::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_smallest_accepted_form_is_sent_under_its_own_tag() {
        for (accepted, encoding, tag) in [
            ("gzip, deflate, br, zstd", Some("br"), "\"ab-br\""),
            ("br;q=0, gzip", Some("gzip"), "\"ab-gzip\""),
            ("identity", None, "\"ab\""),
            ("", None, "\"ab\""),
        ] {
            let response = respond(&file(), &request(ACCEPT_ENCODING, accepted), "no-cache");
            let header = |name| response.headers().get(name).map(|v| v.to_str().unwrap());
            assert_eq!(header(CONTENT_ENCODING), encoding, "{accepted}");
            assert_eq!(header(ETAG), Some(tag));
            assert_eq!(header(VARY), Some("accept-encoding"));
        }
    }

    #[test]
    fn a_known_tag_needs_no_content() {
        let response = respond(
            &file(),
            &request(IF_NONE_MATCH, "\"x\", W/\"ab\""),
            "no-cache",
        );
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert!(!response.headers().contains_key(CONTENT_TYPE));
    }
}
