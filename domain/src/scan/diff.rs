//! What changed between two scans, target by target.

use super::{Scan, ScanResult, ScannedPort};
use crate::{port::Proto, risk::RiskLevel};
use serde::{Deserialize, Serialize};

/// What changed between two scans.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScanDiff {
    /// Targets of the second scan that the first did not have.
    pub added: Vec<String>,
    /// Targets of the first scan that the second did not have.
    pub removed: Vec<String>,
    /// Targets of both that changed.
    pub changed: Vec<TargetDiff>,
    /// Targets of both that did not.
    pub same: u32,
}

/// What changed at one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TargetDiff {
    /// The target.
    pub target: String,
    /// Its addresses, before and after, where they differ.
    pub address: Option<(String, String)>,
    /// Whether it answered, before and after, where that differs.
    pub availability: Option<(bool, bool)>,
    /// Its verdict, before and after, where they differ.
    pub risk_level: Option<(RiskLevel, RiskLevel)>,
    /// Ports that opened.
    pub opened: Vec<ScannedPort>,
    /// Ports that closed.
    pub closed: Vec<ScannedPort>,
    /// Ports at which something else answers: before and after.
    pub replaced: Vec<(ScannedPort, ScannedPort)>,
    /// Findings, by rule and evidence, that are new.
    pub new_findings: Vec<String>,
    /// Findings that are gone.
    pub gone_findings: Vec<String>,
}

impl TargetDiff {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.address.is_none()
            && self.availability.is_none()
            && self.risk_level.is_none()
            && self.opened.is_empty()
            && self.closed.is_empty()
            && self.replaced.is_empty()
            && self.new_findings.is_empty()
            && self.gone_findings.is_empty()
    }
}

/// What changed from one scan to another. A target that was named twice counts once, by its first result.
pub fn diff(before: &Scan, after: &Scan) -> ScanDiff {
    let mut diff = ScanDiff::default();
    for new in firsts(after) {
        match find(before, &new.target) {
            None => diff.added.push(new.target.clone()),
            Some(old) => {
                let change = compare(old, new);
                if change.is_empty() {
                    diff.same += 1;
                } else {
                    diff.changed.push(change);
                }
            }
        }
    }
    let gone = firsts(before).filter(|old| find(after, &old.target).is_none());
    diff.removed = gone.map(|old| old.target.clone()).collect();
    diff
}

fn find<'a>(scan: &'a Scan, target: &str) -> Option<&'a ScanResult> {
    scan.results.iter().find(|result| result.target == target)
}

fn firsts(scan: &Scan) -> impl Iterator<Item = &ScanResult> {
    let results = scan.results.iter();
    results.filter(|result| find(scan, &result.target).is_some_and(|it| std::ptr::eq(it, *result)))
}

/// What changed from one result of a target to another.
pub fn compare(old: &ScanResult, new: &ScanResult) -> TargetDiff {
    let key = |port: &ScannedPort| (port.proto, port.port);
    let has = |ports: &[ScannedPort], wanted: (Proto, u16)| ports.iter().any(|p| key(p) == wanted);
    let without = |ports: &[ScannedPort], others: &[ScannedPort]| {
        let alone = ports.iter().filter(|port| !has(others, key(port)));
        alone.cloned().collect()
    };
    let replaced = new.open_ports.iter().filter_map(|port| {
        let before = old.open_ports.iter().find(|it| key(it) == key(port))?;
        (before != port).then(|| (before.clone(), port.clone()))
    });
    let names = |result: &ScanResult| -> Vec<String> {
        let names = result.findings.iter();
        names.map(|f| format!("{}: {}", f.id, f.evidence)).collect()
    };
    let (old_names, new_names) = (names(old), names(new));
    TargetDiff {
        target: new.target.clone(),
        address: changed(&old.ip_address, &new.ip_address),
        availability: changed(&old.availability, &new.availability),
        risk_level: changed(&old.risk_level, &new.risk_level),
        opened: without(&new.open_ports, &old.open_ports),
        closed: without(&old.open_ports, &new.open_ports),
        replaced: replaced.collect(),
        new_findings: missing(&new_names, &old_names),
        gone_findings: missing(&old_names, &new_names),
    }
}

