//! The sample network: loaded once for every test that reads it, through the operations that write every history.

use crate::harness::console;
use domain::{
    event::{Event, EventKind, EventQuery},
    history::{History, HistoryQuery, Resolution},
    host::{Host, HostQuery},
    probe::{Answer, Unsent},
    status::Status,
    time::Timestamp,
    uptime::Uptime,
};
use engine::{
    Engine, EngineSettings, Error, OpenError,
    clock::{Clock, Hands},
    demo::{Network, Simulated},
    ops,
    probe::{Ping as _, Round},
};
use std::{path::Path, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// A Wednesday morning.
const UNTIL: Timestamp = Timestamp(1_800_433_800_000);

fn settings(folder: &Path, simulated: bool) -> EngineSettings {
    EngineSettings {
        database_url: format!("sqlite://{}?mode=rwc", folder.join("demo.db").display()),
        demo: true,
        simulated,
        ..EngineSettings::default()
    }
}

async fn open(folder: &Path, clock: Clock, simulated: bool) -> Result<Engine, OpenError> {
    let network = Arc::new(Network::new(1, UNTIL));
    let probes = Simulated::new(network, clock.clone());
    let opened = Engine::open_at(settings(folder, simulated), probes, clock).await?;
    Ok(opened.engine)
}

/// The engine of a database into which the sample network was loaded, opened again at the end of its past.
async fn loaded(folder: &Path, network: &Network) -> Engine {
    let hands = Hands::default();
    let engine = open(folder, hands.clock(), true).await.unwrap();
    let mut told = Vec::new();
    ops::demo::load(&engine, network, &hands, |hours, all| {
        told.push((hours, all));
    })
    .await
    .unwrap();
    assert!(told.is_sorted() && told.last().is_some_and(|(n, all)| n == all));
    engine.close().await.unwrap();
    drop(engine);
    hands.set(UNTIL);
    open(folder, hands.clock(), true).await.unwrap()
}

async fn hosts(engine: &Engine) -> Vec<Host> {
    let query = HostQuery {
        limit: Some(1_000),
        ..HostQuery::default()
    };
    ops::host::list(engine, &console(), &query)
        .await
        .unwrap()
        .items
}

fn host<'a>(hosts: &'a [Host], ip: &str) -> &'a Host {
    hosts.iter().find(|host| host.ip.to_string() == ip).unwrap()
}

async fn samples(engine: &Engine, host: &Host, resolution: Resolution) -> History {
    let query = HistoryQuery {
        from: Some(UNTIL.minus(engine::demo::PAST)),
        resolution: Some(resolution),
        ..HistoryQuery::default()
    };
    ops::history::status(engine, &console(), host.id, &query)
        .await
        .unwrap()
}

async fn week(engine: &Engine, host: &Host) -> Uptime {
    let uptimes = ops::uptime::of_host(engine, &console(), host.id).await;
    uptimes.unwrap().week
}

async fn events(engine: &Engine) -> Vec<Event> {
    let mut query = EventQuery {
        limit: Some(1_000),
        ..EventQuery::default()
    };
    let mut all = Vec::new();
    loop {
        let page = ops::event::list(engine, &console(), &query).await.unwrap();
        all.extend(page.items);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            return all;
        }
    }
}

