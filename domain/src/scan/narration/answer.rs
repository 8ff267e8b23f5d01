//! What an answer may say: nothing that the facts do not. A rule that is broken drops the answer as a whole.
//!
//! What strangers wrote is in the facts, but permits nothing: ports come from the list of open ports, from what was asked
//! for and from the rules' own advice, vulnerabilities from the findings' references.

use super::{
    brief::Brief,
    claims::{self, Claim},
    levels,
    redact::{self, Placeholders},
};
use crate::{
    risk::{RiskLevel, Severity},
    scan::ScanResult,
    text,
};
use std::{collections::BTreeSet, net::IpAddr};

/// Why an answer is not used. It fits behind "the model's words were dropped: ".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// One of the two is empty.
    #[error("they are empty")]
    Empty,
    /// One of the two is too long.
    #[error("they are longer than {0} characters")]
    TooLong(usize),
    /// Control, invisible or unusual characters.
    #[error("they hold characters that plain English does not need")]
    Characters,
    /// A port that was not found open.
    #[error("they name port {0}, which is not in the facts")]
    Port(u64),
    /// A number that is not in the facts.
    #[error("they name the number {0}, which is not in the facts")]
    Number(u64),
    /// A vulnerability that no scanner reported.
    #[error("they name {0}, which is not in the facts")]
    Vulnerability(String),
    /// An address that is not the target's.
    #[error("they name an address that is not in the facts")]
    Address,
    /// A link or a host's name.
    #[error("they name a link or a host that is not in the facts")]
    Link,
    /// A stand-in for a host that does not exist.
    #[error("they name a host that is not in the facts")]
    Place,
    /// Another level than the verdict's.
    #[error("they call the risk {0}, and the verdict is {1}")]
    Level(&'static str, RiskLevel),
    /// A severity that no finding has.
    #[error("they speak of {0} severity, which no finding has")]
    Severity(&'static str),
    /// Another score than the verdict's.
    #[error("they name a score of {0}, and it is {1}")]
    Score(u64, u8),
    /// It says that all is well.
    #[error("they call it safe, which no scan can tell")]
    Safe,
}

/// What may be named.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) level: RiskLevel,
    pub(super) score: u8,
    pub(super) severities: Vec<Severity>,
    ports: BTreeSet<u64>,
    numbers: BTreeSet<u64>,
    vulnerabilities: BTreeSet<String>,
    addresses: Vec<IpAddr>,
    hosts: Vec<String>,
    /// The URL that was asked for, if it was one.
    url: Option<String>,
    places: Option<Placeholders>,
}

impl Known {
    pub(super) fn of(result: &ScanResult, brief: &Brief, places: Option<&Placeholders>) -> Self {
        let advice: Vec<&str> = result.findings.iter().map(|it| it.fix.as_str()).collect();
        let refs = result.findings.iter().flat_map(|it| &it.refs);
        let (_, host, asked) = redact::parts(&result.target);
        let tested = brief.observations.iter().filter_map(|it| {
            let (name, _) = it.split_once(':')?;
            name.split_once('/')?.1.parse::<u64>().ok()
        });
        let mut ports: BTreeSet<u64> = brief.open_ports.iter().map(|it| it.port.into()).collect();
        ports.extend(tested);
        ports.extend(asked.and_then(|port| port.parse::<u64>().ok()));
        ports.extend(advice.iter().flat_map(|text| claims::integers(text)));
        let mut numbers: BTreeSet<u64> = brief.texts().flat_map(claims::integers).collect();
        numbers.extend([100, u64::from(result.risk_score)]);
        numbers.extend([result.open_ports.len(), result.findings.len()].map(|n| n as u64));
        numbers.extend(&ports);
        // A version of four parts looks like an address, and so does "loopback" in numbers.
        let written = brief
            .open_ports
            .iter()
            .filter_map(|it| it.version.as_deref());
        let written = written.chain([
            result.ip_address.as_str(),
            host,
            "127.0.0.1",
            "::1",
            "0.0.0.0",
        ]);
        Self {
            level: result.risk_level,
            score: result.risk_score,
            severities: result.findings.iter().map(|it| it.severity).collect(),
            ports,
            numbers,
            vulnerabilities: refs
                .flat_map(|text| claims::vulnerabilities(text))
                .collect(),
            addresses: written.filter_map(|text| text.parse().ok()).collect(),
            hosts: [host, result.provider.as_deref().unwrap_or_default()]
                .iter()
                .flat_map(|text| text.split(' '))
                .map(|word| word.trim_matches(['.', ',']).to_lowercase())
                .collect(),
            url: result.target.contains("://").then(|| result.target.clone()),
            places: places.cloned(),
        }
    }

    /// Whether a text says nothing else.
    pub(super) fn check(&self, text: &str) -> Result<(), Rejected> {
        self.check_places(text)?;
        let shortened = self.url.as_ref().map(|url| text.replace(url, "the page"));
        let text = shortened.as_deref().unwrap_or(text);
        for claim in claims::of(text) {
            match claim {
                Claim::Port(port) if !self.ports.contains(&port) => {
                    return Err(Rejected::Port(port));
                }
                Claim::Number(number) if !self.numbers.contains(&number) => {
                    return Err(Rejected::Number(number));
                }
                Claim::Vulnerability(id) if !self.vulnerabilities.contains(&id) => {
                    return Err(Rejected::Vulnerability(id));
                }
                Claim::Address(ip) if !self.addresses.contains(&ip) => {
                    return Err(Rejected::Address);
                }
                Claim::Host(host) if !self.hosts.contains(&host) => return Err(Rejected::Link),
                Claim::Link => return Err(Rejected::Link),
                _ => {}
            }
        }
        levels::check(text, self)
    }

    fn check_places(&self, text: &str) -> Result<(), Rejected> {
        let Some(places) = &self.places else {
            return Ok(());
        };
        let mut rest = text;
        while let Some((_, number, end)) = redact::next_place(rest) {
            if !places.has(number) {
                return Err(Rejected::Place);
            }
            rest = &rest[end..];
        }
        Ok(())
    }
}

/// A text without spaces around it, of the right length and of plain characters.
pub(super) fn tidy(text: &str, limit: usize) -> Result<String, Rejected> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Rejected::Empty);
    }
    if text.chars().count() > limit {
        return Err(Rejected::TooLong(limit));
    }
    // Latin letters, dashes and quotation marks; digits and hyphens of other scripts would get past the rules.
    let is_plain = |c: char| match c {
        ' '..='~' | '\u{2010}'..='\u{2027}' | '€' => true,
        '\u{a0}'..='\u{24f}' => !c.is_numeric(),
        _ => false,
    };
    if text::is_clean(text) && text.chars().all(is_plain) {
        Ok(text.to_owned())
    } else {
        Err(Rejected::Characters)
    }
}
