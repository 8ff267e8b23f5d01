//! Examples of scan jobs.

use super::{AT, CREATED, value};
use domain::{
    port::{Proto, Service},
    risk::{self, Extent, Facts, PortFact, Reputation, Scope},
    scan::{
        AccessTest, AddressVerdict, NewScan, Outcome, Scan, ScanAccepted, ScanMode, ScanProgress,
        ScanResult, ScanStatus, ScannedPort,
        category::ServiceCategory,
        diff::diff,
        schedule::{Every, NewScanSchedule, ScanSchedule, ScanSchedulePatch},
    },
};
use serde_json::Value;

const TOKEN: &str = "7Yx2mG0c4VbQz1hTn8sKd5LrW3pJf6Ea";

pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "NewScan" => value(NewScan {
            ip_addresses: vec!["8.8.8.8".into(), "203.0.113.0/28".into()],
            endpoints: vec![
                "https://example.com/login".into(),
                "host.example:8443".into(),
            ],
            ..NewScan::default()
        }),
        "AddressVerdict" => value(AddressVerdict {
            token: TOKEN.into(),
            at: CREATED,
            result: result(true),
        }),
        "NewScanSchedule" => value(NewScanSchedule {
            token: TOKEN.into(),
            name: "weekly DMZ".into(),
            every: Every::Week,
        }),
        "ScanSchedule" => value(ScanSchedule {
            id: 3,
            name: "weekly DMZ".into(),
            every: Every::Week,
            enabled: true,
            mode: ScanMode::Scan,
            request: scan(&[]).request,
            next_at: Some(AT),
            last_token: Some(TOKEN.into()),
            last_at: Some(CREATED),
            last_problem: None,
        }),
        "ScanSchedulePatch" => value(ScanSchedulePatch {
            enabled: Some(false),
            ..ScanSchedulePatch::default()
        }),
        "Scan" => value(scan(&["23/tcp"])),
        "ScanAccepted" => value(ScanAccepted {
            token: TOKEN.into(),
            status_url: format!("/scan/{TOKEN}"),
        }),
        "ScanDiff" => value(diff(&scan(&["23/tcp"]), &scan(&[]))),
        _ => None,
    }
}

fn scan(open: &[&str]) -> Scan {
    Scan {
        id: 12,
        token: TOKEN.into(),
        request: NewScan {
            ip_addresses: vec!["203.0.113.7".into()],
            ..NewScan::default()
        },
        mode: ScanMode::Scan,
        status: ScanStatus::Complete,
        created_at: CREATED,
        started_at: Some(CREATED),
        finished_at: Some(AT),
        progress: ScanProgress { done: 1, total: 1 },
        worst: Some(result(!open.is_empty()).risk_level),
        schedule_id: None,
        results: vec![result(!open.is_empty())],
    }
}

fn result(is_open: bool) -> ScanResult {
    let telnet = PortFact {
        proto: Proto::Tcp,
        port: 23,
        service: Service {
            name: Some("telnet".into()),
            ..Service::default()
        },
        is_probed: false,
        is_unauthenticated: false,
        cves: Vec::new(),
    };
    let facts = Facts {
        scope: Scope::Public,
        extent: Extent::Complete,
        ports: if is_open { vec![telnet] } else { Vec::new() },
        http: Vec::new(),
        tls: Vec::new(),
        reputation: Reputation::default(),
        at: AT,
    };
    let verdict = risk::assess(&facts);
    let ports = facts.ports.iter();
    ScanResult {
        target: "203.0.113.7".into(),
        ip_address: "203.0.113.7".into(),
        availability: true,
        location: None,
        country: None,
        provider: None,
        service_category: ServiceCategory::Unknown,
        publicly_exposed: is_open,
        open_ports: ports
            .map(|port| ScannedPort::new(port.proto, port.port, &port.service))
            .collect(),
        accessibility_tests: vec![AccessTest {
            test: "tcp/23".into(),
            outcome: if is_open {
                Outcome::Passed
            } else {
                Outcome::Failed
            },
            detail: if is_open { "open, 1.2 ms" } else { "refused" }.into(),
        }],
        risk_level: verdict.level,
        risk_summary: risk::summary(&facts, &verdict),
        recommendation: risk::recommendation(&verdict),
        risk_score: verdict.score,
        risk_model: verdict.model,
        findings: verdict.findings,
        risk_arithmetic: verdict.arithmetic,
        metadata_source: None,
        metadata: Vec::new(),
        metadata_problems: Vec::new(),
        narration: None,
        duration_ms: 2_140,
    }
}