#[tokio::test]
async fn a_loaded_week_has_everything_to_show() {
    let folder = tempfile::tempdir().unwrap();
    let engine = loaded(folder.path(), &Network::new(1, UNTIL)).await;
    let hosts = hosts(&engine).await;
    has_every_status(&hosts);
    let events = events(&engine).await;
    has_every_event(&events);
    for host in &hosts {
        let percent = week(&engine, host).await.percent;
        assert!(
            percent.is_none_or(|p| (0.0..=100.0).contains(&p)),
            "{host:?}"
        );
        assert_eq!(
            percent.is_none(),
            host.ip.to_string().starts_with("10.20.90.")
        );
        if host.ip.to_string().starts_with("10.20.30.") && host.status == Status::Up {
            let raw = samples(&engine, host, Resolution::Raw).await;
            let gone = UNTIL.minus(Duration::from_mins((2 * 24 + 3) * 60 - 20));
            let near = raw
                .items
                .iter()
                .filter(|p| p.ts.since(gone).max(gone.since(p.ts)) < MINUTES);
            assert_eq!(
                near.count(),
                0,
                "nothing is known of the time without a link"
            );
        }
    }
    let camera = week(&engine, host(&hosts, "10.20.30.12")).await;
    assert_eq!(camera.outages, 0, "a lost link is no outage");
    assert!(camera.observed_seconds < 7 * 86_400 - 30 * 60, "{camera:?}");
    let slow = samples(&engine, host(&hosts, "10.20.20.42"), Resolution::Day).await;
    let mean = |n: usize| slow.items[n].latency_ms.unwrap();
    assert!(mean(slow.items.len() - 1) > 3.0 * mean(0), "{slow:?}");
    let raw = samples(&engine, host(&hosts, "10.20.20.30"), Resolution::Raw).await;
    assert!(
        (3_500..4_000).contains(&raw.items.len()),
        "{}",
        raw.items.len()
    );
    engine.close().await.unwrap();
}

/// Less than the rounds around a moment are apart.
const MINUTES: Duration = Duration::from_mins(15);

