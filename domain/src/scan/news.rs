//! What a repeated scan found that the times before had not, in words for people who did not look.

use super::{
    ScanResult, ScannedPort,
    diff::{TargetDiff, compare},
};
use crate::{risk::RiskLevel, text};
use std::{cmp::Reverse, net::IpAddr};

/// Things of one kind that are named; of more the number is told.
const NAMED: usize = 3;
/// Characters of a text that a stranger may have written.
const LONGEST_TEXT: usize = 60;
/// Characters of it all.
const LONGEST: usize = 280;

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// The addresses of the targets that changed, the most important first, each once.
    pub addresses: Vec<IpAddr>,
    /// In words: `weekly: 203.0.113.7 opened 23/tcp; risk low → high; and 2 more targets`.
    pub words: String,
}

/// What changed since the newest results that are known; nothing if that is nothing. A target of which nothing could be
/// said this time has not changed, nor has one that was never known before.
pub fn news(name: &str, known: &[ScanResult], found: &[ScanResult]) -> Option<News> {
    let mut changes: Vec<(&ScanResult, TargetDiff)> = Vec::new();
    for new in found {
        let is_first = !changes.iter().any(|(it, _)| it.target == new.target);
        let old = known.iter().find(|old| old.target == new.target);
        let is_known = new.risk_level != RiskLevel::Unknown || new.is_silent();
        if let Some(old) = old.filter(|_| is_first && is_known) {
            let change = without_new_rules(old, new);
            if !change.is_empty() {
                changes.push((new, change));
            }
        }
    }
    // The order of the request among those that rose alike.
    changes.sort_by_key(|(_, change)| Reverse(rise(change)));
    let (_, first) = changes.first()?;
    let mut addresses: Vec<IpAddr> = Vec::new();
    for (result, change) in &changes {
        let before = change.address.as_ref().map(|(before, _)| before);
        let texts = [Some(&result.ip_address), before];
        let address = texts.into_iter().flatten().find_map(|it| it.parse().ok());
        addresses.extend(address.filter(|ip| !addresses.contains(ip)));
    }
    let mut words = format!("{}: {} {}", clean(name), clean(&first.target), of(first));
    let rest = match changes.len() - 1 {
        0 => String::new(),
        1 => "; and 1 more target".into(),
        n => format!("; and {n} more targets"),
    };
    let room = LONGEST - rest.chars().count();
    if words.chars().count() > room {
        words = words.chars().take(room - 1).chain(['…']).collect();
    }
    Some(News {
        addresses,
        words: words + &rest,
    })
}

/// What changed at a target, and not in the rules by which it is judged.
fn without_new_rules(old: &ScanResult, new: &ScanResult) -> TargetDiff {
    let change = compare(old, new);
    if old.risk_model == new.risk_model {
        return change;
    }
    TargetDiff {
        risk_level: None,
        new_findings: Vec::new(),
        gone_findings: Vec::new(),
        ..change
    }
}

/// By how much the risk rose.
fn rise(change: &TargetDiff) -> i8 {
    let (before, after) = change
        .risk_level
        .unwrap_or((RiskLevel::None, RiskLevel::None));
    after as i8 - before as i8
}

/// A change without its target.
fn of(change: &TargetDiff) -> String {
    let mut parts = Vec::new();
    if let Some((before, after)) = &change.address {
        parts.push(format!("is now {}, was {}", clean(after), clean(before)));
    }
    match change.availability {
        // That its ports are closed and its findings gone says no more than this.
        Some((_, false)) => {
            parts.push("does not answer any more".into());
            return parts.join("; ");
        }
        Some((_, true)) => parts.push("answers again".into()),
        None => {}
    }
    if !change.opened.is_empty() {
        parts.push(format!("opened {}", named(&change.opened, place)));
    }
    if !change.closed.is_empty() {
        parts.push(format!("closed {}", named(&change.closed, place)));
    }
    if !change.replaced.is_empty() {
        let words = |(before, after): &(ScannedPort, ScannedPort)| {
            format!("{} {} → {}", place(after), program(before), program(after))
        };
        parts.push(named(&change.replaced, words));
    }
    if let Some((before, after)) = change.risk_level {
        parts.push(format!("risk {before} → {after}"));
    }
    // Findings follow from the ports, of which enough was said.
    if parts.is_empty() {
        for (what, findings) in [
            ("new", &change.new_findings),
            ("gone", &change.gone_findings),
        ] {
            if !findings.is_empty() {
                let words = |finding: &String| clean(&finding.replace('_', " "));
                parts.push(format!("{what}: {}", named(findings, words)));
            }
        }
    }
    parts.join("; ")
}

fn named<T>(items: &[T], words: impl Fn(&T) -> String) -> String {
    let mut named: Vec<String> = items.iter().take(NAMED).map(words).collect();
    if items.len() > NAMED {
        named.push(format!("{} more", items.len() - NAMED));
    }
    named.join(", ")
}

