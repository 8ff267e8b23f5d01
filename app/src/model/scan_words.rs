//! Scans in words.

use domain::{
    risk::{Confidence, RiskLevel, Severity, Step},
    scan::{
        AccessTest, NewScan, Outcome, ScanStatus, ScannedPort, category::ServiceCategory,
        metadata::MetadataKind, schedule::Every,
    },
};

/// A verdict on the screen. Nothing known is not nothing found.
pub fn level(level: RiskLevel) -> &'static str {
    match level {
        RiskLevel::Unknown => "Unknown",
        RiskLevel::None => "No risk",
        RiskLevel::Low => "Low risk",
        RiskLevel::Medium => "Medium risk",
        RiskLevel::High => "High risk",
        RiskLevel::Critical => "Critical risk",
    }
}

/// How bad a finding is.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

/// How sure a finding is.
pub fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Inferred => "inferred from the port's number",
        Confidence::Probable => "as the service says of itself",
        Confidence::Confirmed => "tried and confirmed",
    }
}

/// How far a scan is.
pub fn status(status: ScanStatus) -> &'static str {
    match status {
        ScanStatus::Queued => "Waiting",
        ScanStatus::Running => "Running",
        ScanStatus::Complete => "Complete",
        ScanStatus::Cancelled => "Cancelled",
        ScanStatus::Failed => "Failed",
    }
}

/// The word of a status on the wire and in the address bar.
pub fn status_key(status: ScanStatus) -> &'static str {
    match status {
        ScanStatus::Queued => "queued",
        ScanStatus::Running => "running",
        ScanStatus::Complete => "complete",
        ScanStatus::Cancelled => "cancelled",
        ScanStatus::Failed => "failed",
    }
}

/// How a test went.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "answered",
        Outcome::Failed => "failed",
        Outcome::TimedOut => "no answer",
        Outcome::Skipped => "not tried",
    }
}

/// What kind of network it is.
pub fn category(category: ServiceCategory) -> &'static str {
    match category {
        ServiceCategory::Private => "private network",
        ServiceCategory::Proxy => "proxy, VPN or Tor exit",
        ServiceCategory::Mobile => "mobile network",
        ServiceCategory::Cloud => "cloud",
        ServiceCategory::Hosting => "hosting",
        ServiceCategory::Isp => "access provider",
        ServiceCategory::Business => "business",
        ServiceCategory::Unknown => "unknown",
    }
}

/// What a fact is about.
pub fn fact(kind: MetadataKind) -> &'static str {
    match kind {
        MetadataKind::Country => "Country",
        MetadataKind::CountryCode => "Country code",
        MetadataKind::Region => "Region",
        MetadataKind::City => "City",
        MetadataKind::Isp => "Provider",
        MetadataKind::Organisation => "Organisation",
        MetadataKind::Asn => "Autonomous system",
        MetadataKind::AsName => "Its name",
        MetadataKind::Network => "Network",
        MetadataKind::AbuseContact => "Abuse contact",
        MetadataKind::ReverseName => "Reverse name",
        MetadataKind::Hosting => "Data centre",
        MetadataKind::Proxy => "Proxy, VPN or Tor",
        MetadataKind::Mobile => "Mobile network",
    }
}

/// How often a schedule runs.
pub fn every(every: Every) -> &'static str {
    match every {
        Every::Day => "daily",
        Every::Week => "weekly",
    }
}

/// What the score is made of: `2 × high 45 → 69, 1 × low 5 → 71`.
pub fn arithmetic(steps: &[Step]) -> Option<String> {
    let counted = steps.iter().filter(|step| step.points > 0);
    let steps = counted.map(|step| {
        let word = severity(step.severity);
        format!("{} × {word} {} → {}", step.count, step.points, step.score)
    });
    let steps: Vec<String> = steps.collect();
    (!steps.is_empty()).then(|| steps.join(", "))
}

/// What was asked for: the first of it, and how much more.
pub fn asked(request: &NewScan) -> String {
    const SHOWN: usize = 3;
    let all = || request.ip_addresses.iter().chain(&request.endpoints);
    let first: Vec<&str> = all().take(SHOWN).map(String::as_str).collect();
    match all().count().saturating_sub(SHOWN) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// Everything that was asked for, one entry a line, as it can be asked for again.
pub fn entries(request: &NewScan) -> String {
    let all = request.ip_addresses.iter().chain(&request.endpoints);
    all.map(String::as_str).collect::<Vec<_>>().join("\n")
}

/// Targets, counted.
pub fn targets(count: u64) -> String {
    match count {
        1 => "1 target".into(),
        count => format!("{} targets", domain::count::Count(count.into())),
    }
}

/// The program at a port; empty when none is known.
pub fn program(port: &ScannedPort) -> String {
    let words = [port.product.as_deref(), port.version.as_deref()];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A port and all that is known of it.
pub fn port(port: &ScannedPort) -> String {
    let label = super::ports::label(port.port, port.proto, port.service.as_deref());
    format!("{label} {}", program(port)).trim_end().to_owned()
}

/// The finding's rule, readable: `exposed_rdp` → `exposed rdp`.
pub fn rule(id: &str) -> String {
    id.replace('_', " ")
}

/// Whether a test says no more than that nothing is at a port: there are a hundred of these.
pub fn is_closed_port(test: &AccessTest) -> bool {
    test.test.starts_with("tcp/") && test.outcome != Outcome::Passed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arithmetic_leaves_out_what_adds_nothing() {
        let (_, steps) = domain::risk::score([Severity::High, Severity::Info, Severity::High]);
        assert_eq!(arithmetic(&steps).as_deref(), Some("2 × high 45 → 69"));
        let (_, steps) = domain::risk::score([Severity::Info]);
        assert_eq!(arithmetic(&steps), None);
    }

    #[test]
    fn what_was_asked_for_is_told_by_its_beginning() {
        let request = NewScan {
            ip_addresses: vec!["10.0.0.1".into(), "10.0.0.2".into()],
            endpoints: vec!["a.example".into(), "b.example".into(), "c.example".into()],
            ..NewScan::default()
        };
        assert_eq!(asked(&request), "10.0.0.1, 10.0.0.2, a.example and 2 more");
        assert_eq!(entries(&request).lines().count(), 5);
        assert_eq!(targets(1), "1 target");
        assert_eq!(targets(1024), "1,024 targets");
    }
}
