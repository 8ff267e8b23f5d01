//! The prober on real sockets, over the loopback only. Needs permission for ICMP, as the product does.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use domain::probe::{Answer, SocketMode, Unsent};
use engine::probe::{IcmpPing, Ping, PingMode, PingSettings, Round, RoundReport};
use tokio_util::sync::CancellationToken;

fn loopback(count: u32) -> Vec<IpAddr> {
    let first = Ipv4Addr::new(127, 0, 0, 0).to_bits();
    (1..=count)
        .map(|offset| Ipv4Addr::from_bits(first + offset).into())
        .collect()
}

fn round(addresses: Vec<IpAddr>) -> Round {
    Round {
        addresses,
        attempts: 1,
        timeout: Duration::from_secs(1),
        spacing: Duration::from_secs(1),
    }
}

fn fast() -> PingSettings {
    PingSettings {
        rate: None,
        ..PingSettings::default()
    }
}

fn alive(report: &RoundReport) -> usize {
    let replies = report.observations.iter().filter(|seen| match seen.answer {
        Answer::Reply { rtt_us } => rtt_us > 0,
        Answer::Silence | Answer::Unsent(_) => false,
    });
    replies.count()
}

#[tokio::test]
async fn every_address_of_both_families_answers_in_order() {
    let ping = IcmpPing::start(fast()).unwrap();
    let mut addresses = loopback(5_000);
    addresses.insert(17, "::1".parse().unwrap());
    let report = ping
        .round(round(addresses.clone()), CancellationToken::new())
        .await;
    let asked: Vec<_> = report.observations.iter().map(|seen| seen.ip).collect();
    assert_eq!(asked, addresses);
    assert_eq!(alive(&report), 5_001);
    assert!(!report.overflowed);
    let status = ping.status();
    assert!(matches!(status.v4, SocketMode::Datagram | SocketMode::Raw));
}

#[tokio::test]
async fn a_raw_socket_is_not_disturbed_by_another_prober() {
    let raw = PingSettings {
        mode: PingMode::Raw,
        ..fast()
    };
    let (one, two) = (IcmpPing::start(raw).unwrap(), IcmpPing::start(raw).unwrap());
    if one.status().v4 == SocketMode::NoPermission {
        return;
    }
    let (one, two) = tokio::join!(
        one.round(round(loopback(3_000)), CancellationToken::new()),
        two.round(round(loopback(3_000)), CancellationToken::new()),
    );
    assert_eq!((alive(&one), alive(&two)), (3_000, 3_000));
    assert!(!one.overflowed && !two.overflowed);
}

#[tokio::test]
async fn the_pace_is_kept() {
    let settings = PingSettings {
        rate: Some(1_000),
        burst: 16,
        mode: PingMode::Auto,
    };
    let ping = IcmpPing::start(settings).unwrap();
    let report = ping
        .round(round(loopback(516)), CancellationToken::new())
        .await;
    assert_eq!(alive(&report), 516);
    let elapsed = report.elapsed;
    assert!(elapsed >= Duration::from_millis(480), "{elapsed:?}");
}

#[tokio::test]
async fn a_large_round_does_not_hold_up_a_small_one() {
    let settings = PingSettings {
        rate: Some(1_000),
        burst: 16,
        mode: PingMode::Auto,
    };
    let ping = IcmpPing::start(settings).unwrap();
    let stop = CancellationToken::new();
    let large = ping.round(round(loopback(60_000)), stop.clone());
    let small = async {
        let report = ping
            .round(round(loopback(10)), CancellationToken::new())
            .await;
        stop.cancel();
        report
    };
    let (large, small) = tokio::join!(large, small);
    assert_eq!(alive(&small), 10);
    assert!(
        small.elapsed < Duration::from_secs(1),
        "{:?}",
        small.elapsed
    );
    let last = large.observations.last().unwrap();
    assert_eq!(last.answer, Answer::Unsent(Unsent::Cancelled));
}

#[tokio::test]
async fn cancelling_ends_a_round_at_once() {
    let settings = PingSettings {
        rate: Some(1),
        burst: 1,
        mode: PingMode::Auto,
    };
    let ping = IcmpPing::start(settings).unwrap();
    let stop = CancellationToken::new();
    let started = Instant::now();
    stop.cancel();
    let report = ping.round(round(loopback(1_000)), stop).await;
    assert!(started.elapsed() < Duration::from_millis(500));
    assert_eq!(report.observations.len(), 1_000);
}

#[tokio::test]
async fn nobody_to_ask_is_a_finished_round() {
    let ping = IcmpPing::start(fast()).unwrap();
    let report = ping
        .round(round(Vec::new()), CancellationToken::new())
        .await;
    assert!(report.observations.is_empty());
}

#[tokio::test]
async fn a_broadcast_address_is_refused_and_nothing_is_said_about_it() {
    let ping = IcmpPing::start(fast()).unwrap();
    let broadcast = IpAddr::from([127, 255, 255, 255]);
    let report = ping
        .round(round(vec![broadcast]), CancellationToken::new())
        .await;
    let answer = report.observations[0].answer;
    assert_eq!(answer, Answer::Unsent(Unsent::HostUnreachable));
}

#[test]
fn dropping_the_prober_ends_its_thread() {
    for _ in 0..20 {
        drop(IcmpPing::start(fast()).unwrap());
    }
    let threads = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let names =
        threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("comm")).ok());
    // Other tests of this process run probers of their own meanwhile, each test at most two.
    assert!(names.filter(|name| name.trim() == "icmp").count() < 20);
}
