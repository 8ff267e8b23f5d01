//! Which sites may ask. tower-http's layer lets requests pass that name no site at all; with our cookie in them we do
//! not: every browser of the last years sends `Origin` with them.

use crate::http::{extract::bearer, failure::Failure, session::cookie, state::App};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::api::path;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri,
    header::{COOKIE, HOST, ORIGIN},
};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses unsafe requests and live streams that other sites asked for.
pub(in crate::http) async fn check(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    if bearer(request.headers()).is_some() {
        // A token is nothing that a browser adds by itself. The cookie must not count beside it.
        for name in [COOKIE, ORIGIN, SEC_FETCH_SITE] {
            request.headers_mut().remove(name);
        }
        return next.run(request).await;
    }
    let url = &app.config.public_url;
    let matters = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let verdict = if matters || request.uri().path() == path::STREAM {
        judge(request.headers(), &url.origin(), cookie::name(url), matters)
    } else {
        Ok(())
    };
    match verdict {
        Ok(()) => next.run(request).await,
        Err(detail) => Failure::new(StatusCode::FORBIDDEN, detail).into_response(),
    }
}

fn judge(
    headers: &HeaderMap,
    ours: &str,
    cookie: &str,
    is_unsafe: bool,
) -> Result<(), &'static str> {
    let origin = headers.get(ORIGIN).filter(|value| !value.is_empty());
    let site = headers
        .get(SEC_FETCH_SITE)
        .filter(|value| !value.is_empty());
    if let Some(origin) = origin
        && origin != ours
        && is_host(origin, headers.get(HOST)) != Some(true)
    {
        return Err("the request comes from another site");
    }
    match site.map(HeaderValue::as_bytes) {
        Some(b"same-origin" | b"none") => Ok(()),
        Some(_) => Err("the request comes from another site"),
        None if origin.is_none() && is_unsafe && has_cookie(headers, cookie) => {
            Err("a request with a session cookie has to tell its origin")
        }
        None => Ok(()),
    }
}

/// Whether the origin is the host that was asked; which hosts are ours was checked before.
fn is_host(origin: &HeaderValue, host: Option<&HeaderValue>) -> Option<bool> {
    let origin = Uri::try_from(origin.as_bytes()).ok()?;
    matches!(origin.scheme_str(), Some("http" | "https")).then_some(())?;
    Some(origin.authority()?.as_str().as_bytes() == host?.as_bytes())
}

fn has_cookie(headers: &HeaderMap, name: &str) -> bool {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b';'))
        .any(|pair| {
            pair.trim_ascii_start()
                .strip_prefix(name.as_bytes())
                .is_some_and(|rest| rest.starts_with(b"="))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "https://rollcall.example.org";

    fn verdict(headers: &[(&'static str, &'static str)], is_unsafe: bool) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        judge(&headers, OURS, "__Host-sid", is_unsafe).is_ok()
    }

    #[test]
    fn other_sites_are_refused_whatever_they_send() {
        let cookie = ("cookie", "a=b; __Host-sid=x");
        let host = ("host", "10.0.0.5:8080");
        for (headers, passes) in [
            (vec![], true),
            (vec![cookie], false),
            (vec![("cookie", "__Host-sidx=1")], true),
            (vec![cookie, ("origin", OURS)], true),
            (
                vec![cookie, ("origin", OURS), ("sec-fetch-site", "same-origin")],
                true,
            ),
            (vec![cookie, ("sec-fetch-site", "same-origin")], true),
            (vec![cookie, ("sec-fetch-site", "none")], true),
            (vec![cookie, ("sec-fetch-site", "same-site")], false),
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![cookie, host, ("origin", "http://10.0.0.5:8080")], true),
            (
                vec![
                    cookie,
                    host,
                    ("origin", "http://10.0.0.5:8080"),
                    ("sec-fetch-site", "cross-site"),
                ],
                false,
            ),
            (vec![cookie, host, ("origin", "http://10.0.0.5")], false),
            (vec![host, ("origin", "null")], false),
            (
                vec![
                    ("origin", "https://evil.example"),
                    ("sec-fetch-site", "same-origin"),
                ],
                false,
            ),
        ] {
            assert_eq!(verdict(&headers, true), passes, "{headers:?}");
        }
        assert!(
            verdict(&[cookie], false),
            "a stream without any origin comes from no browser page"
        );
        assert!(!verdict(&[cookie, ("sec-fetch-site", "cross-site")], false));
    }
}
