//! Examples for the OpenAPI document, made from the types themselves so that they always have the right shape.

mod scan;
mod watch;
mod webhook;

use domain::{
    count::Count,
    event::{Event, EventKind},
    health::{Health, HealthStatus, WorkerHealth, WorkerState},
    history::{History, HistoryPoint, Resolution},
    host::{Host, HostId, HostnameSource},
    live::{LiveEvent, SubnetRemoved, SweepProgress},
    port::{PortChip, PortScannerStatus, Proto},
    probe::{ProbeStatus, SocketMode},
    problem::{FieldError, Problem},
    row::{Gap, Row},
    sample::Sample,
    session::{Account, Credentials, PasswordChange},
    status::Status,
    storage::{StorageReport, StorageTable},
    strip::SubnetStrip,
    subnet::{NewSubnet, Subnet, SubnetId, SubnetPatch},
    summary::{StatusCounts, Summary},
    time::Timestamp,
    token::{NewToken, Scope, Token, TokenCreated},
    uptime::{HostUptime, Outage, Uptime, Uptimes, Window},
};
use ipnetwork::IpNetwork;
use serde::Serialize;
use serde_json::{Value, json};
use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

/// The example of a schema; `Page_X` is a page of one `X`.
pub(super) fn of(schema: &str) -> Option<Value> {
    if let Some(item) = schema.strip_prefix("Page_") {
        return Some(json!({"items": [of(item)?], "next_cursor": null, "total": 1}));
    }
    match schema {
        "Account" => value(account()),
        "Allocation" => value(json!({"hostname": "printer-2", "tags": ["printer"]})),
        "Credentials" => value(Credentials {
            username: "admin".into(),
            password: "correct horse battery".into(),
        }),
        "Event" => value(event()),
        "Health" => value(health()),
        "History" => value(history()),
        "Host" => value(host()),
        "HostUptime" => value(HostUptime {
            host_id: HostId(7),
            uptime: uptime(7),
        }),
        "LiveEvent" => value(LiveEvent::SubnetRemoved(SubnetRemoved { id: SubnetId(3) })),
        "NewSubnet" => value(NewSubnet {
            cidr: "192.0.2.0/24".into(),
            name: "Office".into(),
            ..NewSubnet::default()
        }),
        "NewToken" => value(NewToken {
            name: "inventory export".into(),
            scopes: vec![Scope::Read],
            expires_at: None,
        }),
        "Outage" => value(Outage {
            began_at: AT,
            ended_at: Some(AT.plus(Duration::from_secs(280))),
            down_seconds: 280,
        }),
        "PasswordChange" => value(PasswordChange {
            current: "correct horse battery".into(),
            new: "staple them together".into(),
        }),
        "Problem" => value(problem()),
        "Row" => value(Row::Gap(gap())),
        "StorageReport" => value(storage()),
        "Subnet" => value(subnet()),
        "SubnetPatch" => value(SubnetPatch {
            name: Some(Some("Office, second floor".into())),
            interval_seconds: Some(None),
            ..SubnetPatch::default()
        }),
        "Summary" => value(summary()),
        "SweepProgress" => value(SweepProgress {
            subnet_id: SubnetId(3),
            running: true,
            total: 254,
            alive: None,
        }),
        "Token" => value(token()),
        "TokenCreated" => value(TokenCreated {
            token: "rc_7Yx2mG0c4VbQz1hTn8sKd5LrW3pJf6Ea9uXoCiBvRyZtM".into(),
            details: token(),
        }),
        "Uptimes" => value(Uptimes::of(|window| match window {
            Window::Day => uptime(1),
            _ => uptime(7),
        })),
        _ => watch::of(schema)
            .or_else(|| webhook::of(schema))
            .or_else(|| scan::of(schema)),
    }
}

fn value(example: impl Serialize) -> Option<Value> {
    serde_json::to_value(example).ok()
}

const AT: Timestamp = Timestamp(1_772_600_767_089);
const CREATED: Timestamp = Timestamp(1_772_000_000_000);
const IP: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 12));

fn account() -> Account {
    Account {
        name: "admin".into(),
        scopes: Scope::ALL.to_vec(),
        must_change_password: false,
        expires_at: Some(AT),
    }
}

fn event() -> Event {
    Event {
        id: 4711,
        at: AT,
        kind: EventKind::Down,
        host_id: Some(HostId(7)),
        subnet_id: Some(SubnetId(3)),
        ip: IP,
        hostname: Some("nas".into()),
        detail: "3 silent rounds".into(),
        lasted_seconds: Some(86_400),
    }
}

fn gap() -> Gap {
    Gap {
        first: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 15)),
        last: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 200)),
        count: Count(186),
    }
}

