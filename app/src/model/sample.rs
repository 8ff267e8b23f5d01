//! Subnets and hosts for the tests of the models.

use domain::{
    cidr,
    event::{Event, EventKind},
    host::{Host, HostId},
    job::{Job, JobId, JobKind, JobState},
    port::{Port, PortChip, Proto},
    risk::RiskLevel,
    row::HostRow,
    scan::{
        NewScan, Scan, ScanMode, ScanProgress, ScanResult, ScanStatus, ScannedPort,
        category::ServiceCategory,
    },
    status::Status,
    subnet::{Subnet, SubnetId},
    time::Timestamp,
};

/// A subnet with this block and nothing else of interest.
pub(crate) fn subnet(cidr: &str) -> Subnet {
    let cidr = cidr::parse(cidr).unwrap();
    Subnet {
        id: SubnetId(1),
        cidr,
        parent_id: None,
        name: String::new(),
        notes: None,
        tags: vec![],
        ping: true,
        discover: true,
        port_scan: true,
        interval_seconds: None,
        down_after: None,
        size: cidr::size(cidr),
        used: 0,
        alive: 0,
        down: 0,
        unknown: 0,
        utilisation: 0.0,
        swept_at: None,
        created_at: Timestamp(0),
        version: 1,
        uplink_host_id: None,
        uplink_ip: None,
    }
}

/// An Up host without a name.
pub(crate) fn host(id: i64, ip: &str) -> HostRow {
    HostRow {
        id: HostId(id),
        ip: ip.parse().unwrap(),
        hostname: None,
        hostname_source: None,
        description: None,
        tags: vec![],
        reserved: false,
        documented: false,
        status: Status::Up,
        suspect: false,
        flapping: false,
        unknown_cause: None,
        since: None,
        latency_ms: None,
        last_seen_at: None,
        ports: vec![],
    }
}

/// The whole of the host that [`host`] gives.
pub(crate) fn whole_host(id: i64, ip: &str) -> Host {
    Host {
        id: HostId(id),
        ip: ip.parse().unwrap(),
        subnet_id: SubnetId(1),
        hostname: None,
        hostname_source: None,
        description: None,
        tags: vec![],
        notes: None,
        mac: None,
        vendor: None,
        mac_randomised: false,
        dns_name: None,
        dns_checked_at: None,
        snmp: true,
        reserved: false,
        status: Status::Up,
        suspect: false,
        flapping: false,
        unknown_cause: None,
        since: None,
        latency_ms: None,
        first_seen_at: None,
        last_seen_at: None,
        ports: vec![],
        created_at: Timestamp(0),
        archived_at: None,
        version: 3,
    }
}

/// An event of nobody in particular.
pub(crate) fn event(id: i64, kind: EventKind) -> Event {
    Event {
        id,
        at: Timestamp(id),
        kind,
        host_id: None,
        subnet_id: None,
        ip: [10, 0, 0, 1].into(),
        hostname: None,
        detail: String::new(),
        lasted_seconds: None,
    }
}

/// Running work on host 7.
pub(crate) fn job(id: i64, kind: JobKind) -> Job {
    Job {
        id: JobId(id),
        kind,
        host_id: HostId(7),
        ip: [10, 0, 0, 7].into(),
        state: JobState::Running,
        percent: None,
        detail: None,
        created_at: Timestamp(id),
        finished_at: None,
    }
}

/// A TCP port without a known service.
pub(crate) fn chip(port: u16) -> PortChip {
    PortChip {
        port,
        proto: Proto::Tcp,
        service: None,
    }
}

/// The same, open since the beginning and accepted.
pub(crate) fn port(port: u16) -> Port {
    Port {
        port,
        proto: Proto::Tcp,
        service: None,
        product: None,
        version: None,
        opened_at: Timestamp(0),
        seen_at: Timestamp(0),
        closed_at: None,
        accepted: true,
    }
}

/// A running scan of nothing in particular, one of its four targets done.
pub(crate) fn scan(id: i64) -> Scan {
    Scan {
        id,
        token: format!("token{id}"),
        request: NewScan::default(),
        mode: ScanMode::Scan,
        status: ScanStatus::Running,
        created_at: Timestamp(id),
        started_at: None,
        finished_at: None,
        progress: ScanProgress { done: 1, total: 4 },
        worst: None,
        schedule_id: None,
        results: vec![],
    }
}

/// A result with ssh open.
pub(crate) fn result(target: &str, level: RiskLevel) -> ScanResult {
    ScanResult {
        target: target.into(),
        ip_address: "203.0.113.9".into(),
        availability: true,
        location: None,
        country: None,
        provider: None,
        service_category: ServiceCategory::Unknown,
        publicly_exposed: true,
        open_ports: vec![ScannedPort {
            port: 22,
            proto: Proto::Tcp,
            service: Some("ssh".into()),
            product: None,
            version: None,
        }],
        accessibility_tests: vec![],
        risk_level: level,
        risk_summary: String::new(),
        recommendation: String::new(),
        risk_score: 0,
        risk_model: 1,
        findings: vec![],
        risk_arithmetic: vec![],
        metadata_source: None,
        metadata: vec![],
        metadata_problems: vec![],
        narration: None,
        duration_ms: 10,
    }
}
