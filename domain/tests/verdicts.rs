//! Described machines, one by one, and the verdict on each (`verdicts.toml`).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use domain::{
    port::{Proto, Service},
    risk::{
        Extent, Facts, HttpFact, PortFact, Reputation, RiskLevel, Scope, TlsFact, Verdict, assess,
        recommendation, summary,
    },
    time::Timestamp,
};
use serde::Deserialize;

/// 2026-11-24.
const AT: Timestamp = Timestamp(1_795_478_400_000);
const DAY_MS: i64 = 86_400_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    machine: Vec<Machine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Machine {
    name: String,
    #[serde(default)]
    private: bool,
    #[serde(default)]
    partial: Option<String>,
    #[serde(default)]
    nothing: Option<String>,
    /// `PORT[/udp] [NAME [PRODUCT VERSION]] [probed] [unauthenticated] [CVE-…] [CVE-…!]`; `PRODUCT` with `_` for a space.
    #[serde(default)]
    ports: Vec<String>,
    /// `PORT [tls] [basic] [redirects] [lists] [no-hsts] [title=…]`; `_` for a space.
    #[serde(default)]
    http: Vec<String>,
    /// `PORT DAYS_LEFT [self-signed] [other-name] [TLSv…]`.
    #[serde(default)]
    tls: Vec<String>,
    #[serde(default)]
    proxy: bool,
    level: RiskLevel,
    score: u8,
    findings: Vec<String>,
    #[serde(default)]
    says: Option<String>,
    #[serde(default)]
    advises: Option<String>,
}

fn port(text: &str) -> PortFact {
    let mut words = text.split(' ');
    let number = words.next().unwrap();
    let (port, proto) = number
        .strip_suffix("/udp")
        .map_or((number, Proto::Tcp), |n| (n, Proto::Udp));
    let mut fact = PortFact {
        proto,
        port: port.parse().unwrap(),
        service: Service::default(),
        is_probed: false,
        is_unauthenticated: false,
        cves: Vec::new(),
    };
    for word in words {
        let service = &mut fact.service;
        match word {
            "probed" => fact.is_probed = true,
            "unauthenticated" => fact.is_unauthenticated = true,
            cve if cve.starts_with("CVE-") => {
                let is_exploited = cve.ends_with('!');
                fact.cves
                    .push((cve.trim_end_matches('!').into(), is_exploited));
            }
            name if service.name.is_none() => service.name = Some(name.into()),
            product if service.product.is_none() => {
                service.product = Some(product.replace('_', " "));
            }
            version => service.version = Some(version.into()),
        }
    }
    fact
}

fn http(text: &str) -> HttpFact {
    let mut words = text.split(' ');
    let mut fact = HttpFact {
        port: words.next().unwrap().parse().unwrap(),
        ..HttpFact::default()
    };
    for word in words {
        match word {
            "tls" => fact.is_tls = true,
            "basic" => fact.asks_basic = true,
            "redirects" => fact.leads_to_tls = true,
            "lists" => fact.lists_files = true,
            "no-hsts" => fact.lacks_hsts = true,
            word => fact.title = Some(word.strip_prefix("title=").unwrap().replace('_', " ")),
        }
    }
    fact
}

fn tls(text: &str) -> TlsFact {
    let mut words = text.split(' ');
    let port = words.next().unwrap().parse().unwrap();
    let days: i64 = words.next().unwrap().parse().unwrap();
    let mut fact = TlsFact {
        port,
        outdated_version: None,
        not_before: Timestamp(0),
        not_after: Timestamp(AT.0 + days * DAY_MS),
        is_self_signed: false,
        is_for_another_name: false,
    };
    for word in words {
        match word {
            "self-signed" => fact.is_self_signed = true,
            "other-name" => fact.is_for_another_name = true,
            version => fact.outdated_version = Some(version.into()),
        }
    }
    fact
}

fn facts(machine: &Machine) -> Facts {
    Facts {
        scope: if machine.private {
            Scope::Private
        } else {
            Scope::Public
        },
        extent: match (&machine.nothing, &machine.partial) {
            (Some(why), _) => Extent::Nothing(why.clone()),
            (None, Some(why)) => Extent::Partial(why.clone()),
            (None, None) => Extent::Complete,
        },
        ports: machine.ports.iter().map(|text| port(text)).collect(),
        http: machine.http.iter().map(|text| http(text)).collect(),
        tls: machine.tls.iter().map(|text| tls(text)).collect(),
        asked: 0,
        reputation: Reputation {
            is_proxy: machine.proxy,
        },
        at: AT,
    }
}

#[test]
fn each_machine_gets_its_verdict() {
    let file: File = toml::from_str(include_str!("verdicts.toml")).unwrap();
    assert!(file.machine.len() >= 25, "{}", file.machine.len());
    let mut wrong = Vec::new();
    for machine in &file.machine {
        let facts = facts(machine);
        let verdict = assess(&facts);
        let Verdict { level, score, .. } = verdict;
        let ids: Vec<&str> = verdict.findings.iter().map(|f| f.id.as_str()).collect();
        if (level, score) != (machine.level, machine.score) || ids != machine.findings {
            wrong.push(format!("{}: {level} {score} {ids:?}", machine.name));
        }
        let (says, advises) = (summary(&facts, &verdict), recommendation(&verdict));
        for (text, part) in [(&says, &machine.says), (&advises, &machine.advises)] {
            if part.as_ref().is_some_and(|part| !text.contains(part)) {
                wrong.push(format!("{}: {text}", machine.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
