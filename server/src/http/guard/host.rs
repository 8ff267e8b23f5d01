//! Which `Host` we answer to: a page of somebody else's whose name was re-pointed at us (DNS rebinding) is not served.

use crate::{
    config::PublicUrl,
    http::{failure::Failure, state::App},
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header::HOST, uri::Authority};
use std::net::IpAddr;

/// Refuses requests for names that are not ours.
pub(in crate::http) async fn check(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    let authority = request.uri().authority().map(Authority::as_str).or(host);
    match authority.and_then(|text| text.parse::<Authority>().ok()) {
        Some(authority) if is_ours(authority.host(), &app.config.public_url) => {
            next.run(request).await
        }
        Some(_) => Failure::new(
            StatusCode::MISDIRECTED_REQUEST,
            "this server is not known under that name: set PUBLIC_URL to the address you type",
        )
        .into_response(),
        None => Failure::new(StatusCode::BAD_REQUEST, "the request names no host").into_response(),
    }
}

fn is_ours(host: &str, url: &PublicUrl) -> bool {
    let host = host.to_ascii_lowercase();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == url.host()
        || host == "localhost"
        || host.ends_with(".localhost")
        // An address cannot be re-pointed.
        || bare.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_name_loopback_names_and_addresses_are_ours() {
        let url = "https://rollcall.example.org".parse().unwrap();
        for host in [
            "rollcall.example.org",
            "Rollcall.Example.org",
            "localhost",
            "192.0.2.1",
            "[::1]",
        ] {
            assert!(is_ours(host, &url), "{host}");
        }
        for host in [
            "example.org",
            "evil.example",
            "192.0.2.1.evil.example",
            "localhost.evil.example",
            "",
        ] {
            assert!(!is_ours(host, &url), "{host}");
        }
    }
}
