//! From a sweep to rows, statuses, events and live messages.

use crate::harness::{Lab, console};
use domain::{
    host::{HostPatch, NewHost},
    live::LiveEvent,
    status::{Cause, Status},
};
use engine::ops;
use std::time::Duration;

#[tokio::test]
async fn a_sweep_lists_who_answers_and_counts_the_gaps() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1", "10.0.0.14", "10.0.0.201"]);
    let subnet = lab.subnet("10.0.0.0/24").await;
    assert_eq!(lab.sweep(subnet.id).await, 3);
    assert_eq!(lab.sweep(subnet.id).await, 0, "a sweep is idempotent");
    assert_eq!(
        lab.rows(subnet.id).await,
        [
            "10.0.0.1 up",
            "10.0.0.2-10.0.0.13 12",
            "10.0.0.14 up",
            "10.0.0.15-10.0.0.200 186",
            "10.0.0.201 up",
            "10.0.0.202-10.0.0.254 53"
        ]
    );
    let numbers = ops::subnet::find(&lab.engine, &console(), subnet.id)
        .await
        .unwrap();
    assert_eq!((numbers.used, numbers.alive, numbers.down), (3, 3, 0));
}

#[tokio::test]
async fn silence_is_suspect_then_down_and_a_reply_is_up() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1", "10.0.0.2"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.silence("10.0.0.2");
    assert!(lab.round(subnet.id).await.suspects);
    assert_eq!(lab.rows(subnet.id).await[1], "10.0.0.2 up suspect");
    lab.round(subnet.id).await;
    lab.round(subnet.id).await;
    assert_eq!(
        lab.rows(subnet.id).await[..2],
        ["10.0.0.1 up", "10.0.0.2 down"]
    );
    lab.wake(&["10.0.0.2"]);
    lab.round(subnet.id).await;
    assert_eq!(lab.rows(subnet.id).await[1], "10.0.0.2 up");
    let host = lab.host_at("10.0.0.2").await;
    assert_eq!(
        lab.events(host.id).await,
        [
            "discovered: answered a sweep",
            "suspect: missed a round",
            "down: 3 silent rounds",
            "up: answers again"
        ]
    );
    let page = ops::host::page(&lab.engine, &console(), host.id)
        .await
        .unwrap();
    assert_eq!(
        page.events[0].lasted_seconds,
        Some(60),
        "it was down for a minute"
    );
}

#[tokio::test]
async fn what_cannot_be_sent_is_unknown_with_a_banner_and_without_events() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1", "2001:db8::7"]);
    let v4 = lab.subnet("10.0.0.0/29").await;
    let v6 = lab.subnet("2001:db8::/64").await;
    lab.sweep(v4.id).await;
    ops::host::create(
        &lab.engine,
        &console(),
        &NewHost {
            ip: "2001:db8::7".into(),
            ..NewHost::default()
        },
    )
    .await
    .unwrap();
    lab.round(v6.id).await;
    lab.cut_off(true);
    for _ in 0..5 {
        lab.round(v4.id).await;
        lab.round(v6.id).await;
    }
    for ip in ["10.0.0.1", "2001:db8::7"] {
        let host = lab.host_at(ip).await;
        assert_eq!(
            (host.status, host.unknown_cause),
            (Status::Unknown, Some(Cause::Unreachable))
        );
        assert!(
            lab.events(host.id)
                .await
                .iter()
                .all(|e| !e.starts_with("down"))
        );
    }
    let frame = ops::summary::frame(&lab.engine, &console()).await.unwrap();
    assert_eq!(frame.banners[0].code, "unreachable");
    assert!(
        frame.banners[0]
            .message
            .contains("10.0.0.0/29, 2001:db8::/64"),
        "{}",
        frame.banners[0].message
    );
    lab.cut_off(false);
    lab.round(v4.id).await;
    lab.round(v6.id).await;
    assert_eq!(lab.host_at("10.0.0.1").await.status, Status::Up);
    assert_eq!(
        ops::summary::frame(&lab.engine, &console())
            .await
            .unwrap()
            .banners,
        []
    );
}