fn place(port: &ScannedPort) -> String {
    format!("{}/{}", port.port, port.proto)
}

fn program(port: &ScannedPort) -> String {
    let parts = match (&port.product, &port.version) {
        (None, None) => [port.service.as_ref(), None],
        (product, version) => [product.as_ref(), version.as_ref()],
    };
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    if parts.is_empty() {
        "nothing known".into()
    } else {
        clean(&parts.join(" "))
    }
}

fn clean(text: &str) -> String {
    let clean = text::plain(text);
    let mut short: String = clean.chars().take(LONGEST_TEXT).collect();
    if short.len() < clean.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::{
        AccessTest, Outcome,
        diff::tests::{port, result},
    };

    fn told<const K: usize, const F: usize>(
        known: [&ScanResult; K],
        found: [&ScanResult; F],
    ) -> Option<String> {
        let (known, found) = (known.map(Clone::clone), found.map(Clone::clone));
        news("weekly", &known, &found).map(|news| news.words)
    }

    fn at(level: RiskLevel, mut result: ScanResult) -> ScanResult {
        result.risk_level = level;
        result
    }

    #[test]
    fn what_changed_is_told_in_one_line() {
        let before = at(RiskLevel::Low, result("203.0.113.7", &[(22, "1")], &["x"]));
        let after = at(
            RiskLevel::High,
            result("203.0.113.7", &[(22, "1"), (23, "1")], &["y"]),
        );
        let others = |ports| ["a", "b"].map(|name| result(name, ports, &[]));
        let [a, b] = others(&[(80, "1")]);
        let [c, d] = others(&[(80, "2")]);
        assert_eq!(
            told([&a, &before, &b], [&c, &after, &d]).as_deref(),
            Some("weekly: 203.0.113.7 opened 23/tcp; risk low → high; and 2 more targets")
        );
        assert_eq!(
            told([&after, &a], [&before, &c]).as_deref(),
            Some("weekly: a 80/tcp 1 → 2; and 1 more target"),
            "what falls is not the most important"
        );
        let news = news("weekly", &[before, a.clone()], &[after, a]).unwrap();
        assert_eq!(news.addresses, [IpAddr::from([203, 0, 113, 1])]);
    }

    #[test]
    fn what_is_no_change_is_not_told() {
        let known = result("a", &[(80, "1")], &["x"]);
        let mut same = known.clone();
        same.duration_ms = 99;
        same.country = Some("Norway".into());
        same.metadata_source = Some("another".into());
        same.metadata_problems = vec!["too slow".into()];
        same.risk_summary = "in other words".into();
        assert_eq!(told([&known], [&same]), None);
        let unknown = at(RiskLevel::Unknown, result("a", &[], &[]));
        assert_eq!(told([&known], [&unknown]), None, "nothing was seen");
        assert_eq!(told([], [&known]), None, "seen for the first time");
        assert_eq!(told([&known], []), None);
        let mut judged = at(RiskLevel::Critical, result("a", &[(80, "1")], &["z"]));
        judged.risk_model += 1;
        assert_eq!(told([&known], [&judged]), None, "only the rules are others");
    }

    #[test]
    fn silence_is_told_as_silence_and_findings_where_nothing_else_is() {
        let open = at(
            RiskLevel::High,
            result("a", &[(22, "1"), (80, "1")], &["x"]),
        );
        let mut silent = at(RiskLevel::Unknown, result("a", &[], &[]));
        silent.accessibility_tests = vec![AccessTest {
            test: "tcp/22".into(),
            outcome: Outcome::TimedOut,
            detail: "no answer".into(),
        }];
        let words = told([&open], [&silent]);
        assert_eq!(words.as_deref(), Some("weekly: a does not answer any more"));
        let words = told([&silent], [&open]);
        let expected = "weekly: a answers again; opened 22/tcp, 80/tcp; risk unknown → high";
        assert_eq!(words.as_deref(), Some(expected));
        let mut expired = open.clone();
        expired.findings[0].id = "certificate_expired".into();
        let words = told([&open], [&expired]);
        let expected = "weekly: a new: certificate expired: 80/tcp; gone: x: 80/tcp";
        assert_eq!(words.as_deref(), Some(expected));
    }

    #[test]
    fn a_line_has_an_end_and_no_strangers_controls() {
        let many: Vec<(u16, &str)> = (1..100).map(|n| (n, "1")).collect();
        let before = result("a", &[(200, "1")], &[]);
        let words = told([&before], [&result("a", &many, &[])]).unwrap();
        assert_eq!(
            words,
            "weekly: a opened 1/tcp, 2/tcp, 3/tcp, 96 more; closed 200/tcp"
        );
        let mut after = before.clone();
        after.open_ports = vec![port(200, &format!("\u{202e}\n{}", "x".repeat(900)))];
        let words = told([&before], [&after]).unwrap();
        assert!(
            words.chars().count() <= LONGEST && !words.contains(['\u{202e}', '\n']),
            "{words}"
        );
    }
}
