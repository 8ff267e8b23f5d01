//! How risky is what an address exposes: findings by stated rules, a score whose arithmetic is shown, words for people.
//!
//! The same facts always give the same verdict, in whatever order they come. The model has a number, [`MODEL`], which is
//! stored with each verdict. Its severities follow Shadowserver's definitions and CISA's BOD 23-02: critical is control
//! or data without a password, high is what belongs behind a firewall, medium is what needs a listener in the middle or
//! helps an attack on others, low is good practice left out.

mod exposure;
pub mod kev;
mod score;
mod services;
mod version;
mod web;
mod words;

use crate::{
    port::{OpenPort, Proto, Service},
    time::Timestamp,
};
pub use score::{Step, score};
use serde::{Deserialize, Serialize};
use std::fmt;
pub use words::{recommendation, summary};

/// The number of these rules. It changes whenever the same facts could give another verdict.
pub const MODEL: u32 = 2;

/// How bad one finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing, no risk in itself.
    Info,
    /// Good practice left out.
    Low,
    /// Needs a listener in the middle, or helps an attack on others.
    Medium,
    /// Belongs behind a firewall, or has no maintainer any more.
    High,
    /// Control or data without a password, or exploited in the wild.
    Critical,
}

impl Severity {
    /// The chance, in percent, that the score is made of.
    pub fn points(self) -> u8 {
        match self {
            Self::Info => 0,
            Self::Low => 5,
            Self::Medium => 20,
            Self::High => 45,
            Self::Critical => 80,
        }
    }

    /// One step lower: what is only reachable from a private network.
    #[must_use]
    pub fn lower(self) -> Self {
        match self {
            Self::Info | Self::Low => Self::Info,
            Self::Medium => Self::Low,
            Self::High => Self::Medium,
            Self::Critical => Self::High,
        }
    }
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Only the port's number says so.
    Inferred,
    /// The service or its version says so of itself.
    Probable,
    /// It was tried.
    Confirmed,
}

/// Something that adds to the risk, or that is worth knowing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// A stable word for the rule, such as `exposed_rdp`.
    #[cfg_attr(feature = "openapi", schema(example = "exposed_rdp"))]
    pub id: String,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What was seen: `3389/tcp ms-wbt-server`.
    pub evidence: String,
    /// Why it matters, one sentence.
    pub reason: String,
    /// What to do, one sentence.
    pub fix: String,
    /// Where the rule comes from.
    pub refs: Vec<String>,
}

/// The verdict in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RiskLevel {
    /// Not enough was seen to say anything. This is not `none`.
    Unknown,
    /// A complete scan found nothing that adds risk.
    None,
    /// Score 5 and more.
    Low,
    /// Score 20 and more.
    Medium,
    /// Score 45 and more.
    High,
    /// Score 80 and more.
    Critical,
}

impl RiskLevel {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for RiskLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// From where an address can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// From everywhere: global unicast.
    Public,
    /// From its own network: RFC 1918, RFC 4193, RFC 6598, link-local, loopback.
    Private,
}

/// How much of a scan there was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Complete,
    /// Some of it, and why not the rest: what was found counts, what was not found says nothing.
    Partial(String),
    /// None of it, and why.
    Nothing(String),
}

/// An open port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortFact {
    /// Its protocol.
    pub proto: Proto,
    /// Its number.
    pub port: u16,
    /// What answers.
    pub service: Service,
    /// Whether the service told its name itself, rather than the port's number.
    pub is_probed: bool,
    /// It lets strangers in: seen, not guessed.
    pub is_unauthenticated: bool,
    /// Identifiers of known vulnerabilities that a scanner reported, `CVE-…`, and whether it says that they are exploited;
    /// those in [`kev`] are, whatever it says.
    pub cves: Vec<(String, bool)>,
}

impl From<&OpenPort> for PortFact {
    /// A port as a port scanner tells of it. A service's name alone is what the port's number says.
    fn from(open: &OpenPort) -> Self {
        Self {
            proto: open.proto,
            port: open.port,
            service: open.service.clone(),
            is_probed: open.service.product.is_some(),
            is_unauthenticated: false,
            cves: Vec::new(),
        }
    }
}

/// What a web server said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpFact {
    /// Its port.
    pub port: u16,
    /// Over TLS.
    pub is_tls: bool,
    /// Its page's title, one clean line.
    pub title: Option<String>,
    /// It asks for a password by HTTP Basic.
    pub asks_basic: bool,
    /// It sends the reader to https.
    pub leads_to_tls: bool,
    /// It lists a folder's files.
    pub lists_files: bool,
    /// Of a page over TLS: it does not insist on TLS (RFC 6797).
    pub lacks_hsts: bool,
}

