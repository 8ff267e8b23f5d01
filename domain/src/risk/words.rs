//! The verdict in plain English.

use super::{Extent, Facts, Finding, RiskLevel, Scope, Severity, Verdict};

/// Findings that a summary names.
const NAMED: usize = 3;
/// Fixes that a recommendation names.
const FIXES: usize = 5;

/// What was found, in a few sentences.
pub fn summary(facts: &Facts, verdict: &Verdict) -> String {
    let mut words = vec![opening(facts, verdict)];
    let risks = verdict
        .findings
        .iter()
        .filter(|f| f.severity > Severity::Info);
    words.extend(risks.clone().take(NAMED).map(told));
    match risks.count().saturating_sub(NAMED) {
        0 => {}
        1 => words.push("One more finding is listed.".into()),
        more => words.push(format!("{more} more findings are listed.")),
    }
    if let Extent::Partial(why) = &facts.extent {
        words.push(format!(
            "The scan is not complete ({why}): what was not seen may be there."
        ));
    }
    words.join(" ")
}

fn told(finding: &Finding) -> String {
    let reason = finding.reason.trim_end_matches('.');
    format!("{reason} ({}).", finding.evidence)
}

fn opening(facts: &Facts, verdict: &Verdict) -> String {
    if let Extent::Nothing(why) = &facts.extent {
        return format!("Nothing can be said: {why}.");
    }
    let ports = match facts.ports.len() {
        0 => "no open port was found".to_owned(),
        1 => "one open port was found".to_owned(),
        n => format!("{n} open ports were found"),
    };
    let whence = match facts.scope {
        Scope::Public => "seen from this machine",
        Scope::Private => "seen from this machine, on a private network",
    };
    match verdict.level {
        RiskLevel::Unknown => {
            format!("Nothing can be said: {ports}, and the scan is not complete.")
        }
        RiskLevel::None => format!("No risk was found: {ports}, {whence}."),
        level => {
            let mut level = level.as_str().to_owned();
            if let Some(first) = level.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            format!("{level} risk, {} of 100: {ports}, {whence}.", verdict.score)
        }
    }
}

/// What to do, the most urgent first, each once.
pub fn recommendation(verdict: &Verdict) -> String {
    let mut fixes: Vec<&str> = Vec::new();
    for finding in &verdict.findings {
        if finding.severity > Severity::Info && !fixes.contains(&finding.fix.as_str()) {
            fixes.push(&finding.fix);
        }
    }
    match (verdict.level, fixes.is_empty()) {
        (RiskLevel::Unknown, true) => "Scan it again when it can be reached.".into(),
        (_, true) => "Nothing needs to be done. Scan it again from time to time.".into(),
        (_, false) => fixes[..fixes.len().min(FIXES)].join(" "),
    }
}
