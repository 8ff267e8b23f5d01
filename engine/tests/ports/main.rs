//! Both port scanners against real listeners on the loopback.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod examine;
mod listeners;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, Instant};

use domain::port::{OpenPort, PortReport, profile::ScanProfile};
use engine::probe::ports::{PortRequest, PortScanError, PortScanner, Ports};
use engine::probe::{ConnectScanner, Nmap};
use listeners::{Listener, Talk, closed_port, silent_port};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const LONG: Duration = Duration::from_secs(90);

fn ports(words: &str) -> ScanProfile {
    words.parse().unwrap()
}

async fn scan(
    scanner: &dyn PortScanner,
    ip: IpAddr,
    profile: ScanProfile,
) -> Result<PortReport, PortScanError> {
    let (percent, _) = watch::channel(None);
    let request = PortRequest {
        ip,
        profile,
        deadline: LONG,
    };
    scanner
        .scan(request, percent, CancellationToken::new())
        .await
}

fn shown(open: &OpenPort) -> String {
    let fact = |fact: &Option<String>| fact.clone().unwrap_or_default();
    let service = &open.service;
    let facts = [&service.name, &service.product, &service.version].map(fact);
    format!("{}/{} {}", open.port, open.proto, facts.join(" "))
        .trim_end()
        .to_owned()
}

/// nmap, if it is installed.
async fn nmap() -> Option<Nmap> {
    let path = std::env::vars_os().find_map(|(key, value)| (key == "PATH").then_some(value));
    let nmap = Nmap::new(&path.unwrap_or_default()).unwrap();
    let profile = ScanProfile::default();
    nmap.look(profile.technique).await.then_some(nmap)
}

#[tokio::test(flavor = "multi_thread")]
async fn nmap_finds_names_and_versions() {
    let Some(nmap) = nmap().await else {
        println!("skipped: nmap is not installed");
        return;
    };
    let http = Listener::start(HERE, Talk::Http);
    let ssh = Listener::start(HERE, Talk::Ssh);
    let tls = Listener::start(HERE, Talk::HttpOverTls);
    let (closed, silent) = (closed_port(), silent_port());
    let list = [http.port(), ssh.port(), tls.port(), closed, silent.port()].map(|p| p.to_string());
    let profile = ports(&format!("-T4 -sV -p {}", list.join(",")));
    let report = scan(&nmap, HERE, profile).await.unwrap();
    let mut expected = [
        (http.port(), "http nginx 1.24.0"),
        (ssh.port(), "ssh OpenSSH 9.6"),
        (tls.port(), "https nginx 1.24.0"),
    ];
    expected.sort_unstable();
    let expected = expected.map(|(port, facts)| format!("{port}/tcp {facts}"));
    assert_eq!(report.open.iter().map(shown).collect::<Vec<_>>(), expected);
    assert_eq!(report.covered.tcp.len(), 5);
    assert!(report.covered.udp.is_empty() && report.responded && report.versions);
    let status = nmap.status();
    assert!(
        status.name.starts_with("nmap 7.") && status.missing.is_none(),
        "{status:?}"
    );

    drop(ssh);
    let again = ports(&format!("-T4 -p {}", list.join(",")));
    let report = scan(&nmap, HERE, again).await.unwrap();
    let open: Vec<_> = report.open.iter().map(|open| open.port).collect();
    let mut left = [http.port(), tls.port()];
    left.sort_unstable();
    assert_eq!(open, left);
    assert!(!report.versions);
}

