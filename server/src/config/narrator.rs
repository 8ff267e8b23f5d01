//! Which language model words summaries. A server of the operator's own outranks Gemini: what it is told stays closer.

use super::reader::Reader;
use engine::probe::narrate::{ApiKey, NarratorSettings};
use url::{Host, Url};

pub(super) fn read(r: &mut Reader) -> NarratorSettings {
    // Both are read, so that every mistake is told.
    let gemini = gemini(r);
    openai(r).or(gemini).unwrap_or_default()
}

fn gemini(r: &mut Reader) -> Option<NarratorSettings> {
    let url = url(r, "GEMINI_URL", |url| {
        url.scheme() == "https" || is_this_machine(url)
    });
    let model = model(r, "GEMINI_MODEL");
    let key = key(r, "GEMINI_API_KEY");
    Some(NarratorSettings::Gemini {
        key: key?,
        model: model?.trim_start_matches("models/").to_owned(),
        url: url?,
    })
}

fn openai(r: &mut Reader) -> Option<NarratorSettings> {
    let key = key(r, "OPENAI_API_KEY");
    if r.text("OPENAI_URL").is_empty() {
        return None;
    }
    let url = url(r, "OPENAI_URL", |_| true);
    if r.text("OPENAI_MODEL").is_empty() {
        r.complain("OPENAI_MODEL", "OPENAI_URL needs a model, such as llama3.2");
        return None;
    }
    Some(NarratorSettings::OpenAi {
        key,
        model: model(r, "OPENAI_MODEL")?,
        url: url?,
    })
}

fn key(r: &mut Reader, name: &str) -> Option<ApiKey> {
    let key = ApiKey::new(r.given(name)?.trim());
    if key.is_none() {
        r.complain(name, "expected letters, digits and signs without spaces");
    }
    key
}

fn model(r: &mut Reader, name: &str) -> Option<String> {
    let model = r.text(name).trim();
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"._-:/@+".contains(&b);
    if model.is_empty() || model.len() > 200 || !model.bytes().all(is_plain) {
        r.complain(name, "expected a model's name");
        return None;
    }
    Some(model.to_owned())
}

/// A URL of http without user and query; secrets do not belong into it.
fn url(r: &mut Reader, name: &str, is_fine: impl Fn(&Url) -> bool) -> Option<Url> {
    let url = Url::parse(r.text(name).trim()).ok().filter(|url| {
        let is_http = matches!(url.scheme(), "https" | "http");
        let is_bare = url.username().is_empty() && url.password().is_none();
        is_http && is_bare && url.query().is_none() && url.fragment().is_none()
    });
    let Some(url) = url else {
        // It is not repeated: a password may stand in it.
        r.refuse(
            name,
            "expected https:// or http:// and a host, without user and query",
        );
        return None;
    };
    if !is_fine(&url) {
        r.refuse(name, "over plain http the key could be read: use https");
        return None;
    }
    Some(url)
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
