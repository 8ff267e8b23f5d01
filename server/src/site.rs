//! The built site, embedded: the bundle under a hash of its content, public files under their names.

mod response;

pub use response::respond;

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::{borrow::Cow, collections::HashMap, fmt::Write, sync::LazyLock};

#[derive(RustEmbed)]
#[folder = "$ROLLCALL_EMBEDDED_SITE"]
#[allow_missing = true]
struct Embedded;

/// A file of the site with the compressed forms that lie beside it.
#[derive(Clone, Debug)]
pub struct File {
    /// As it is.
    pub plain: Cow<'static, [u8]>,
    /// Brotli, if the build made one.
    pub brotli: Option<Cow<'static, [u8]>>,
    /// Gzip, if the build made one.
    pub gzip: Option<Cow<'static, [u8]>>,
    /// `Content-Type`.
    pub media_type: &'static str,
    /// First half of the content's SHA-256, in hexadecimal.
    pub hash: String,
}

/// The file at this path inside the site's folder.
pub fn file(path: &str) -> Option<File> {
    let plain = Embedded::get(path)?;
    let sibling = |suffix| Embedded::get(&format!("{path}.{suffix}")).map(|file| file.data);
    Some(File {
        brotli: sibling("br"),
        gzip: sibling("gz"),
        media_type: media_type(path),
        hash: hex(&plain.metadata.sha256_hash()[..16]),
        plain: plain.data,
    })
}

/// The hash in the bundle's address: of everything in `pkg`, so that a browser never mixes two builds.
pub fn bundle_hash() -> &'static str {
    static HASH: LazyLock<String> = LazyLock::new(|| {
        let mut names: Vec<_> = Embedded::iter()
            .filter(|name| name.starts_with("pkg/"))
            .collect();
        names.sort_unstable();
        let mut hash = Sha256::new();
        for name in names {
            hash.update(name.as_bytes());
            hash.update(Embedded::get(&name).map_or([0; 32], |file| file.metadata.sha256_hash()));
        }
        hex(&hash.finalize()[..8])
    });
    &HASH
}

/// Where the browser finds a file of the bundle.
pub fn bundle_url(name: &str) -> String {
    format!("/pkg/{}/{name}", bundle_hash())
}

/// The modules of a part of the bundle, in the order in which the build listed them; none if it has no such part.
pub fn part(name: &str) -> &'static [String] {
    static PARTS: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
        let list = Embedded::get("pkg/parts.json");
        let parts: HashMap<String, Vec<String>> = list
            .and_then(|file| serde_json::from_slice(&file.data).ok())
            .unwrap_or_default();
        let files = |stems: Vec<String>| stems.iter().map(|stem| format!("{stem}.wasm")).collect();
        parts
            .into_iter()
            .map(|(name, stems)| (name, files(stems)))
            .collect()
    });
    PARTS.get(name).map_or(&[], Vec::as_slice)
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("webmanifest") => "application/manifest+json",
        Some("json") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