#[tokio::test]
async fn a_status_goes_stale_after_three_intervals() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.pass(Duration::from_mins(3));
    assert_eq!(lab.host_at("10.0.0.1").await.status, Status::Up);
    lab.pass(Duration::from_secs(1));
    let host = lab.host_at("10.0.0.1").await;
    assert_eq!(
        (host.status, host.unknown_cause),
        (Status::Unknown, Some(Cause::Stale))
    );
}

#[tokio::test]
async fn the_last_status_survives_a_restart() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1", "10.0.0.2"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.silence("10.0.0.2");
    for _ in 0..3 {
        lab.round(subnet.id).await;
    }
    let before = (lab.host_at("10.0.0.1").await, lab.host_at("10.0.0.2").await);
    let lab = lab.restart().await;
    assert_eq!(
        (lab.host_at("10.0.0.1").await, lab.host_at("10.0.0.2").await),
        before
    );
}

#[tokio::test]
async fn open_pages_are_told_what_was_committed() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    let mut stream = lab.engine.subscribe();
    assert_eq!(stream.next().await.unwrap().event, LiveEvent::Resync);
    lab.sweep(subnet.id).await;
    let LiveEvent::Hosts(hosts) = &stream.next().await.unwrap().event else {
        panic!("expected hosts")
    };
    assert_eq!(
        (hosts.hosts[0].ip.to_string(), hosts.hosts[0].status),
        ("10.0.0.1".into(), Status::Up)
    );
    let LiveEvent::Event(event) = &stream.next().await.unwrap().event else {
        panic!("expected an event")
    };
    assert_eq!(event.kind.as_str(), "discovered");
    let LiveEvent::Subnet(numbers) = &stream.next().await.unwrap().event else {
        panic!("expected the subnet")
    };
    assert_eq!(numbers.alive, 1);
}

#[tokio::test]
async fn a_storm_is_one_resync() {
    let lab = Lab::new().await;
    let subnet = lab.subnet("10.0.0.0/23").await;
    let ips: Vec<String> = (1..=254).map(|n| format!("10.0.0.{n}")).collect();
    lab.wake(&ips.iter().map(String::as_str).collect::<Vec<_>>());
    let mut stream = lab.engine.subscribe();
    stream.next().await;
    assert_eq!(lab.sweep(subnet.id).await, 254);
    assert_eq!(stream.next().await.unwrap().event, LiveEvent::Resync);
}

#[tokio::test]
async fn an_edit_of_a_changed_host_is_refused_and_nothing_is_lost() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    let host = lab.host_at("10.0.0.1").await;
    let patch = |name: &str| HostPatch {
        hostname: Some(Some(name.into())),
        ..HostPatch::default()
    };
    let edited = ops::host::update(
        &lab.engine,
        &console(),
        host.id,
        Some(host.version),
        &patch("nas"),
    )
    .await
    .unwrap();
    assert_eq!(
        (edited.hostname.as_deref(), edited.version),
        (Some("nas"), host.version + 1)
    );
    let late = ops::host::update(
        &lab.engine,
        &console(),
        host.id,
        Some(host.version),
        &patch("other"),
    )
    .await;
    assert_eq!(late.unwrap_err().problem().status, 412);
    let bad = ops::host::update(&lab.engine, &console(), host.id, None, &patch("not a name")).await;
    assert_eq!(bad.unwrap_err().problem().errors[0].pointer, "/hostname");
    assert_eq!(
        lab.host_at("10.0.0.1").await.hostname.as_deref(),
        Some("nas")
    );
    assert_eq!(
        lab.events(host.id).await[1],
        "changed: hostname: none → nas"
    );
}

#[tokio::test]
async fn a_removed_host_leaves_its_events() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    let host = lab.host_at("10.0.0.1").await;
    ops::host::delete(&lab.engine, &console(), host.id, None)
        .await
        .unwrap();
    assert_eq!(lab.rows(subnet.id).await, ["10.0.0.1-10.0.0.6 6"]);
    let events = ops::event::list(
        &lab.engine,
        &console(),
        &domain::event::EventQuery::default(),
    )
    .await
    .unwrap();
    assert_eq!(
        events
            .items
            .iter()
            .map(|e| e.kind.as_str())
            .collect::<Vec<_>>(),
        ["removed", "discovered"]
    );
    assert_eq!(
        lab.sweep(subnet.id).await,
        1,
        "it is discovered again when it answers"
    );
}
