//! What a text of English names: ports, numbers, vulnerabilities, addresses, hosts and links.

use std::net::IpAddr;

/// Numbers up to here count things and say nothing of ports.
const SMALL: u64 = 20;
/// Words that may stand between "port" and its number, or between two numbers.
const FILLERS: [&str; 19] = [
    "number",
    "numbers",
    "no",
    "nr",
    "and",
    "or",
    "to",
    "through",
    "both",
    "as",
    "well",
    "plus",
    "tcp",
    "udp",
    "the",
    "especially",
    "namely",
    "on",
    "like",
];
/// Words behind a number that make it a count, a time or a share.
const UNITS: [&str; 37] = [
    "bit",
    "bits",
    "byte",
    "bytes",
    "character",
    "characters",
    "day",
    "days",
    "factor",
    "finding",
    "findings",
    "further",
    "host",
    "hosts",
    "hour",
    "hours",
    "minute",
    "minutes",
    "month",
    "months",
    "more",
    "open",
    "other",
    "others",
    "percent",
    "ports",
    "second",
    "seconds",
    "service",
    "services",
    "system",
    "systems",
    "additional",
    "week",
    "weeks",
    "year",
    "years",
];
/// Words before a number that make it a port: "listens on 4444".
const PLACES: [&str; 4] = ["on", "at", "via", "over"];
/// Endings of names that are hosts' and not files'.
const TOPS: [&str; 38] = [
    "app", "at", "be", "biz", "br", "cc", "ch", "click", "club", "cn", "co", "com", "de", "dev",
    "edu", "eu", "example", "fr", "gov", "info", "io", "it", "link", "me", "mil", "net", "nl",
    "online", "org", "ru", "shop", "site", "test", "top", "tv", "uk", "us", "xyz",
];
/// Programs whose names look like hosts'.
const PROGRAMS: [&str; 2] = ["asp.net", "socket.io"];

/// Something that a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// A port.
    Port(u64),
    /// A number that counts nothing small, no time and no share.
    Number(u64),
    /// A vulnerability, as `CVE-2021-44228`; other catalogues' as they are.
    Vulnerability(String),
    /// An address.
    Address(IpAddr),
    /// A host's name.
    Host(String),
    /// A link.
    Link,
}

/// Everything that a text names.
pub(super) fn of(text: &str) -> Vec<Claim> {
    let text = plain(text);
    let mut claims: Vec<Claim> = vulnerabilities(&text)
        .into_iter()
        .map(Claim::Vulnerability)
        .collect();
    if ["://", "](", "mailto:"]
        .iter()
        .any(|mark| text.contains(mark))
    {
        claims.push(Claim::Link);
    }
    let mut words = Vec::new();
    for chunk in text.split_whitespace() {
        if let Some((ip, port)) = address(chunk) {
            claims.push(Claim::Address(ip));
            claims.extend(port.map(Claim::Port));
            words.push(String::new());
        } else {
            claims.extend(ports_within(chunk));
            claims.extend(host(chunk));
            words.extend(split(chunk));
        }
    }
    claims.extend(numbers(&words));
    claims
}

/// Lower case, with one kind of hyphen.
fn plain(text: &str) -> String {
    let hyphen = |c| match c {
        '\u{2010}'..='\u{2015}' => '-',
        '\u{a0}' => ' ',
        c => c,
    };
    text.chars().map(hyphen).collect::<String>().to_lowercase()
}

/// The whole numbers in a text.
pub(super) fn integers(text: &str) -> impl Iterator<Item = u64> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter_map(|it| it.parse().ok())
}