fn health() -> Health {
    Health {
        status: HealthStatus::Ok,
        version: env!("CARGO_PKG_VERSION").into(),
        started_at: CREATED,
        probe: ProbeStatus {
            v4: SocketMode::Datagram,
            v6: SocketMode::Datagram,
            warnings: Vec::new(),
        },
        ports: PortScannerStatus {
            name: "nmap 7.93 (/usr/bin/nmap)".into(),
            versions: true,
            missing: None,
            scheduled: true,
            interval_seconds: 3_600,
        },
        workers: vec![WorkerHealth {
            name: "sweep".into(),
            state: WorkerState::Idle,
            runs: 12,
            failures: 0,
            last_end_at: Some(AT),
            last_report: Some("swept 1 subnet, found 3 new hosts".into()),
            last_elapsed_ms: Some(412),
        }],
        banners: Vec::new(),
        database_bytes: 1_048_576,
    }
}

fn host() -> Host {
    Host {
        id: HostId(7),
        ip: IP,
        subnet_id: SubnetId(3),
        hostname: Some("nas".into()),
        hostname_source: Some(HostnameSource::Manual),
        description: Some("Rack 2, shelf 4".into()),
        tags: vec!["storage".into()],
        notes: None,
        mac: Some("00:1b:21:3c:4d:5e".into()),
        vendor: Some("Intel Corporate".into()),
        mac_randomised: false,
        dns_name: Some("nas.lan".into()),
        dns_checked_at: Some(AT),
        snmp: true,
        reserved: false,
        status: Status::Up,
        suspect: false,
        flapping: false,
        unknown_cause: None,
        since: Some(CREATED),
        latency_ms: Some(0.412),
        first_seen_at: Some(CREATED),
        last_seen_at: Some(AT),
        ports: vec![PortChip {
            port: 443,
            proto: Proto::Tcp,
            service: Some("https".into()),
        }],
        created_at: CREATED,
        archived_at: None,
        version: 2,
    }
}

fn problem() -> Problem {
    let mut problem = Problem::new(422, "Invalid input");
    problem.errors.push(FieldError {
        pointer: "/cidr".into(),
        detail: "192.0.2.7/24 has host bits set: did you mean 192.0.2.0/24?".into(),
        suggestion: Some("192.0.2.0/24".into()),
    });
    problem
}

fn subnet() -> Subnet {
    let cidr = IpNetwork::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 0)), 24);
    Subnet {
        id: SubnetId(3),
        cidr: cidr.unwrap_or_else(|_| IpNetwork::from(IP)),
        parent_id: None,
        name: "Office".into(),
        notes: None,
        tags: vec!["berlin".into()],
        ping: true,
        discover: true,
        port_scan: true,
        interval_seconds: None,
        down_after: None,
        size: Count(254),
        used: 68,
        alive: 61,
        down: 7,
        unknown: 0,
        utilisation: 26.771_653_543_307_087,
        swept_at: Some(AT),
        created_at: CREATED,
        version: 1,
        uplink_host_id: Some(HostId(1)),
        uplink_ip: Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))),
    }
}

fn summary() -> Summary {
    Summary {
        hosts: StatusCounts {
            up: 61,
            down: 7,
            unknown: 0,
            suspect: 1,
            total: 68,
        },
        new_today: 2,
        down_last_hour: 1,
        subnets: vec![subnet()],
        strips: vec![strip()],
        trouble: vec![],
        slowest: vec![],
        events: vec![event()],
        tags: vec!["backup".into(), "storage".into()],
        services: vec!["https".into(), "ssh".into()],
        at: AT,
    }
}

/// Every host answered all day, but for an hour in which nobody looked and a quarter of one in which some were silent.
fn strip() -> SubnetStrip {
    SubnetStrip {
        subnet_id: SubnetId(3),
        cells: format!(
            "{}----{}d{}",
            "f".repeat(40),
            "f".repeat(30),
            "f".repeat(21)
        ),
        percent_up: Some(99.9),
        gaps: 1,
    }
}

/// Three outages, 14 minutes in all, of a host that is a week old.
fn uptime(days: u32) -> Uptime {
    let (observed, down) = (days.min(7) * 86_400, 840);
    Uptime {
        percent: Some(100.0 - 100.0 * f64::from(down) / f64::from(observed)),
        observed_seconds: observed.into(),
        up_seconds: (observed - down).into(),
        down_seconds: down.into(),
        outages: 3,
    }
}

fn token() -> Token {
    Token {
        id: 5,
        name: "inventory export".into(),
        prefix: "rc_7Yx2".into(),
        scopes: vec![Scope::Read],
        created_at: CREATED,
        expires_at: AT,
        last_used_at: None,
    }
}

fn history() -> History {
    History {
        resolution: Resolution::Raw,
        from: CREATED,
        to: AT,
        items: HistoryPoint::of_round(CREATED, Sample::reply(1_250, 0))
            .into_iter()
            .collect(),
        next_from: None,
    }
}

fn storage() -> StorageReport {
    StorageReport {
        bytes: 75_000_000,
        free_bytes: 900_000,
        bytes_per_day: 9_800_000,
        keep_raw_days: 7,
        keep_hourly_days: 400,
        tables: vec![StorageTable {
            name: "day_samples".into(),
            rows: 1_099,
            bytes: 58_000_000,
            bytes_per_day: Some(8_300_000),
            oldest_at: Some(CREATED),
            next_drop_at: Some(AT),
            next_drop_bytes: Some(8_300_000),
        }],
        at: AT,
    }
}
