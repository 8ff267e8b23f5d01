//! The worker that scans ports: whom, when, how many at a time, and what it asks twice.

use crate::harness::{Lab, console, open_in, settings};
use domain::{host::HostId, subnet::SubnetPatch};
use engine::{EngineSettings, ops, probe::ports::PortScanError};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

const IP: &str = "10.0.0.1";
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, waiting).await;
    assert!(waited.is_ok(), "waited in vain: {what}");
}

/// An engine whose hosts are known and Up, before its workers start.
async fn lab_with(hosts: &[&str], change: impl FnOnce(&mut EngineSettings)) -> Lab {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let mut with = settings(&folder);
    change(&mut with);
    let lab = open_in(folder, with).await.unwrap();
    lab.wake(hosts);
    let subnet = lab.subnet("10.0.0.0/28").await;
    lab.sweep(subnet.id).await;
    lab
}

/// Starts the workers; the guard ends them.
fn start(lab: &Lab) -> tokio_util::sync::DropGuard {
    let cancel = CancellationToken::new();
    lab.engine.start_workers(&cancel);
    cancel.drop_guard()
}

/// Whether the newest scan of a host is over, and whether it was a good one.
async fn scanned(lab: &Lab, id: HostId) -> Option<bool> {
    let page = ops::host::page(&lab.engine, &console(), id).await.unwrap();
    page.port_scan.map(|scan| scan.failure.is_none())
}

async fn port_news(lab: &Lab, id: HostId) -> Vec<String> {
    let mut events = lab.events(id).await;
    events.retain(|event| event.starts_with("port_"));
    events
}

#[tokio::test]
async fn every_living_host_is_scanned_once_and_two_at_a_time() {
    let hosts = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"];
    let lab = lab_with(&hosts, |_| ()).await;
    let quiet = lab.subnet("10.0.1.0/29").await;
    lab.wake(&["10.0.1.1"]);
    lab.sweep(quiet.id).await;
    let off = SubnetPatch {
        port_scan: Some(false),
        ..SubnetPatch::default()
    };
    ops::subnet::update(&lab.engine, &console(), quiet.id, None, &off)
        .await
        .unwrap();
    lab.ports.hold(true);
    let _workers = start(&lab);
    until("two scans", async || lab.ports.running() == 2).await;
    lab.ports.hold(false);
    for host in hosts {
        let id = lab.host_at(host).await.id;
        until(host, async || scanned(&lab, id).await == Some(true)).await;
    }
    let mut asked = lab.ports.asked();
    asked.sort();
    let once: Vec<_> = hosts.map(|host| (host.to_owned(), 1000)).into();
    assert_eq!(asked, once, "neither twice nor where it is switched off");
    assert_eq!(lab.ports.most(), 2);
}

#[tokio::test]
async fn a_lost_answer_is_no_news_and_a_closed_port_is() {
    let lab = lab_with(&[IP], |it| it.port_interval = Duration::from_millis(1)).await;
    lab.ports.open(IP, 22, "ssh");
    lab.ports.open(IP, 80, "http");
    let id = lab.host_at(IP).await.id;
    let _workers = start(&lab);
    until("a scan", async || scanned(&lab, id).await == Some(true)).await;
    lab.ports.lose(22);
    let second_looks = |lab: &Lab| {
        let asked = lab.ports.asked();
        asked.iter().filter(|(_, count)| *count < 1000).count()
    };
    until("a second look", async || second_looks(&lab) == 1).await;
    lab.ports.close(IP, 80);
    until("the news", async || !port_news(&lab, id).await.is_empty()).await;
    assert_eq!(
        port_news(&lab, id).await,
        ["port_closed: 80/tcp closed · http"]
    );
    assert!(
        second_looks(&lab) >= 2,
        "it was asked twice before it was told"
    );
}

#[tokio::test]
async fn a_failure_is_noted_and_tried_again() {
    let lab = lab_with(&[IP], |it| it.port_interval = Duration::from_millis(60)).await;
    lab.ports.open(IP, 22, "ssh");
    let id = lab.host_at(IP).await.id;
    lab.ports
        .fail(Some(PortScanError::Scanner("nmap is gone".into())));
    let _workers = start(&lab);
    until("the failure", async || {
        scanned(&lab, id).await == Some(false)
    })
    .await;
    lab.ports.fail(None);
    until("another try", async || {
        scanned(&lab, id).await == Some(true)
    })
    .await;
    assert_eq!(port_news(&lab, id).await, [""; 0]);
}

#[tokio::test]
async fn a_scan_that_the_end_cut_off_leaves_no_trace_and_is_repeated() {
    let lab = lab_with(&[IP], |_| ()).await;
    let id = lab.host_at(IP).await.id;
    lab.ports.hold(true);
    let workers = start(&lab);
    until("a scan", async || lab.ports.running() == 1).await;
    drop(workers);
    until("its end", async || lab.ports.running() == 0).await;
    assert_eq!(scanned(&lab, id).await, None);
    let lab = lab.restart().await;
    lab.wake(&[IP]);
    let _workers = start(&lab);
    until("it again", async || scanned(&lab, id).await == Some(true)).await;
}

#[tokio::test]
async fn without_the_scheduler_only_what_is_asked_for_is_scanned() {
    let lab = lab_with(&[IP, "10.0.0.2"], |it| it.port_scheduler = false).await;
    let id = lab.host_at(IP).await.id;
    let _workers = start(&lab);
    let job = ops::job::start(&lab.engine, &console(), id, domain::job::JobKind::PortScan)
        .await
        .unwrap();
    until("the job", async || {
        ops::job::find(&lab.engine, &console(), job.id)
            .unwrap()
            .state
            .is_over()
    })
    .await;
    assert_eq!(lab.ports.asked(), [(IP.to_owned(), 1000)]);
    let health = ops::health::health(&lab.engine, &console()).unwrap();
    assert_eq!(
        (health.ports.name.as_str(), health.ports.scheduled),
        ("a script", false)
    );
}

#[tokio::test]
async fn a_host_that_goes_away_in_the_middle_closes_no_port() {
    let lab = lab_with(&[IP], |it| it.port_interval = Duration::from_millis(1)).await;
    lab.ports.open(IP, 22, "ssh");
    lab.ports.open(IP, 80, "http");
    let id = lab.host_at(IP).await.id;
    let _workers = start(&lab);
    until("a scan", async || scanned(&lab, id).await == Some(true)).await;
    // Port 80 is found closed, and then 22, which was open a moment before, does not answer either.
    lab.ports.vanish(IP, &[22]);
    let looks = |lab: &Lab| {
        lab.ports
            .asked()
            .iter()
            .filter(|(_, count)| *count == 2)
            .count()
    };
    until("three second looks", async || looks(&lab) >= 3).await;
    assert_eq!(port_news(&lab, id).await, [""; 0]);
    let page = ops::host::page(&lab.engine, &console(), id).await.unwrap();
    assert_eq!(page.ports.len(), 2);
}