/// The vulnerabilities that a text names, however they are spelt.
pub(super) fn vulnerabilities(text: &str) -> Vec<String> {
    let text = plain(text);
    let parts: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    let is_digits = |text: &str, least: usize, most: usize| {
        (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    let mut found = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let next = |more: usize| parts.get(at + more).copied().unwrap_or_default();
        let year = part.strip_prefix("cve").filter(|it| is_digits(it, 4, 4));
        if *part == "cve" && is_digits(next(1), 4, 4) && is_digits(next(2), 4, 9) {
            found.push(format!("CVE-{}-{}", next(1), next(2)));
        } else if let Some(year) = year
            && is_digits(next(1), 4, 9)
        {
            found.push(format!("CVE-{year}-{}", next(1)));
        } else if *part == "ghsa" {
            found.push(format!("GHSA-{}-{}-{}", next(1), next(2), next(3)));
        } else if part
            .strip_prefix("ms")
            .is_some_and(|it| is_digits(it, 2, 2))
            && is_digits(next(1), 3, 3)
        {
            found.push(format!("{}-{}", part.to_uppercase(), next(1)));
        }
    }
    // Without its first word.
    for chunk in text.split(|c: char| !(c.is_ascii_digit() || c == '-')) {
        if let Some((year, number)) = chunk.split_once('-')
            && is_digits(year, 4, 4)
            && year.starts_with(['1', '2'])
            && is_digits(number, 4, 9)
        {
            found.push(format!("CVE-{year}-{number}"));
        }
    }
    found
}

/// An address, and a port behind it.
fn address(chunk: &str) -> Option<(IpAddr, Option<u64>)> {
    let chunk = chunk.trim_matches(|c: char| !(c.is_ascii_alphanumeric() || "[]:".contains(c)));
    let chunk = chunk.trim_end_matches(':');
    let chunk = chunk.split_once('/').map_or(chunk, |(front, _)| front);
    let bare = |text: &str| text.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    if let Some(ip) = bare(chunk).or_else(|| bare(chunk.trim_start_matches(':'))) {
        return Some((ip.to_canonical(), None));
    }
    let (front, port) = chunk.rsplit_once(':')?;
    Some((bare(front)?.to_canonical(), Some(port.parse().ok()?)))
}

/// `22/tcp`, `tcp/22`, `:22`.
fn ports_within(chunk: &str) -> Vec<Claim> {
    let number = |text: &str| {
        let text = text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        text.parse::<u64>().ok()
    };
    let is_kind = |text: &str| {
        let text = text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        [
            "tcp", "udp", "sctp", "port", "ports", "http", "https", "tls", "ssl",
        ]
        .contains(&text)
    };
    let slashed: Vec<&str> = chunk.split('/').collect();
    let is_kinded = slashed.iter().any(|part| is_kind(part));
    let of_slashes = slashed
        .iter()
        .filter(|_| is_kinded)
        .filter_map(|it| number(it));
    let of_colons = chunk.split(':').skip(1).filter_map(|part| {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        part[..digits].parse::<u64>().ok()
    });
    of_slashes.chain(of_colons).map(Claim::Port).collect()
}

/// A host's name, or a name and a path.
fn host(chunk: &str) -> Option<Claim> {
    let chunk = chunk.trim_matches(|c: char| !c.is_alphanumeric());
    let end = chunk.find(['/', ':', '?']).unwrap_or(chunk.len());
    let name = chunk[..end].rsplit('@').next().unwrap_or_default();
    let (front, last) = name.rsplit_once('.')?;
    let has_letter = front.chars().any(char::is_alphabetic);
    let is_host = has_letter
        && (TOPS.contains(&last) || last.starts_with("xn--") || front.starts_with("www."));
    (is_host && !PROGRAMS.contains(&name)).then(|| Claim::Host(name.to_owned()))
}

/// The words of a chunk for the search of numbers: what is no word ends up as marks of their own.
fn split(chunk: &str) -> Vec<String> {
    let is_kept = |c: char| c.is_alphanumeric() || "._-:".contains(c);
    let mut words = Vec::new();
    if chunk.contains("24/7") {
        return words;
    }
    if chunk.starts_with('(') {
        words.push("(".to_owned());
    }
    for part in chunk.split(|c: char| !is_kept(c)) {
        let part = part.trim_matches(['.', '-', ':', '_']);
        // A range has two ends; a date is none.
        match part.split_once('-') {
            Some((a, b)) if is_number(a) && is_number(b) => {
                words.extend([a.to_owned(), b.to_owned()]);
            }
            _ if part.is_empty() => {}
            _ => words.push(part.to_owned()),
        }
    }
    if chunk.ends_with('%') {
        words.push("percent".into());
    }
    if chunk.ends_with(['.', ';', '!', '?']) {
        words.push(".".into());
    }
    words
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// The numbers among words: those behind "port" are ports, and others have to be known too.
fn numbers(words: &[String]) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut is_of_ports = false;
    for (at, word) in words.iter().enumerate() {
        let word = word.as_str();
        let next = words.get(at + 1).map_or("", String::as_str);
        let before = at.checked_sub(1).map_or("", |at| words[at].as_str());
        if ["port", "ports", "tcp", "udp"].contains(&word) {
            is_of_ports = true;
            continue;
        }
        let Ok(number) = word.parse::<u64>() else {
            is_of_ports = is_of_ports && FILLERS.contains(&word);
            continue;
        };
        let is_counted = UNITS.contains(&next);
        let is_few = is_counted && number <= SMALL;
        if (is_of_ports && !is_few) || (next == "port" && number > 1) {
            claims.push(Claim::Port(number));
        } else if number > SMALL && !is_counted && !is_year(number) {
            let is_place = PLACES.contains(&before) || before == "(";
            let is_date = is_place && (1..=31).contains(&number);
            claims.push(if is_place && !is_date && next != "of" {
                Claim::Port(number)
            } else {
                Claim::Number(number)
            });
        }
    }
    claims
}

fn is_year(number: u64) -> bool {
    (1990..=2040).contains(&number)
}