fn changed<T: Clone + PartialEq>(before: &T, after: &T) -> Option<(T, T)> {
    (before != after).then(|| (before.clone(), after.clone()))
}

fn missing(these: &[String], from: &[String]) -> Vec<String> {
    let missing = these.iter().filter(|name| !from.contains(name));
    missing.cloned().collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{
        port::Service,
        risk::{Confidence, Finding, Severity},
        scan::{NewScan, ScanMode, ScanProgress, ScanStatus, category::ServiceCategory},
        time::Timestamp,
    };

    pub(in crate::scan) fn port(number: u16, version: &str) -> ScannedPort {
        let service = Service {
            version: Some(version.into()),
            ..Service::default()
        };
        ScannedPort::new(Proto::Tcp, number, &service)
    }

    pub(in crate::scan) fn result(
        target: &str,
        ports: &[(u16, &str)],
        findings: &[&str],
    ) -> ScanResult {
        let finding = |id: &&str| Finding {
            id: (*id).into(),
            severity: Severity::Low,
            confidence: Confidence::Inferred,
            evidence: "80/tcp".into(),
            reason: String::new(),
            fix: String::new(),
            refs: Vec::new(),
        };
        ScanResult {
            target: target.into(),
            ip_address: "203.0.113.1".into(),
            availability: !ports.is_empty(),
            location: None,
            country: None,
            provider: None,
            service_category: ServiceCategory::Unknown,
            publicly_exposed: true,
            open_ports: ports.iter().map(|(n, v)| port(*n, v)).collect(),
            accessibility_tests: Vec::new(),
            risk_level: if findings.is_empty() {
                RiskLevel::None
            } else {
                RiskLevel::Low
            },
            risk_summary: String::new(),
            recommendation: String::new(),
            risk_score: 0,
            risk_model: 1,
            findings: findings.iter().map(finding).collect(),
            risk_arithmetic: Vec::new(),
            metadata_source: None,
            metadata: Vec::new(),
            metadata_problems: Vec::new(),
            narration: None,
            duration_ms: 7,
        }
    }

    pub(in crate::scan) fn scan(results: Vec<ScanResult>) -> Scan {
        Scan {
            id: 1,
            token: "t".into(),
            request: NewScan::default(),
            worst: None,
            schedule_id: None,
            mode: ScanMode::Scan,
            status: ScanStatus::Complete,
            created_at: Timestamp(0),
            started_at: None,
            finished_at: None,
            progress: ScanProgress::default(),
            results,
        }
    }

    #[test]
    fn each_kind_of_change_is_told_and_nothing_else() {
        let before = scan(vec![
            result("same", &[(80, "1")], &["x"]),
            result("gone", &[], &[]),
            result("changed", &[(22, "8.9"), (23, "1")], &["telnet"]),
        ]);
        let mut same = result("same", &[(80, "1")], &["x"]);
        same.duration_ms = 9;
        let after = scan(vec![
            same,
            result("new", &[], &[]),
            result("changed", &[(22, "9.6"), (443, "1")], &[]),
            result("changed", &[], &["a second one of the same name"]),
        ]);
        let diff = diff(&before, &after);
        assert_eq!(
            (diff.same, &diff.added[..], &diff.removed[..]),
            (1, &["new".to_owned()][..], &["gone".to_owned()][..])
        );
        let [change] = &diff.changed[..] else {
            panic!("{diff:?}")
        };
        assert_eq!(change.opened, [port(443, "1")]);
        assert_eq!(change.closed, [port(23, "1")]);
        assert_eq!(change.replaced, [(port(22, "8.9"), port(22, "9.6"))]);
        assert_eq!(change.gone_findings, ["telnet: 80/tcp"]);
        assert_eq!(change.risk_level, Some((RiskLevel::Low, RiskLevel::None)));
        assert_eq!((&change.address, change.availability), (&None, None));
    }
}
