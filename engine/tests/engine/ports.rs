//! Ports as lifetimes: what scans open, change and close, what of that is news, and where it is found again.

mod floods;

use crate::harness::{Lab, console};
use domain::{
    host::{HostId, HostQuery},
    live::LiveEvent,
    port::{Port, PortQuery, PortReport, profile::Ports},
    row::{Row, RowQuery},
    summary::SummaryQuery,
};
use engine::{
    Caller, Error,
    ops::{self, port::Recorded},
};
use std::time::Duration;

const IP: &str = "10.0.0.1";
const TOP: Ports = Ports::Top(1000);

/// A lab with one host that answers.
async fn lab() -> (Lab, HostId) {
    let lab = Lab::new().await;
    lab.wake(&[IP, "10.0.0.2"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    let id = lab.host_at(IP).await.id;
    (lab, id)
}

/// What a scan an hour later finds and records.
async fn scan(lab: &Lab, id: HostId, ports: &Ports) -> Recorded {
    lab.pass(Duration::from_hours(1));
    let report = lab.ports.report(IP, ports);
    ops::port::record(&lab.engine, id, &report).await.unwrap()
}

async fn ports(lab: &Lab, id: HostId, history: bool) -> Vec<Port> {
    let query = PortQuery {
        history: Some(history),
        ..PortQuery::default()
    };
    let page = ops::port::list(&lab.engine, &console(), id, &query).await;
    page.unwrap().items
}

/// The change events of ports, oldest first.
async fn news(lab: &Lab, id: HostId) -> Vec<String> {
    let mut events = lab.events(id).await;
    events.retain(|event| event.starts_with("port_") || event.starts_with("service_"));
    events
}

/// The chips of the host's row: `22/ssh`.
async fn chips(lab: &Lab, ip: &str) -> Vec<String> {
    let subnet = lab.host_at(ip).await.subnet_id;
    let rows = ops::subnet::page(&lab.engine, &console(), subnet)
        .await
        .unwrap()
        .rows;
    let host = rows.into_iter().find_map(|row| match row {
        Row::Host(host) if host.ip.to_string() == ip => Some(host),
        _ => None,
    });
    let chips = host.unwrap().ports.into_iter();
    chips
        .map(|chip| format!("{}/{}", chip.port, chip.service.unwrap_or_default()))
        .collect()
}

#[tokio::test]
async fn the_first_scan_is_the_baseline_and_later_ones_tell_what_changed() {
    let (lab, id) = lab().await;
    lab.ports.open(IP, 22, "ssh OpenSSH 8.9");
    lab.ports.open(IP, 23, "telnet");
    assert_eq!(
        scan(&lab, id, &TOP).await,
        Recorded::Scanned { open: 2, news: 0 }
    );
    assert_eq!(
        news(&lab, id).await,
        [""; 0],
        "nothing changed: it was looked at first"
    );
    assert_eq!(chips(&lab, IP).await, ["22/ssh", "23/telnet"]);
    lab.ports.close(IP, 23);
    lab.ports.open(IP, 22, "ssh OpenSSH 9.6");
    lab.ports.open(IP, 443, "https nginx 1.24");
    assert_eq!(
        scan(&lab, id, &TOP).await,
        Recorded::Scanned { open: 2, news: 3 }
    );
    assert_eq!(
        scan(&lab, id, &TOP).await,
        Recorded::Scanned { open: 2, news: 0 }
    );
    let told = [
        "port_opened: 443/tcp opened · https nginx 1.24",
        "service_changed: 22/tcp OpenSSH 8.9 → 9.6",
        "port_closed: 23/tcp closed · telnet",
    ];
    assert_eq!(news(&lab, id).await, told);
    let open = ports(&lab, id, false).await;
    let short = open
        .iter()
        .map(|p| (p.port, p.accepted, p.seen_at.since(p.opened_at).as_secs()));
    assert_eq!(
        short.collect::<Vec<_>>(),
        [(22, true, 7200), (443, false, 3600)]
    );
    let history = ports(&lab, id, true).await;
    let telnet = history.iter().find(|port| port.port == 23).unwrap();
    assert_eq!(
        telnet.closed_at.unwrap().since(telnet.opened_at),
        Duration::from_hours(1)
    );
    let page = ops::host::page(&lab.engine, &console(), id).await.unwrap();
    assert_eq!(page.ports, open);
    let last = page.port_scan.unwrap();
    assert_eq!(
        (last.asked, last.failure, last.good_at),
        (1000, None, Some(lab.engine.now()))
    );
    let closed = page
        .events
        .iter()
        .find(|event| event.detail == "23/tcp closed · telnet");
    assert_eq!(closed.unwrap().lasted_seconds, Some(3600));
}

#[tokio::test]
async fn a_firewall_that_answers_at_every_port_is_one_event() {
    let (lab, id) = lab().await;
    lab.ports.open(IP, 22, "ssh");
    scan(&lab, id, &TOP).await;
    for port in 1..=1000 {
        lab.ports.open(IP, port, "tcpwrapped");
    }
    let recorded = scan(&lab, id, &TOP).await;
    assert_eq!(
        recorded,
        Recorded::Scanned {
            open: 1000,
            news: 1
        }
    );
    assert_eq!(chips(&lab, IP).await.len(), 128, "as many as a row can use");
    for port in (1..=1000).filter(|port| *port != 22) {
        lab.ports.close(IP, port);
    }
    scan(&lab, id, &TOP).await;
    let told = [
        "port_opened: 999 ports opened · 1-21,23-1000",
        "port_closed: 999 ports closed · 1-21,23-1000",
    ];
    assert_eq!(news(&lab, id).await, told);
}

#[tokio::test]
async fn another_profile_makes_no_false_news() {
    let (lab, id) = lab().await;
    for port in [22, 2222, 8443] {
        lab.ports.open(IP, port, "");
    }
    scan(&lab, id, &TOP).await;
    scan(&lab, id, &Ports::Top(3000)).await;
    scan(&lab, id, &TOP).await;
    scan(&lab, id, &Ports::Top(9000)).await;
    assert_eq!(news(&lab, id).await, [""; 0]);
    assert_eq!(chips(&lab, IP).await, ["22/", "2222/", "8443/"]);
    assert!(
        ports(&lab, id, false)
            .await
            .iter()
            .all(|port| port.accepted)
    );
    assert_eq!(
        ops::port::tidy(&lab.engine).await.unwrap(),
        2,
        "what the newest scan asked is kept"
    );
    lab.ports.close(IP, 2222);
    scan(&lab, id, &TOP).await;
    assert_eq!(news(&lab, id).await, [""; 0], "it was not asked");
    scan(&lab, id, &Ports::Top(9000)).await;
    assert_eq!(news(&lab, id).await, ["port_closed: 2222/tcp closed"]);
}

#[tokio::test]
async fn a_scan_that_failed_leaves_the_last_good_one() {
    let (lab, id) = lab().await;
    lab.ports.open(IP, 22, "ssh");
    scan(&lab, id, &TOP).await;
    let good_at = lab.engine.now();
    let before = ports(&lab, id, true).await;
    lab.pass(Duration::from_hours(1));
    let silence = PortReport {
        open: Vec::new(),
        responded: false,
        ..lab.ports.report(IP, &TOP)
    };
    let recorded = ops::port::record(&lab.engine, id, &silence).await.unwrap();
    assert_eq!(recorded, Recorded::NotScanned);
    let last = async || {
        ops::host::page(&lab.engine, &console(), id)
            .await
            .unwrap()
            .port_scan
            .unwrap()
    };
    let failed = last().await;
    assert_eq!(
        (failed.good_at, failed.at, failed.asked),
        (Some(good_at), lab.engine.now(), 1000)
    );
    assert_eq!(
        failed.failure.as_deref(),
        Some("not scanned: nothing answered at any port")
    );
    ops::port::fail(&lab.engine, id, "nmap\u{1b}[31m\n broke")
        .await
        .unwrap();
    assert_eq!(last().await.failure.as_deref(), Some("nmap[31m broke"));
    assert_eq!(ports(&lab, id, true).await, before);
    assert_eq!(news(&lab, id).await, [""; 0]);
    let lab = lab.restart().await;
    assert_eq!(
        chips(&lab, IP).await,
        ["22/ssh"],
        "chips are there after a restart"
    );
}

#[tokio::test]
async fn what_was_accepted_belongs_here() {
    let (lab, id) = lab().await;
    scan(&lab, id, &TOP).await;
    lab.ports.open(IP, 80, "http");
    lab.ports.open(IP, 443, "https");
    scan(&lab, id, &TOP).await;
    let accepted = async || -> Vec<(u16, bool)> {
        ports(&lab, id, false)
            .await
            .iter()
            .map(|p| (p.port, p.accepted))
            .collect()
    };
    assert_eq!(accepted().await, [(80, false), (443, false)]);
    let reader = Caller {
        scopes: vec![domain::token::Scope::Read],
        ..console()
    };
    let refused = ops::port::accept(&lab.engine, &reader, id).await;
    assert!(
        matches!(refused, Err(Error::Forbidden { .. })),
        "{refused:?}"
    );
    ops::port::accept(&lab.engine, &console(), id)
        .await
        .unwrap();
    assert_eq!(accepted().await, [(80, true), (443, true)]);
    assert_eq!(
        lab.events(id).await.last().unwrap(),
        "changed: ports accepted: 80/tcp, 443/tcp"
    );
    lab.ports.close(IP, 80);
    scan(&lab, id, &TOP).await;
    lab.ports.open(IP, 80, "http");
    scan(&lab, id, &TOP).await;
    assert_eq!(
        accepted().await,
        [(80, true), (443, true)],
        "the baseline has it"
    );
    lab.ports.close(IP, 80);
    scan(&lab, id, &TOP).await;
    ops::port::accept(&lab.engine, &console(), id)
        .await
        .unwrap();
    lab.ports.open(IP, 80, "http");
    scan(&lab, id, &TOP).await;
    assert_eq!(
        accepted().await,
        [(80, false), (443, true)],
        "it was accepted that it is closed"
    );
}

#[tokio::test]
async fn hosts_are_found_by_port_and_service() {
    let (lab, id) = lab().await;
    lab.ports.open(IP, 443, "https nginx 1.24");
    lab.ports.open(IP, 8443, "http Jetty 10");
    lab.ports.open(IP, 21, "ftp");
    scan(&lab, id, &Ports::Top(9000)).await;
    lab.ports.close(IP, 21);
    scan(&lab, id, &Ports::Top(9000)).await;
    let subnet = lab.host_at(IP).await.subnet_id;
    for (port, service, q, found) in [
        (Some(443), None, None, 1),
        (Some(80), None, None, 0),
        (Some(21), None, None, 0),
        (None, Some("https"), None, 1),
        (None, Some("HTTPS"), None, 1),
        (None, Some("ftp"), None, 0),
        (Some(8443), Some("https"), None, 0),
        (Some(443), Some("https"), None, 1),
        (None, None, Some("8443"), 1),
        (None, None, Some("844"), 0),
        (None, None, Some("NGINX"), 1),
        (None, None, Some("jetty"), 1),
        (None, Some(" "), None, 2),
    ] {
        let what = format!("{port:?} {service:?} {q:?}");
        let (service, q) = (service.map(Into::into), q.map(Into::into));
        let query = HostQuery {
            port,
            service,
            q,
            ..HostQuery::default()
        };
        let hosts = ops::host::list(&lab.engine, &console(), &query)
            .await
            .unwrap();
        assert_eq!(hosts.total, found, "{what}");
        let HostQuery { service, q, .. } = query;
        let query = RowQuery {
            port,
            service: service.clone(),
            q: q.clone(),
            ..RowQuery::default()
        };
        let rows = ops::subnet::rows(&lab.engine, &console(), subnet, &query)
            .await
            .unwrap();
        let hosts = rows.items.iter().filter(|row| matches!(row, Row::Host(_)));
        assert_eq!(hosts.count() as u64, found, "{what}");
        let query = SummaryQuery {
            port,
            service,
            q,
            ..SummaryQuery::default()
        };
        let summary = ops::summary::summary(&lab.engine, &console(), &query)
            .await
            .unwrap();
        assert_eq!(summary.hosts.total, found, "{what}");
        assert_eq!(summary.services, ["http", "https"]);
    }
}

#[tokio::test]
async fn open_pages_are_told_the_new_chips_and_what_happened() {
    let (lab, id) = lab().await;
    scan(&lab, id, &TOP).await;
    let mut stream = lab.engine.subscribe();
    stream.next().await;
    lab.ports.open(IP, 22, "ssh");
    scan(&lab, id, &TOP).await;
    let LiveEvent::Hosts(hosts) = &stream.next().await.unwrap().event else {
        panic!("expected the row")
    };
    assert_eq!((hosts.hosts[0].id, hosts.hosts[0].ports[0].port), (id, 22));
    let LiveEvent::Event(event) = &stream.next().await.unwrap().event else {
        panic!("expected the event")
    };
    assert_eq!(event.kind.as_str(), "port_opened");
}

#[tokio::test]
async fn a_removed_host_takes_its_ports_along() {
    let (lab, id) = lab().await;
    lab.ports.open(IP, 22, "ssh");
    scan(&lab, id, &TOP).await;
    let report = lab.ports.report(IP, &TOP);
    ops::host::delete(&lab.engine, &console(), id, None)
        .await
        .unwrap();
    let recorded = ops::port::record(&lab.engine, id, &report).await.unwrap();
    assert_eq!(recorded, Recorded::Gone);
    let query = PortQuery::default();
    let gone = ops::port::list(&lab.engine, &console(), id, &query).await;
    assert!(matches!(gone, Err(Error::NotFound { .. })), "{gone:?}");
    let query = SummaryQuery::default();
    let summary = ops::summary::summary(&lab.engine, &console(), &query).await;
    assert_eq!(summary.unwrap().services, [""; 0]);
}
