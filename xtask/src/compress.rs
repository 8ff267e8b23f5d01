//! Compressed copies of static files, made at build time so that the server never compresses.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::workspace::Flavour;

/// The compressed forms of a file as (suffix, content); none for what does not get smaller.
pub(crate) fn variants(
    name: &Path,
    content: &[u8],
    flavour: Flavour,
) -> Result<Vec<(&'static str, Vec<u8>)>> {
    if !is_compressible(name) {
        return Ok(Vec::new());
    }
    let mut variants = match flavour {
        // Enough for a phone on the local network, and done in a blink.
        Flavour::Development => vec![("gz", gzip(content, 1)?)],
        Flavour::Release => vec![("br", brotli(content)?), ("gz", gzip(content, 9)?)],
    };
    variants.retain(|(_, small)| small.len() < content.len());
    Ok(variants)
}

fn is_compressible(name: &Path) -> bool {
    const TEXT: [&str; 9] = [
        "wasm",
        "js",
        "css",
        "svg",
        "html",
        "json",
        "txt",
        "webmanifest",
        "ico",
    ];
    name.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| TEXT.contains(&extension))
}

fn gzip(content: &[u8], level: u32) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(content).context("failed to gzip")?;
    encoder.finish().context("failed to gzip")
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut small, &parameters)
        .context("failed to compress with brotli")?;
    Ok(small)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_release_file_unpacks_to_itself_from_both_forms() {
        let content = "body { color: red }\n".repeat(200).into_bytes();
        let variants = variants(Path::new("a.css"), &content, Flavour::Release).unwrap();
        assert_eq!(
            variants.iter().map(|v| v.0).collect::<Vec<_>>(),
            ["br", "gz"]
        );
        let (mut from_br, mut from_gz) = (Vec::new(), Vec::new());
        brotli::BrotliDecompress(&mut &variants[0].1[..], &mut from_br).unwrap();
        flate2::read::GzDecoder::new(&variants[1].1[..])
            .read_to_end(&mut from_gz)
            .unwrap();
        assert_eq!(from_br, content);
        assert_eq!(from_gz, content);
    }

    #[test]
    fn what_does_not_shrink_or_is_packed_already_has_no_second_form() {
        assert!(
            variants(Path::new("a.txt"), b"ab", Flavour::Release)
                .unwrap()
                .is_empty()
        );
        let packed = vec![0; 4096];
        assert!(
            variants(Path::new("a.png"), &packed, Flavour::Release)
                .unwrap()
                .is_empty()
        );
    }
}
