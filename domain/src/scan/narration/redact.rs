//! Takes addresses and names out of texts and puts them back: `host-1` stands for the same host all the way through.
//!
//! What is no address and has no dot can't be told from any other word, but for the names that are known: the target's, and
//! those of certificates and of reverse DNS. Where it is in doubt, it is taken out.

use crate::{
    mac::Mac,
    scan::{ScanResult, metadata::MetadataKind},
};
use std::net::IpAddr;

/// What stands in for a host, before its number.
const PLACE: &str = "host-";
/// Programs whose names look like hosts'.
const PROGRAMS: [&str; 6] = [
    "asp.net",
    "express.js",
    "next.js",
    "node.js",
    "socket.io",
    "vue.js",
];
/// First parts of names that say nothing of whose host it is.
const ORDINARY: [&str; 15] = [
    "api", "dns", "ftp", "host", "http", "https", "imap", "mail", "mx", "ns", "pop", "smtp", "ssh",
    "web", "www",
];
/// What a certificate's description says besides names.
const PLAIN: [&str; 3] = ["self-signed", "for another name", "by an unknown authority"];

/// Hosts and what stands in for them.
#[derive(Clone, Debug, Default)]
pub(super) struct Placeholders {
    /// As they are shown; the first is `host-1`.
    hosts: Vec<String>,
    /// Words that stand for a host too, in lower case.
    also: Vec<(String, usize)>,
}

impl Placeholders {
    /// Knows the names that a result is about.
    pub(super) fn of(result: &ScanResult) -> Self {
        let mut places = Self::default();
        let (_, host, _) = parts(&result.target);
        places.learn(host);
        if result.ip_address.parse::<IpAddr>().is_ok() {
            places.learn(&result.ip_address);
        }
        let of_names = [MetadataKind::ReverseName, MetadataKind::AbuseContact];
        for fact in result
            .metadata
            .iter()
            .filter(|it| of_names.contains(&it.kind))
        {
            places.learn(&fact.value);
        }
        places
    }

    fn learn(&mut self, host: &str) {
        let number = self.number(host);
        let host = host.to_lowercase();
        if let Some((first, _)) = host.split_once('.')
            && first.parse::<u32>().is_err()
            && first.len() > 2
            && !ORDINARY.contains(&first)
        {
            self.also.push((first.to_owned(), number));
        }
        self.also.push((host, number));
    }

    fn number(&mut self, host: &str) -> usize {
        let known = self
            .hosts
            .iter()
            .position(|it| it.eq_ignore_ascii_case(host));
        known.unwrap_or_else(|| {
            self.hosts.push(host.to_owned());
            self.hosts.len() - 1
        }) + 1
    }

    fn place(&mut self, host: &str) -> String {
        let lower = host.to_lowercase();
        let also = self.also.iter().find(|(word, _)| *word == lower);
        let number = match also {
            Some((_, number)) => *number,
            None => self.number(host),
        };
        format!("{PLACE}{number}")
    }

    /// A target without its host and its path.
    pub(super) fn target(&mut self, target: &str) -> String {
        let (scheme, host, port) = parts(target);
        let place = self.place(host);
        match port {
            Some(port) => format!("{scheme}{place}:{port}"),
            None => format!("{scheme}{place}"),
        }
    }

    /// A text without addresses and names.
    pub(super) fn take_out(&mut self, text: &str) -> String {
        let words: Vec<String> = text.split(' ').map(|word| self.chunk(word)).collect();
        words.join(" ")
    }

    /// What is said of a certificate, without its names.
    pub(super) fn certificate(&mut self, detail: &str) -> String {
        if !detail.starts_with("TLSv") {
            return self.take_out(detail);
        }
        let mut kept = Vec::new();
        for part in detail.split(", ") {
            if part.starts_with("TLSv") || part.starts_with("until ") || PLAIN.contains(&part) {
                kept.push(part.to_owned());
            } else {
                let (names, more) = part.split_once(" and ").unwrap_or((part, ""));
                let places: Vec<String> = if names.contains('=') {
                    vec![self.place(part)]
                } else {
                    names.split(' ').map(|name| self.place(name)).collect()
                };
                let more = if more.ends_with(" more") {
                    " and more"
                } else {
                    ""
                };
                kept.push(format!("for {}{more}", places.join(" ")));
            }
        }
        kept.join(", ")
    }

    /// Something between two spaces: a URL loses its path, which may tell as much as its host.
    fn chunk(&mut self, chunk: &str) -> String {
        let Some(at) = chunk.find("://") else {
            return self.pieces(chunk);
        };
        let (before, rest) = (&chunk[..at], &chunk[at + 3..]);
        let end = rest.find(['"', '\'', '”', '’', ')', '>', ',', ';', '|']);
        let (url, after) = rest.split_at(end.unwrap_or(rest.len()));
        let (_, host, port) = parts(url);
        let port = port.map_or(String::new(), |port| format!(":{port}"));
        let place = self.place(host);
        format!(
            "{}://{place}{port}{}",
            self.pieces(before),
            self.chunk(after)
        )
    }