fn has_every_status(hosts: &[Host]) {
    assert!((140..=180).contains(&hosts.len()), "{}", hosts.len());
    let named = |fits: fn(&Host) -> bool| {
        let fitting = hosts.iter().filter(|host| fits(host));
        fitting.map(|host| host.ip.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(
        named(|host| host.status == Status::Down),
        ["10.20.10.10", "10.20.20.61", "10.20.20.200", "10.20.30.16"]
    );
    assert_eq!(
        named(|host| host.status == Status::Unknown),
        ["10.20.90.1", "10.20.90.2", "10.20.90.3"],
        "not pinged"
    );
    assert_eq!(named(|host| host.flapping), ["10.20.30.21"]);
    assert_eq!(named(|host| host.reserved), ["10.20.20.200"]);
    let since = host(hosts, "10.20.20.61").since.unwrap();
    assert!(
        UNTIL.since(since) > Duration::from_hours(72),
        "down for days"
    );
}

fn has_every_event(events: &[Event]) {
    let count = |kind| events.iter().filter(|event| event.kind == kind).count();
    for kind in EventKind::ALL {
        let happens = !matches!(
            kind,
            EventKind::Archived
                | EventKind::Restored
                | EventKind::Removed
                | EventKind::FlappingEnded
                | EventKind::NearlyFull
                | EventKind::ScanChanged
        );
        assert_eq!(count(kind) > 0, happens, "{kind}");
    }
    assert!(
        events.len() < 1_500,
        "{} are too many to read",
        events.len()
    );
    let link: Vec<_> = events
        .iter()
        .filter(|event| event.kind == EventKind::Unknown)
        .collect();
    assert_eq!(link.len(), 1, "{link:?}");
    assert_eq!(
        (link[0].host_id, link[0].ip.to_string().as_str()),
        (None, "10.20.30.0")
    );
    let words = |kind| -> Vec<&str> {
        let of_kind = events.iter().filter(|event| event.kind == kind);
        of_kind.map(|event| event.detail.as_str()).collect()
    };
    assert_eq!(
        words(EventKind::PortClosed),
        [
            "23/tcp closed · telnet",
            "3389/tcp closed · ms-wbt-server Microsoft Terminal Services",
            "21/tcp closed · ftp ProFTPD 1.3.5"
        ]
    );
    let opened = words(EventKind::PortOpened);
    assert_eq!(opened[1], "8080/tcp opened · http Jetty 10.0.18");
    assert_eq!(opened.len(), 4, "{opened:?}");
    let changed = words(EventKind::ServiceChanged);
    assert!(changed.contains(&"22/tcp OpenSSH 9.2p1 → 9.6p1"));
    assert_eq!(changed.len(), 5, "{changed:?}");
    assert!(events.is_sorted_by(|newer, older| newer.at >= older.at || newer.id > older.id));
    assert!(events.iter().all(|event| event.at <= UNTIL));
}

#[tokio::test]
async fn the_same_seed_and_end_give_the_same_data() {
    let folders = [1, 1, 2].map(|seed| (tempfile::tempdir().unwrap(), seed));
    let mut loads = Vec::new();
    for (folder, seed) in &folders {
        let network = Network::new(*seed, UNTIL).with_past(Duration::from_hours(5));
        let engine = loaded(folder.path(), &network).await;
        let hosts = hosts(&engine).await;
        let mut histories = Vec::new();
        for host in &hosts {
            histories.push(samples(&engine, host, Resolution::Raw).await);
        }
        loads.push((hosts, histories, events(&engine).await));
        engine.close().await.unwrap();
    }
    assert!(loads[0] == loads[1], "equal");
    assert!(loads[0].1 != loads[2].1, "another seed, other samples");
}

#[tokio::test]
async fn a_sample_and_a_real_database_are_never_taken_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let hands = Hands::default();
    hands.set(UNTIL);
    let real = open(folder.path(), hands.clock(), false).await.unwrap();
    real.close().await.unwrap();
    drop(real);
    let taken = open(folder.path(), hands.clock(), true).await;
    assert!(matches!(taken, Err(OpenError::NoDemo(_))), "{taken:?}");

    let folder = tempfile::tempdir().unwrap();
    let sample = open(folder.path(), hands.clock(), true).await.unwrap();
    let network = Network::new(1, UNTIL);
    let left = tokio::time::timeout(
        Duration::from_millis(300),
        ops::demo::load(&sample, &network, &hands, |_, _| ()),
    );
    assert!(left.await.is_err(), "left in the middle");
    sample.close().await.unwrap();
    drop(sample);
    let left = open(folder.path(), hands.clock(), true).await;
    assert!(matches!(left, Err(OpenError::HalfLoaded(_))), "{left:?}");
    let pinged = open(folder.path(), hands.clock(), false).await;
    assert!(matches!(pinged, Err(OpenError::Demo(_))), "{pinged:?}");
}

#[tokio::test(start_paused = true)]
async fn the_simulated_prober_goes_on_where_the_past_ends() {
    let hands = Hands::default();
    hands.set(UNTIL.plus(Duration::from_mins(1)));
    let ping = Simulated::new(Arc::new(Network::new(1, UNTIL)), hands.clock());
    let round = |ip: &str| Round {
        addresses: vec![ip.parse().unwrap()],
        attempts: 3,
        timeout: Duration::from_secs(1),
        spacing: Duration::from_secs(1),
    };
    let mut answers = Vec::new();
    for ip in ["10.20.20.30", "10.20.20.61", "10.20.20.99", "192.0.2.1"] {
        let report = ping.round(round(ip), CancellationToken::new()).await;
        answers.push(matches!(
            report.observations[0].answer,
            Answer::Reply { .. }
        ));
    }
    assert_eq!(answers, [true, false, false, false]);
    let over = CancellationToken::new();
    over.cancel();
    let report = ping.round(round("10.20.20.30"), over).await;
    assert_eq!(
        report.observations[0].answer,
        Answer::Unsent(Unsent::Cancelled)
    );
}

#[tokio::test]
async fn nothing_is_scanned_in_a_sample_network() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Hands::default().clock();
    let engine = open(folder.path(), clock, true).await.unwrap();
    let new = domain::scan::NewScan {
        ip_addresses: vec!["8.8.8.8".into()],
        ..Default::default()
    };
    let mode = domain::scan::ScanMode::Scan;
    let asked = ops::scan::enqueue(&engine, &console(), mode, &new, None).await;
    let Err(Error::Invalid(errors)) = asked else {
        panic!("{asked:?}")
    };
    assert!(errors[0].detail.contains("sample network"), "{errors:?}");
}
