//! The hosts of documents that others have gathered, judged by the rules of risk.

use std::collections::BTreeMap;
use std::fs;

use domain::port::Proto;
use domain::risk::{Extent, Facts, PortFact, Reputation, RiskLevel, Scope, assess, kev};
use domain::time::Timestamp;

use super::corpus::{documents, hosts, told};

use super::*;

/// 2026-11-24.
const AT: Timestamp = Timestamp(1_795_478_400_000);

/// What a document says of a host, and no more.
fn facts(host: &Host, scope: Scope) -> Facts {
    let extent = if host.is_timed_out {
        Extent::Partial("nmap gave it up".into())
    } else if host.is_up && host.has_ports {
        Extent::Complete
    } else {
        Extent::Nothing("its ports were not looked at".into())
    };
    Facts {
        scope,
        extent,
        asked: 0,
        ports: host.open.iter().map(PortFact::from).collect(),
        http: Vec::new(),
        tls: Vec::new(),
        reputation: Reputation::default(),
        at: AT,
    }
}

#[test]
fn every_gathered_host_gets_the_verdict_that_the_rules_promise() {
    let mut levels: BTreeMap<RiskLevel, u32> = BTreeMap::new();
    let mut findings: BTreeMap<String, u32> = BTreeMap::new();
    let paths = documents();
    for path in &paths {
        let name = path.file_name().unwrap().display();
        for host in hosts(told(&fs::read(path).unwrap()).0) {
            let (public, private) = (facts(&host, Scope::Public), facts(&host, Scope::Private));
            let verdict = assess(&public);
            assert_eq!(verdict, assess(&public), "{name}: the same again");
            let mut turned = public.clone();
            turned.ports.reverse();
            assert_eq!(verdict, assess(&turned), "{name}: in another order");
            let inside = assess(&private);
            assert!(inside.level <= verdict.level, "{name}: {inside:?}");
            assert!(inside.score <= verdict.score, "{name}: {inside:?}");
            match public.extent {
                Extent::Complete if host.open.is_empty() => {
                    assert_eq!(verdict.level, RiskLevel::None, "{name}");
                }
                Extent::Complete => assert_ne!(verdict.level, RiskLevel::Unknown, "{name}"),
                _ if host.open.is_empty() => {
                    assert_eq!(verdict.level, RiskLevel::Unknown, "{name}");
                }
                _ => {}
            }
            let is_open = |port| {
                let mut open = host.open.iter();
                open.any(|it| (it.proto, it.port) == (Proto::Tcp, port))
            };
            if is_open(23) && matches!(public.extent, Extent::Complete) {
                assert!(verdict.level >= RiskLevel::High, "{name}: telnet");
            }
            *levels.entry(verdict.level).or_default() += 1;
            for finding in verdict.findings {
                *findings.entry(finding.id).or_default() += 1;
            }
        }
    }
    if paths.is_empty() {
        return;
    }
    println!(
        "{} documents, exploited ones as of {}",
        paths.len(),
        kev::edition()
    );
    println!("{levels:?}\n{findings:?}");
    let count = |level| levels.get(&level).copied().unwrap_or_default();
    assert!(
        count(RiskLevel::None) > 0 && count(RiskLevel::Critical) > 0,
        "{levels:?}"
    );
    let all: u32 = levels.values().sum();
    assert!(
        count(RiskLevel::Critical) < all / 2,
        "not everything is an emergency: {levels:?}"
    );
}