/// What a TLS server showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFact {
    /// Its port.
    pub port: u16,
    /// The protocol that was agreed on, such as `TLSv1.2`, where it is older than TLS 1.2.
    pub outdated_version: Option<String>,
    /// The certificate is valid from.
    pub not_before: Timestamp,
    /// The certificate is valid until.
    pub not_after: Timestamp,
    /// Nobody but itself vouches for it.
    pub is_self_signed: bool,
    /// It is for another name than the one that was asked for; absent when an address was asked.
    pub is_for_another_name: bool,
}

/// What others say about the address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reputation {
    /// A proxy, VPN or Tor exit.
    pub is_proxy: bool,
}

/// Everything that was seen of one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// From where it can be reached.
    pub scope: Scope,
    /// How much was scanned.
    pub extent: Extent,
    /// How many ports were asked; 0 = it is not known.
    pub asked: usize,
    /// Open ports.
    pub ports: Vec<PortFact>,
    /// Web servers.
    pub http: Vec<HttpFact>,
    /// TLS servers.
    pub tls: Vec<TlsFact>,
    /// What others say.
    pub reputation: Reputation,
    /// When it was seen.
    pub at: Timestamp,
}

/// How risky, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verdict {
    /// The rules' number.
    pub model: u32,
    /// In one word.
    pub level: RiskLevel,
    /// 0 to 100.
    pub score: u8,
    /// Why, the worst first.
    pub findings: Vec<Finding>,
    /// How the score came about, step by step.
    pub arithmetic: Vec<Step>,
}

/// With so many open ports it is no host but something that answers for all of them.
const EVERYTHING_OPEN: usize = 1000;
/// So is what answers at three quarters of the ports that were asked, if those were at least so many.
const MANY_ASKED: usize = 50;

/// The verdict on what was seen.
pub fn assess(facts: &Facts) -> Verdict {
    let mut findings = if answers_everywhere(facts) {
        vec![exposure::answers_everywhere(facts.ports.len())]
    } else {
        let mut findings = exposure::findings(facts);
        findings.extend(version::findings(facts));
        findings.extend(web::findings(facts));
        findings
    };
    findings.extend(reputation(facts));
    sort(&mut findings);
    findings.dedup();
    let (score, arithmetic) = score::score(findings.iter().map(|finding| finding.severity));
    let level = match &facts.extent {
        Extent::Nothing(_) => RiskLevel::Unknown,
        // Nothing found in a part of a scan is no all-clear.
        Extent::Partial(_) if score == 0 => RiskLevel::Unknown,
        Extent::Partial(_) | Extent::Complete => {
            score::level(score, findings.first().map(|finding| finding.severity))
        }
    };
    Verdict {
        model: MODEL,
        level,
        score,
        findings,
        arithmetic,
    }
}

fn answers_everywhere(facts: &Facts) -> bool {
    let open = facts.ports.len();
    open >= EVERYTHING_OPEN || facts.asked >= MANY_ASKED && open * 4 >= facts.asked * 3
}

/// The worst first, the surest of them first; else by rule and evidence, so that the order of the facts does not matter.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (b.severity, b.confidence)
            .cmp(&(a.severity, a.confidence))
            .then_with(|| a.cmp(b))
    });
}

fn reputation(facts: &Facts) -> Option<Finding> {
    facts.reputation.is_proxy.then(|| Finding {
        id: "known_proxy".into(),
        severity: Severity::Medium,
        confidence: Confidence::Probable,
        evidence: "listed as a proxy, VPN or Tor exit".into(),
        reason: "Strangers' traffic leaves from this address, so its log lines may be somebody else's."
            .into(),
        fix: "Do not take the address for a person or a place; if it is yours, find out who relays through it.".into(),
        refs: Vec::new(),
    })
}

/// A finding about a port, with its evidence in words.
fn evidence(port: &PortFact) -> String {
    let Service {
        name,
        product,
        version,
    } = &port.service;
    let mut words = format!("{}/{}", port.port, port.proto);
    for part in [name, product, version].into_iter().flatten() {
        words.push(' ');
        words.push_str(part);
    }
    words
}

#[cfg(test)]
#[path = "risk/tests.rs"]
mod tests;
