//! The facts as a model is told them: few, short, clean, and never more than a page or two.

use super::redact::Placeholders;
use crate::{
    port::Proto,
    risk::{Confidence, RiskLevel, Severity},
    scan::{Outcome, ScanResult, category::ServiceCategory},
    text,
};
use serde::Serialize;

/// Ports that are told.
const PORTS: usize = 60;
/// Findings that are told, the worst first.
const FINDINGS: usize = 12;
/// Observations that are told.
const OBSERVATIONS: usize = 20;
/// Characters of one string.
const SHORT: usize = 160;
/// Characters of a summary or recommendation.
const LONG: usize = 900;

/// One result as one block of facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Brief {
    target: String,
    address: String,
    anything_answered: bool,
    reachable_from_the_internet: bool,
    network_category: ServiceCategory,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    open_port_count: usize,
    pub(super) open_ports: Vec<BriefPort>,
    /// What servers said, and what failed: `http/80: 200 OK, nginx`.
    pub(super) observations: Vec<String>,
    finding_count: usize,
    findings: Vec<BriefFinding>,
    risk_level: RiskLevel,
    risk_score_of_100: u8,
    rules_summary: String,
    rules_recommendation: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct BriefPort {
    pub(super) port: u16,
    proto: Proto,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct BriefFinding {
    severity: Severity,
    confidence: Confidence,
    evidence: String,
    reason: String,
    fix: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refs: Vec<String>,
}

/// Makes strings fit to be told.
struct Editor<'a>(Option<&'a mut Placeholders>);

impl Editor<'_> {
    fn cut(&mut self, text: &str, most: usize) -> String {
        // Cleaned first, lest an invisible character hides a name.
        let clean = text::cut(text, usize::MAX);
        let told = match &mut self.0 {
            Some(places) => places.take_out(&clean),
            None => clean,
        };
        text::cut(&told, most)
    }

    fn short(&mut self, text: &str) -> String {
        self.cut(text, SHORT)
    }

    fn maybe(&mut self, text: Option<&String>) -> Option<String> {
        text.map(|text| self.short(text))
    }
}

impl Brief {
    /// What is told of a result. Without names, what says whose the network is stays here too.
    pub(super) fn of(result: &ScanResult, places: Option<&mut Placeholders>) -> Self {
        let is_open = places.is_none();
        let mut edit = Editor(places);
        Self {
            target: match &mut edit.0 {
                Some(places) => places.target(&result.target),
                None => edit.short(&result.target),
            },
            address: edit.short(&result.ip_address),
            anything_answered: result.availability,
            reachable_from_the_internet: result.publicly_exposed,
            network_category: result.service_category,
            country: edit.maybe(result.country.as_ref()),
            location: edit.maybe(result.location.as_ref().filter(|_| is_open)),
            provider: edit.maybe(result.provider.as_ref().filter(|_| is_open)),
            open_port_count: result.open_ports.len(),
            open_ports: ports(result, &mut edit),
            observations: observations(result, &mut edit),
            finding_count: result.findings.len(),
            findings: findings(result, &mut edit),
            risk_level: result.risk_level,
            risk_score_of_100: result.risk_score,
            rules_summary: edit.cut(&result.risk_summary, LONG),
            rules_recommendation: edit.cut(&result.recommendation, LONG),
        }
    }

    /// Every text of it that a whole number may be taken from.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let ports = self.open_ports.iter().flat_map(|port| {
            let BriefPort {
                service,
                product,
                version,
                ..
            } = port;
            [service, product, version].into_iter().flatten()
        });
        let findings = self.findings.iter().flat_map(|it| {
            [&it.evidence, &it.reason, &it.fix]
                .into_iter()
                .chain(&it.refs)
        });
        let network = [&self.country, &self.location, &self.provider];
        let words = [&self.rules_summary, &self.rules_recommendation];
        ports
            .chain(findings)
            .chain(&self.observations)
            .chain(network.into_iter().flatten())
            .chain(words)
            .map(String::as_str)
    }
}

fn ports(result: &ScanResult, edit: &mut Editor<'_>) -> Vec<BriefPort> {
    let told = result.open_ports.iter().take(PORTS);
    told.map(|it| BriefPort {
        port: it.port,
        proto: it.proto,
        service: edit.maybe(it.service.as_ref()),
        product: edit.maybe(it.product.as_ref()),
        version: edit.maybe(it.version.as_ref()),
    })
    .collect()
}

/// What was talked about. Which ports are open stands elsewhere, and which are not is no news.
fn observations(result: &ScanResult, edit: &mut Editor<'_>) -> Vec<String> {
    let said = result.accessibility_tests.iter();
    let said = said.filter(|it| !it.test.starts_with("tcp/") && it.outcome != Outcome::Skipped);
    said.take(OBSERVATIONS)
        .map(|it| {
            let detail = match &mut edit.0 {
                Some(places) if it.test.starts_with("tls/") => places.certificate(&it.detail),
                _ => it.detail.clone(),
            };
            edit.short(&format!("{}: {detail}", it.test))
        })
        .collect()
}

fn findings(result: &ScanResult, edit: &mut Editor<'_>) -> Vec<BriefFinding> {
    let told = result.findings.iter().take(FINDINGS);
    told.map(|it| BriefFinding {
        severity: it.severity,
        confidence: it.confidence,
        evidence: edit.short(&it.evidence),
        reason: edit.short(&it.reason),
        fix: edit.short(&it.fix),
        refs: refs(&it.refs).map(|text| edit.short(text)).collect(),
    })
    .collect()
}

/// Identifiers; links are of no use to a model.
fn refs(refs: &[String]) -> impl Iterator<Item = &String> {
    refs.iter().filter(|it| !it.contains("://")).take(3)
}