#[tokio::test(flavor = "multi_thread")]
async fn nmap_scans_the_newer_protocol_and_by_half_open_connections() {
    let Some(nmap) = nmap().await else {
        println!("skipped: nmap is not installed");
        return;
    };
    let six = IpAddr::from(Ipv6Addr::LOCALHOST);
    for (ip, technique) in [(six, "-sT"), (HERE, "-sS"), (six, "-sS")] {
        let listener = Listener::start(ip, Talk::Ssh);
        let profile = ports(&format!(
            "{technique} -p {},{}",
            listener.port(),
            closed_port()
        ));
        let report = scan(&nmap, ip, profile).await.unwrap();
        let open: Vec<_> = report.open.iter().map(|open| open.port).collect();
        assert_eq!(open, [listener.port()], "{ip} {technique}");
        assert_eq!(report.covered.tcp.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_nmap_gives_up_says_so() {
    let Some(nmap) = nmap().await else {
        println!("skipped: nmap is not installed");
        return;
    };
    let silent = silent_port();
    let request = PortRequest {
        ip: HERE,
        profile: ports(&format!("-T0 -p {},{}", silent.port(), closed_port())),
        deadline: Duration::from_millis(1_500),
    };
    let (percent, _) = watch::channel(None);
    let started = Instant::now();
    let result = nmap.scan(request, percent, CancellationToken::new()).await;
    assert!(
        matches!(&result, Err(PortScanError::NotScanned(words)) if words.starts_with("it took")),
        "{result:?}"
    );
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_built_in_prober_tells_open_closed_and_silent_apart() {
    let prober = ConnectScanner::new();
    for ip in [
        HERE,
        Ipv6Addr::LOCALHOST.into(),
        "::ffff:127.0.0.1".parse().unwrap(),
    ] {
        let open = Listener::start(ip.to_canonical(), Talk::Ssh);
        let profile = ports(&format!("-T4 -p {},{}", open.port(), closed_port()));
        let report = scan(&prober, ip, profile).await.unwrap();
        let found: Vec<_> = report.open.iter().map(|open| open.port).collect();
        assert_eq!(found, [open.port()]);
        assert!(report.responded && !report.versions);
        assert_eq!(report.covered.tcp.len(), 2);
    }
    let silent = silent_port();
    let started = Instant::now();
    let report = scan(&prober, HERE, ports(&format!("-p {}", silent.port())))
        .await
        .unwrap();
    assert!(!report.responded && report.open.is_empty());
    assert!((Duration::from_millis(900)..Duration::from_secs(2)).contains(&started.elapsed()));
    // A host that answers elsewhere is asked a second time, and not for long.
    let both = ports(&format!("-p {},{}", silent.port(), closed_port()));
    let report = scan(&prober, HERE, both).await.unwrap();
    assert!(report.responded && report.open.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_built_in_prober_scans_every_port_and_tells_how_far_it_is() {
    // An address of its own: whatever else listens on this machine does so elsewhere.
    let apart = IpAddr::from([127, 0, 3, 7]);
    let open: Vec<_> = (0..20).map(|_| Listener::start(apart, Talk::Ssh)).collect();
    let (percent, shown) = watch::channel(None);
    let request = PortRequest {
        ip: apart,
        profile: ports("-T4 -p-"),
        deadline: LONG,
    };
    let prober = ConnectScanner::new();
    let report = prober
        .scan(request, percent, CancellationToken::new())
        .await;
    let report = report.unwrap();
    assert_eq!(report.covered.tcp.len(), 65_535);
    let found: Vec<_> = report.open.iter().map(|open| open.port).collect();
    assert!(found.is_sorted() && open.iter().all(|listener| found.contains(&listener.port())));
    assert_eq!(*shown.borrow(), Some(100));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_built_in_prober_ends_when_it_is_told_to() {
    let prober = ConnectScanner::new();
    let silent = silent_port();
    let profile = ports(&format!("-T0 -p {}", silent.port()));
    let request = |deadline| PortRequest {
        ip: HERE,
        profile: profile.clone(),
        deadline,
    };
    let (percent, _) = watch::channel(None);
    let cancel = CancellationToken::new();
    let scanning = prober.scan(request(LONG), percent, cancel.clone());
    let (result, ()) = tokio::join!(scanning, async { cancel.cancel() });
    assert_eq!(result, Err(PortScanError::Cancelled));
    let (percent, _) = watch::channel(None);
    let short = request(Duration::from_millis(100));
    let result = prober.scan(short, percent, CancellationToken::new()).await;
    let words = PortScanError::NotScanned("it took longer than 0.1 s".into());
    assert_eq!(result, Err(words));
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_are_no_hosts_are_refused() {
    let front = Ports::new("".as_ref()).unwrap();
    for ip in [
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "::",
        "ff02::1",
        "fe80::1",
    ] {
        for scanner in [&front as &dyn PortScanner, &ConnectScanner::new()] {
            let result = scan(scanner, ip.parse().unwrap(), ports("-p 9")).await;
            assert!(matches!(result, Err(PortScanError::NotScanned(_))), "{ip}");
        }
    }
}
