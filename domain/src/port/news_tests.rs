//! Tests of what a scan means.

use super::*;
use crate::port::set::PortSet;
use proptest::prelude::*;

/// The TCP ports of a text as `Coverage`.
fn covering(ports: &str) -> Coverage {
    Coverage {
        tcp: ports.parse().unwrap(),
        ..Coverage::default()
    }
}

fn tcp(port: u16) -> Key {
    (Proto::Tcp, port)
}

/// A report in short: the ports that were asked, the open ones.
fn report(asked: &str, found: &str) -> PortReport {
    let found: PortSet = found.parse().unwrap();
    let named = |port| open(tcp(port), Service::default());
    PortReport {
        covered: covering(asked),
        open: found.iter().map(named).collect(),
        responded: true,
        versions: true,
    }
}

fn known(covered: Option<&str>, ports: &str) -> Remembered {
    let ports: PortSet = ports.parse().unwrap();
    Remembered {
        open: ports
            .iter()
            .map(|port| (tcp(port), Service::default()))
            .collect(),
        expected: BTreeSet::new(),
        covered: covered.map(covering),
    }
}

/// The changes in short: `+` opened with news, `(+)` opened without, `=` goes on, `-` closed.
fn short(changes: &Changes) -> String {
    let opened = changes.opened.iter().map(|opened| {
        let sign = if opened.is_news { "+" } else { "(+)" };
        format!("{sign}{}", opened.port.port)
    });
    let seen = changes
        .seen
        .iter()
        .map(|seen| format!("={}", seen.port.port));
    let closed = changes.closed.iter().map(|port| format!("-{}", port.port));
    opened
        .chain(seen)
        .chain(closed)
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn lifetimes_open_go_on_and_close() {
    for (covered, open, asked, found, expected) in [
        (None, "", "1-100", "22,80", "(+)22 (+)80"),
        (Some("1-100"), "22,80", "1-100", "22,80", "=22 =80"),
        (Some("1-100"), "22,80", "1-100", "22,43", "+43 =22 -80"),
        // A wider profile: what it asks for the first time is no news.
        (
            Some("1-100"),
            "22",
            "1-9000",
            "22,43,8080",
            "+43 (+)8080 =22",
        ),
        // A narrower one says nothing about the others.
        (Some("1-9000"), "22,8080", "1-100", "", "-22"),
        (Some("1-9000"), "22,8080", "1-100", "22", "=22"),
        // And back: what was open all the time goes on, what opened meanwhile is no news.
        (
            Some("1-100"),
            "22,8080",
            "1-9000",
            "22,8080,8443",
            "(+)8443 =22 =8080",
        ),
    ] {
        let changes = news(&known(covered, open), &report(asked, found)).unwrap();
        assert_eq!(short(&changes), expected, "{open} then {found}");
    }
}

#[test]
fn a_host_that_says_nothing_was_not_scanned() {
    let mut nothing = report("1-100", "");
    nothing.responded = false;
    assert_eq!(news(&known(Some("1-100"), "22"), &nothing), None);
    let changes = news(&known(None, ""), &nothing);
    assert_eq!(
        changes,
        Some(Changes::default()),
        "there was nothing to lose"
    );
    nothing.responded = true;
    let changes = news(&known(Some("1-100"), "22"), &nothing).unwrap();
    assert_eq!(short(&changes), "-22", "it refused: so it is there");
}

#[test]
fn what_the_baseline_has_belongs_here_when_it_opens_again() {
    let mut known = known(Some("1-100"), "");
    known.expected.insert(tcp(22));
    let changes = news(&known, &report("1-100", "22,23")).unwrap();
    let accepted: Vec<_> = changes
        .opened
        .iter()
        .map(|o| (o.port.port, o.is_news, o.accepted))
        .collect();
    assert_eq!(accepted, [(22, true, true), (23, true, false)]);
    known.covered = None;
    let changes = news(&known, &report("1-100", "22,23")).unwrap();
    assert!(
        changes.opened.iter().all(|o| o.accepted),
        "the first scan is the baseline"
    );
}

#[test]
fn a_version_changes_only_when_both_are_known() {
    let ssh = |version: Option<&str>| Service {
        name: Some("ssh".into()),
        product: Some("OpenSSH".into()),
        version: version.map(Into::into),
    };
    for (before, after, versions, is_news) in [
        (Some("8.9"), Some("9.6"), true, true),
        (Some("8.9"), Some("8.9"), true, false),
        (None, Some("9.6"), true, false),
        (Some("8.9"), None, true, false),
        (Some("8.9"), Some("9.6"), false, false),
    ] {
        let known = Remembered {
            open: BTreeMap::from([(tcp(22), ssh(before))]),
            covered: Some(covering("1-100")),
            ..Remembered::default()
        };
        let mut report = report("1-100", "22");
        report.open[0].service = ssh(after);
        report.versions = versions;
        let changes = news(&known, &report).unwrap();
        assert_eq!(
            changes.seen[0].is_news(),
            is_news,
            "{before:?} {after:?} {versions}"
        );
        let left = changes.seen[0].port.service.version.as_deref();
        let expected = if versions { after.or(before) } else { before };
        assert_eq!(left, expected);
    }
}

fn some_ports() -> impl Strategy<Value = BTreeSet<u16>> {
    prop::collection::btree_set(1..40_u16, 0..12)
}

prop_compose! {
    fn some_report()(asked in some_ports(), among in some_ports(), responded: bool, versions: bool) -> PortReport {
        PortReport {
            open: asked.intersection(&among).map(|port| open(tcp(*port), Service::default())).collect(),
            covered: Coverage { tcp: asked.into_iter().collect(), ..Coverage::default() },
            responded,
            versions,
        }
    }
}

/// What is remembered after the changes.
fn after(mut known: Remembered, report: &PortReport, changes: &Changes) -> Remembered {
    for port in &changes.closed {
        known.open.remove(&(port.proto, port.port));
    }
    for opened in &changes.opened {
        let port = opened.port.clone();
        known.open.insert((port.proto, port.port), port.service);
    }
    known.covered = Some(report.covered.clone());
    known
}

proptest! {
    #[test]
    fn every_port_has_one_fate_and_the_same_scan_again_is_no_news(
        open in some_ports(), covered in prop::option::of(some_ports()), report in some_report(),
    ) {
        let known = Remembered {
            open: open.iter().map(|port| (tcp(*port), Service::default())).collect(),
            expected: BTreeSet::new(),
            covered: covered.map(|ports| Coverage { tcp: ports.into_iter().collect(), ..Coverage::default() }),
        };
        let Some(changes) = news(&known, &report) else {
            prop_assert!(report.open.is_empty() && !report.responded && !open.is_empty());
            return Ok(());
        };
        let numbers = |ports: Vec<&OpenPort>| ports.iter().map(|port| port.port).collect::<BTreeSet<_>>();
        let opened = numbers(changes.opened.iter().map(|o| &o.port).collect());
        let seen = numbers(changes.seen.iter().map(|s| &s.port).collect());
        let closed = numbers(changes.closed.iter().collect());
        let found = numbers(report.open.iter().collect());
        prop_assert!(opened.is_disjoint(&open) && closed.is_subset(&open) && seen.is_subset(&open));
        prop_assert_eq!(opened.union(&seen).copied().collect::<BTreeSet<_>>(), found.clone());
        prop_assert!(closed.is_disjoint(&found));
        prop_assert!(closed.iter().all(|port| report.covered.tcp.contains(*port)));
        for opened in &changes.opened {
            let was_asked = known.covered.as_ref().is_some_and(|c| c.tcp.contains(opened.port.port));
            prop_assert_eq!(opened.is_news, was_asked);
        }
        let left = after(known, &report, &changes);
        if let Some(again) = news(&left, &report) {
            prop_assert!(again.opened.is_empty() && again.closed.is_empty());
        }
    }
}
