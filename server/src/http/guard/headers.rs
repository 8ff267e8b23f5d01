//! What browsers are told about every answer. Handlers may be stricter or, for their own pages, say it differently.

use crate::{config::PublicUrl, http::state::App};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, SET_COOKIE,
        STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};

/// For answers that are no pages.
const NOTHING: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 7] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (X_FRAME_OPTIONS, "DENY"),
    (CONTENT_SECURITY_POLICY, NOTHING),
    (CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Browsers take these over TLS only, and complain on their console otherwise.
const OVER_TLS: [(HeaderName, &str); 2] = [
    (STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// Adds what the handler did not set itself.
pub(in crate::http) async fn add(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    complete(response.headers_mut(), &app.config.public_url);
    response
}

fn complete(headers: &mut HeaderMap, url: &PublicUrl) {
    for (name, value) in ALWAYS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if url.is_https() {
        for (name, value) in OVER_TLS {
            headers
                .entry(name)
                .or_insert(HeaderValue::from_static(value));
        }
        secure_cookies(headers);
    }
}

/// The cookie layer removes its cookie without `Secure`, and browsers ignore that for a `__Host-` name.
fn secure_cookies(headers: &mut HeaderMap) {
    let cookies: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for cookie in cookies {
        let text = cookie.to_str().unwrap_or_default();
        let has_it = text
            .split(';')
            .any(|part| part.trim().eq_ignore_ascii_case("secure"));
        let secured = HeaderValue::try_from(format!("{text}; Secure"));
        headers.append(
            SET_COOKIE,
            if has_it {
                cookie
            } else {
                secured.unwrap_or(cookie)
            },
        );
    }
}

/// The policy of our pages: our own files, and inline scripts with this answer's nonce. WebAssembly needs the word.
pub(in crate::http) fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}
