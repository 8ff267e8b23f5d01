//! What is open that should not be: services by name or number, how many there are, and what has known holes.

use super::{
    Confidence, Facts, Finding, PortFact, Scope, Severity, evidence, kev,
    services::{self, Rule},
};
use crate::port::Proto;

const BOD_23_02: &str = "CISA BOD 23-02";

/// Findings about the open ports.
pub(super) fn findings(facts: &Facts) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for port in &facts.ports {
        if let Some((rule, confidence)) = services::rule(port) {
            findings.push(exposed(port, rule, confidence, facts.scope));
        }
        findings.extend(known_holes(port, facts.scope));
    }
    findings.extend(breadth(facts));
    findings
}

fn exposed(port: &PortFact, rule: &Rule, confidence: Confidence, scope: Scope) -> Finding {
    let (severity, confidence) = if port.is_unauthenticated {
        (Severity::Critical, Confidence::Confirmed)
    } else {
        (rule.severity, confidence)
    };
    let (severity, from) = match scope {
        Scope::Public => (severity, "from the public internet"),
        Scope::Private => (severity.lower(), "from its network"),
    };
    let seen = if port.is_unauthenticated {
        "answers without a password"
    } else {
        "is reachable"
    };
    Finding {
        id: format!("exposed_{}", rule.id),
        severity,
        confidence,
        evidence: evidence(port),
        reason: format!("{} {seen} {from}: {}.", rule.name, rule.why),
        fix: format!("{}.", rule.fix),
        refs: if rule.is_management {
            vec![BOD_23_02.into()]
        } else {
            Vec::new()
        },
    }
}

fn known_holes(port: &PortFact, scope: Scope) -> impl Iterator<Item = Finding> {
    port.cves.iter().map(move |(cve, is_said_exploited)| {
        let is_listed = kev::is_exploited(cve);
        let (severity, reason) = if is_listed || *is_said_exploited {
            (
                Severity::Critical,
                format!("{cve} is exploited in the wild, and the scanner reports it here."),
            )
        } else {
            (
                Severity::High,
                format!("The scanner reports {cve} here, judging by the version."),
            )
        };
        let mut refs = vec![cve.clone()];
        if is_listed {
            let edition = kev::edition();
            refs.push(format!("CISA Known Exploited Vulnerabilities, {edition}"));
        }
        Finding {
            id: "known_vulnerability".into(),
            severity: match scope {
                Scope::Public => severity,
                Scope::Private => severity.lower(),
            },
            confidence: Confidence::Probable,
            evidence: format!("{} {cve}", evidence(port)),
            reason,
            fix:
                "Update the program; the version alone does not tell whether a fix was backported."
                    .into(),
            refs,
        }
    })
}

/// Many open ports besides the web's are a risk of their own.
fn breadth(facts: &Facts) -> Option<Finding> {
    let others = facts
        .ports
        .iter()
        .filter(|port| !(port.proto == Proto::Tcp && matches!(port.port, 80 | 443)))
        .count();
    let severity = match others {
        50.. => Severity::High,
        20.. => Severity::Medium,
        10.. => Severity::Low,
        _ => return None,
    };
    Some(Finding {
        id: "many_ports".into(),
        severity: match facts.scope {
            Scope::Public => severity,
            Scope::Private => severity.lower(),
        },
        confidence: Confidence::Confirmed,
        evidence: format!("{others} open ports besides 80 and 443"),
        reason: "Each open port is one more program to keep up to date.".into(),
        fix: "Close what nobody uses, and let a firewall admit only what is meant to be reached."
            .into(),
        refs: vec!["CIS Controls v8, 4.8".into()],
    })
}

/// Every port open: nothing follows from any of them.
pub(super) fn answers_everywhere(ports: usize) -> Finding {
    Finding {
        id: "answers_everywhere".into(),
        severity: Severity::Info,
        confidence: Confidence::Confirmed,
        evidence: format!("{ports} open ports"),
        reason: "Nearly every port answers, as a proxy, a firewall or a trap does, so the ports say nothing about this address.".into(),
        fix: "Scan it from inside, where nothing answers in its place.".into(),
        refs: Vec::new(),
    }
}