    fn pieces(&mut self, chunk: &str) -> String {
        let is_word = |c: char| c.is_alphanumeric() || "._-:%@".contains(c);
        let mut out = String::new();
        let mut rest = chunk;
        while let Some(first) = rest.chars().next() {
            let end = rest
                .find(|c: char| is_word(c) != is_word(first))
                .unwrap_or(rest.len());
            let (piece, after) = rest.split_at(end);
            if is_word(first) {
                out.push_str(&self.word(piece));
            } else {
                out.push_str(piece);
            }
            rest = after;
        }
        out
    }

    fn word(&mut self, word: &str) -> String {
        // What stands for a host already stays.
        if next_place(word).is_some_and(|(at, _, end)| at == 0 && end == word.len()) {
            return word.to_owned();
        }
        let ends = ['.', ':', '-', '_'];
        for core in [word, word.trim_end_matches(ends), word.trim_matches(ends)] {
            if self.is_host(core) {
                let place = self.place(core);
                return word.replacen(core, &place, 1);
            }
        }
        for apart in ['@', '%', ':', '-', '_'] {
            if word.contains(apart) {
                let parts: Vec<String> = word.split(apart).map(|part| self.word(part)).collect();
                let joined = parts.join(apart.encode_utf8(&mut [0; 4]));
                if joined != word {
                    return joined;
                }
            }
        }
        word.to_owned()
    }

    fn is_host(&self, word: &str) -> bool {
        let lower = word.to_lowercase();
        self.also.iter().any(|(known, _)| *known == lower)
            || is_address(word)
            || word.split_once('@').is_some_and(|(who, at)| {
                !who.is_empty() && (is_address(at) || is_name(&at.to_lowercase()))
            })
            || is_name(&lower)
    }

    /// Whether something stands for a host.
    pub(super) fn has(&self, number: &str) -> bool {
        let number = number.parse::<usize>();
        number.is_ok_and(|number| (1..=self.hosts.len()).contains(&number))
    }

    /// A text with the hosts back in their places.
    pub(super) fn put_back(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((at, number, end)) = next_place(rest) {
            out.push_str(&rest[..at]);
            let host = number.parse::<usize>().ok();
            let host = host.and_then(|number| self.hosts.get(number.checked_sub(1)?));
            out.push_str(host.map_or(&rest[at..end], String::as_str));
            rest = &rest[end..];
        }
        out.push_str(rest);
        out
    }
}

/// The next `host-1` in a text: where it begins, its number, where it ends.
pub(super) fn next_place(text: &str) -> Option<(usize, &str, usize)> {
    let lower = text.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find(PLACE) {
        let at = from + found;
        let begin = at + PLACE.len();
        let digits = lower[begin..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        let end = begin + digits;
        let is_word = |c: char| c.is_alphanumeric();
        let is_inside = text[..at].chars().next_back().is_some_and(is_word)
            || text[end..].chars().next().is_some_and(is_word);
        if digits > 0 && !is_inside {
            return Some((at, &text[begin..end], end));
        }
        from = begin;
    }
    None
}

/// Scheme with `://`, host and port of a target or URL, as far as they are there.
pub(super) fn parts(target: &str) -> (&str, &str, Option<&str>) {
    let (scheme, rest) = match target.find("://") {
        Some(at) => target.split_at(at + 3),
        None => ("", target),
    };
    let rest = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    if rest.parse::<IpAddr>().is_ok() {
        return (scheme, rest, None);
    }
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
            (host, Some(port))
        }
        _ => (rest, None),
    };
    (scheme, host.trim_matches(['[', ']']), port)
}

/// An address, however odd: also one with zeroes in front, or with hyphens as in the names that clouds give.
fn is_address(word: &str) -> bool {
    let numbers = |apart: char| {
        let parts: Vec<&str> = word.split(apart).collect();
        let four = parts.windows(4).any(|four| {
            four.iter()
                .all(|it| it.parse::<u16>().is_ok_and(|n| n < 256) && it.len() <= 4)
        });
        four && (apart == '-' || parts.len() == 4)
    };
    word.split('%')
        .next()
        .is_some_and(|it| it.parse::<IpAddr>().is_ok())
        || word.parse::<Mac>().is_ok()
        || numbers('.')
        || numbers('-')
}

/// A name with a dot whose last part could be a top-level domain; in lower case.
fn is_name(word: &str) -> bool {
    let Some((front, last)) = word.rsplit_once('.') else {
        return false;
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || "-_".contains(c))
    };
    let is_top = last.chars().count() > 1 && last.chars().all(char::is_alphabetic)
        || last.starts_with("xn--");
    is_top && is_label(last) && front.split('.').all(is_label) && !PROGRAMS.contains(&word)
}

#[cfg(test)]
#[path = "redact_tests.rs"]
mod tests;
