//! `If-Match`: the version that the client read (RFC 9110 §13.1.1).

use crate::http::failure::Failure;
use axum::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{
    HeaderValue, StatusCode,
    header::{ETAG, IF_MATCH},
    request::Parts,
};

/// The version that must still hold; `None` when the client does not care.
pub(in crate::http) struct IfMatch(pub(in crate::http) Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let Some(value) = parts.headers.get(IF_MATCH) else {
            return Ok(Self(None));
        };
        match value.to_str().map(str::trim) {
            Ok("*") => Ok(Self(None)),
            // A tag that was never ours matches no version, and a weak one never matches.
            Ok(tag) => version(tag)
                .map(|version| Self(Some(version)))
                .ok_or_else(|| {
                    Failure::new(
                        StatusCode::PRECONDITION_FAILED,
                        format!("{tag} is no version of this: send the ETag you were given"),
                    )
                }),
            Err(_) => Err(Failure::new(StatusCode::BAD_REQUEST, "If-Match is no text")),
        }
    }
}

fn version(tag: &str) -> Option<i64> {
    tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}

/// An answer with the row's version as its entity tag.
pub(in crate::http) fn tagged(version: i64, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    if let Ok(tag) = HeaderValue::try_from(format!("\"{version}\"")) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}
