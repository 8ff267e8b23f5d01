//! Properties of the verdict, whatever was seen.

use super::*;
use proptest::prelude::*;

const AT: Timestamp = Timestamp(1_795_478_400_000);

fn facts(scope: Scope, ports: Vec<PortFact>) -> Facts {
    Facts {
        scope,
        extent: Extent::Complete,
        ports,
        http: Vec::new(),
        tls: Vec::new(),
        asked: 0,
        reputation: Reputation::default(),
        at: AT,
    }
}

fn any_port() -> impl Strategy<Value = PortFact> {
    let number = prop_oneof![
        Just(22),
        Just(23),
        Just(80),
        Just(443),
        Just(445),
        Just(3389),
        Just(6379),
        Just(2375),
        1u16..
    ];
    let name = proptest::option::of(prop_oneof![
        Just("http".to_owned()),
        Just("redis".to_owned()),
        Just("telnet".to_owned()),
        Just("ssh".to_owned())
    ]);
    let product = proptest::option::of(Just("Apache httpd".to_owned()));
    let version = proptest::option::of(prop_oneof![
        Just("2.2.34".to_owned()),
        Just("2.4.62".to_owned())
    ]);
    let cves = proptest::collection::vec((Just("CVE-2024-0001".to_owned()), any::<bool>()), 0..2);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (number, name, product, version, cves, flags).prop_map(
        |(port, name, product, version, cves, (udp, is_probed, is_unauthenticated))| PortFact {
            proto: if udp { Proto::Udp } else { Proto::Tcp },
            port,
            service: Service {
                name,
                product,
                version,
            },
            is_probed,
            is_unauthenticated,
            cves,
        },
    )
}

fn any_web() -> impl Strategy<Value = (HttpFact, TlsFact)> {
    let flags = proptest::collection::vec(any::<bool>(), 7);
    let title = proptest::option::of(prop_oneof![
        Just("phpMyAdmin".to_owned()),
        Just("Home".to_owned())
    ]);
    (flags, title, -40i64..40).prop_map(|(f, title, days)| {
        let http = HttpFact {
            port: if f[0] { 443 } else { 80 },
            is_tls: f[0],
            title,
            asks_basic: f[1],
            leads_to_tls: f[2],
            lists_files: f[3],
            lacks_hsts: f[4],
        };
        let tls = TlsFact {
            port: 443,
            outdated_version: f[5].then(|| "TLSv1.0".into()),
            not_before: Timestamp(0),
            not_after: Timestamp(AT.0 + days * 86_400_000),
            is_self_signed: f[6],
            is_for_another_name: f[1],
        };
        (http, tls)
    })
}

fn any_facts(scope: Scope) -> impl Strategy<Value = Facts> {
    let ports = proptest::collection::vec(any_port(), 0..60);
    let web = proptest::collection::vec(any_web(), 0..3);
    (ports, web, any::<bool>()).prop_map(move |(ports, web, is_proxy)| {
        let (http, tls) = web.into_iter().unzip();
        Facts {
            http,
            tls,
            asked: 0,
            reputation: Reputation { is_proxy },
            ..facts(scope, ports)
        }
    })
}

proptest! {
    #[test]
    fn one_more_open_port_never_lowers_the_verdict(before in any_facts(Scope::Public), port in any_port()) {
        let mut after = before.clone();
        after.ports.push(port);
        let (before, after) = (assess(&before), assess(&after));
        prop_assert!(after.score >= before.score);
        prop_assert!(after.level >= before.level);
    }

    #[test]
    fn the_order_of_the_facts_does_not_matter(facts in any_facts(Scope::Public), by in 0usize..60) {
        let mut turned = facts.clone();
        let by = by % turned.ports.len().max(1);
        turned.ports.rotate_left(by);
        turned.ports.reverse();
        turned.http.reverse();
        turned.tls.reverse();
        prop_assert_eq!(assess(&facts), assess(&turned));
    }

    #[test]
    fn a_private_address_is_never_worse_than_a_public_one(public in any_facts(Scope::Public)) {
        let private = Facts { scope: Scope::Private, ..public.clone() };
        let (public, private) = (assess(&public), assess(&private));
        prop_assert!(private.score <= public.score, "{private:?} {public:?}");
        prop_assert!(private.level <= public.level);
    }

    #[test]
    fn the_arithmetic_adds_up(facts in any_facts(Scope::Private)) {
        let verdict = assess(&facts);
        let counted: u32 = verdict.arithmetic.iter().map(|step| step.count).sum();
        prop_assert_eq!(counted as usize, verdict.findings.len());
        prop_assert_eq!(verdict.arithmetic.last().map_or(0, |step| step.score), verdict.score);
        prop_assert!(verdict.score <= 100);
        let words = summary(&facts, &verdict);
        prop_assert!(words.contains("of 100") || matches!(verdict.level, RiskLevel::None | RiskLevel::Unknown));
        prop_assert!(!recommendation(&verdict).is_empty());
    }
}

#[test]
fn unknown_is_not_none() {
    let nothing = Facts {
        extent: Extent::Nothing("the name does not resolve".into()),
        ..facts(Scope::Public, Vec::new())
    };
    let partial = Facts {
        extent: Extent::Partial("the deadline passed".into()),
        ..facts(Scope::Public, Vec::new())
    };
    let complete = facts(Scope::Public, Vec::new());
    assert_eq!(assess(&nothing).level, RiskLevel::Unknown);
    assert_eq!(assess(&partial).level, RiskLevel::Unknown);
    assert_eq!(assess(&complete).level, RiskLevel::None);
    assert_eq!(
        summary(&nothing, &assess(&nothing)),
        "Nothing can be said: the name does not resolve."
    );
}

#[test]
fn a_service_outranks_the_number_of_its_port() {
    let port = |name: &str, is_probed| PortFact {
        proto: Proto::Tcp,
        port: 6379,
        service: Service {
            name: Some(name.into()),
            ..Service::default()
        },
        is_probed,
        is_unauthenticated: false,
        cves: Vec::new(),
    };
    let of = |port| assess(&facts(Scope::Public, vec![port]));
    assert_eq!(of(port("http", true)).findings, []);
    let guessed = of(port("redis", false));
    assert_eq!(guessed.findings[0].confidence, Confidence::Inferred);
    let told = of(port("redis", true));
    assert_eq!(told.findings[0].confidence, Confidence::Probable);
    assert_eq!(told.level, RiskLevel::High);
}

#[test]
fn what_answers_at_nearly_every_port_that_was_asked_is_told_once() {
    let port = |port| PortFact {
        proto: Proto::Tcp,
        port,
        service: Service::default(),
        is_probed: false,
        is_unauthenticated: false,
        cves: Vec::new(),
    };
    let verdict = |open: u16| {
        assess(&Facts {
            asked: 100,
            ..facts(Scope::Public, (1..=open).map(port).collect())
        })
    };
    assert_eq!(verdict(75).findings.len(), 1);
    assert_eq!(verdict(75).level, RiskLevel::None);
    assert!(verdict(74).findings.iter().any(|it| it.id == "many_ports"));
}
