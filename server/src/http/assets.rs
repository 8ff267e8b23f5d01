//! The embedded site over HTTP.

use super::failure::unknown_path;
use crate::site;
use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use http::HeaderMap;

/// A file of the bundle. Its address holds a hash of the bundle, so it never changes.
pub(super) async fn bundle(
    Path((hash, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if hash != site::bundle_hash() {
        return unknown_path().await.into_response();
    }
    match site::file(&format!("pkg/{name}")) {
        Some(file) => site::respond(&file, &headers, "public, max-age=31536000, immutable"),
        None => unknown_path().await.into_response(),
    }
}

/// A public file such as the icon; asked for again each time, answered with 304.
pub(super) fn public(path: &str, headers: &HeaderMap) -> Option<Response> {
    let name = path.strip_prefix('/')?;
    if name.starts_with("pkg/") {
        return None;
    }
    Some(site::respond(
        &site::file(name)?,
        headers,
        "public, no-cache",
    ))
}
