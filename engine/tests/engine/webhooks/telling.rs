//! What is told: storms as one message, uplinks, filters, pauses, nearly full subnets.

use super::{Office, receiver::Receiver};
use crate::harness::{Lab, console};
use domain::{
    event::EventKind,
    host::{HostPatch, NewHost},
    subnet::{SubnetId, SubnetPatch},
    webhook::{WebhookFilter, WebhookPatch},
};
use engine::ops;
use std::time::Duration;

impl Receiver {
    /// Kind and address of every event that was told, in order.
    fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        for request in self.seen() {
            let body = request.json();
            for event in body["data"]["events"].as_array().unwrap() {
                let text = |key: &str| event[key].as_str().unwrap().to_owned();
                told.push(format!("{} {}", text("kind"), text("ip")));
            }
        }
        told
    }
}

/// A round of another subnet at the same moment as the last one.
async fn round_at_once(lab: &Lab, id: SubnetId) {
    lab.step_back(Duration::from_mins(1));
    lab.round(id).await;
}

#[tokio::test]
async fn five_thousand_hosts_that_go_down_at_once_are_one_message() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    let subnet = office.lab.subnet("10.7.0.0/19").await.id;
    let ips: Vec<String> = (1..=5_000)
        .map(|n| format!("10.7.{}.{}", n / 256, n % 256))
        .collect();
    office
        .lab
        .wake(&ips.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(office.lab.sweep(subnet).await, 5_000);
    let id = office.hook(&receiver.url()).await.webhook.id;
    for ip in &ips {
        office.lab.silence(ip);
    }
    for _ in 0..3 {
        office.lab.round(subnet).await;
    }
    assert_eq!(office.send_after(10).await.len(), 1);
    assert_eq!(office.send_after(3_600).await.len(), 0);
    let body = receiver.seen()[0].json();
    assert_eq!(body["data"]["total"], 5_000);
    assert_eq!(body["data"]["truncated"], true);
    assert!(body["data"]["events"].as_array().unwrap().len() > 300);
    assert!(receiver.seen()[0].body.len() < 100_000);
    assert_eq!(office.shown(id).await.waiting, 0);
}

#[tokio::test]
async fn hosts_behind_an_uplink_that_is_down_are_one_message() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    let lab = &office.lab;
    let branch = lab.subnet("10.8.0.0/29").await;
    lab.wake(&["10.8.0.1", "10.8.0.2", "10.8.0.3"]);
    lab.sweep(branch.id).await;
    let router = lab.host_at("10.0.0.1").await.id;
    let patch = SubnetPatch {
        uplink_host_id: Some(Some(router)),
        ..SubnetPatch::default()
    };
    let subnet = ops::subnet::update(&lab.engine, &console(), branch.id, None, &patch).await;
    assert_eq!(subnet.unwrap().uplink_ip.unwrap().to_string(), "10.0.0.1");
    office.hook(&receiver.url()).await;

    for ip in ["10.0.0.1", "10.8.0.1", "10.8.0.2", "10.8.0.3"] {
        lab.silence(ip);
    }
    // Those behind it are known to be down a round before it is.
    for _ in 0..2 {
        lab.round(office.subnet).await;
        round_at_once(lab, branch.id).await;
    }
    lab.round(branch.id).await;
    assert_eq!(office.send_after(10).await, [], "the uplink is in doubt");
    lab.round(office.subnet).await;
    assert_eq!(
        office.send_after(10).await.len(),
        1,
        "{:?}",
        lab.events(router).await
    );
    assert_eq!(receiver.told(), ["down 10.0.0.1"]);
    assert_eq!(receiver.seen()[0].json()["data"]["events"][0]["behind"], 3);

    lab.wake(&["10.0.0.1", "10.8.0.1", "10.8.0.2"]);
    lab.round(office.subnet).await;
    round_at_once(lab, branch.id).await;
    office.send_after(10).await;
    assert_eq!(receiver.told(), ["down 10.0.0.1", "up 10.0.0.1"]);
    let events = lab.events(lab.host_at("10.8.0.2").await.id).await;
    assert!(
        events.contains(&"down: 3 silent rounds".into()),
        "stored as ever: {events:?}"
    );

    // The third is still down, and by now that is its own fault.
    lab.round(branch.id).await;
    lab.round(office.subnet).await;
    office.send_after(60).await;
    assert_eq!(receiver.told()[2..], ["down 10.8.0.3"]);
    lab.wake(&["10.8.0.3"]);
    lab.round(branch.id).await;
    office.send_after(30).await;
    assert_eq!(receiver.told()[3..], ["up 10.8.0.3"]);
}

#[tokio::test]
async fn two_uplinks_that_name_each_other_hide_nothing() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    let lab = &office.lab;
    let branch = lab.subnet("10.8.0.0/29").await;
    lab.wake(&["10.8.0.1"]);
    lab.sweep(branch.id).await;
    for (subnet, uplink) in [(branch.id, "10.0.0.1"), (office.subnet, "10.8.0.1")] {
        let patch = SubnetPatch {
            uplink_host_id: Some(Some(lab.host_at(uplink).await.id)),
            ..SubnetPatch::default()
        };
        ops::subnet::update(&lab.engine, &console(), subnet, None, &patch)
            .await
            .unwrap();
    }
    office.hook(&receiver.url()).await;
    lab.silence("10.0.0.1");
    lab.silence("10.8.0.1");
    for _ in 0..3 {
        lab.round(branch.id).await;
        lab.round(office.subnet).await;
    }
    office.send_after(10).await;
    assert_eq!(receiver.told(), ["down 10.8.0.1", "down 10.0.0.1"]);
}

#[tokio::test]
async fn each_webhook_hears_what_it_asked_for() {
    let office = Office::new().await;
    let lab = &office.lab;
    let host = lab.host_at("10.0.0.2").await;
    let patch = HostPatch {
        tags: Some(Some(vec!["core".into()])),
        ..HostPatch::default()
    };
    ops::host::update(&lab.engine, &console(), host.id, None, &patch)
        .await
        .unwrap();
    let other = lab.subnet("10.9.0.0/24").await.id;
    let filters = [
        (
            WebhookFilter::default(),
            vec!["down 10.0.0.1", "down 10.0.0.2", "up 10.0.0.1"],
        ),
        (
            WebhookFilter {
                kinds: vec![EventKind::Up],
                ..WebhookFilter::default()
            },
            vec!["up 10.0.0.1"],
        ),
        (
            WebhookFilter {
                tags: vec!["core".into()],
                ..WebhookFilter::default()
            },
            vec!["down 10.0.0.2"],
        ),
        (
            WebhookFilter {
                subnets: vec![other],
                ..WebhookFilter::default()
            },
            vec![],
        ),
    ];
    let mut receivers = Vec::new();
    for (filter, expected) in filters {
        let receiver = Receiver::new().await;
        office.hook_about(&receiver.url(), filter).await;
        receivers.push((receiver, expected));
    }
    office.goes_down("10.0.0.1").await;
    office.goes_down("10.0.0.2").await;
    office.send_after(10).await;
    office.comes_up("10.0.0.1").await;
    office.send_after(30).await;
    for (receiver, expected) in &receivers {
        assert_eq!(receiver.told(), *expected);
    }
    // Who hears of both hears nothing of a host that came back before anybody was told.
    office.goes_down("10.0.0.3").await;
    office.comes_up("10.0.0.3").await;
    office.send_after(30).await;
    assert_eq!(receivers[0].0.told(), receivers[0].1);
    assert_eq!(receivers[1].0.told(), ["up 10.0.0.1", "up 10.0.0.3"]);
}

#[tokio::test]
async fn what_happens_during_a_pause_is_never_told() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    let hook = office.hook(&receiver.url()).await.webhook;
    let engine = &office.lab.engine;
    let enable = async |enabled| {
        let patch = WebhookPatch {
            enabled: Some(enabled),
            ..WebhookPatch::default()
        };
        ops::webhook::update(engine, &console(), hook.id, None, &patch)
            .await
            .unwrap();
    };
    enable(false).await;
    office.goes_down("10.0.0.1").await;
    assert_eq!(office.send_after(30).await, []);
    enable(true).await;
    office.goes_down("10.0.0.2").await;
    office.send_after(30).await;
    assert_eq!(receiver.told(), ["down 10.0.0.2"]);
}

#[tokio::test]
async fn a_subnet_is_nearly_full_once_per_level() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    let lab = &office.lab;
    lab.subnet("10.8.0.0/28").await;
    office.hook(&receiver.url()).await;
    let add = async |n: u8| {
        let host = NewHost {
            ip: format!("10.8.0.{n}"),
            ..NewHost::default()
        };
        ops::host::create(&lab.engine, &console(), &host)
            .await
            .unwrap();
        ops::subnet::notice_full(&lab.engine).await.unwrap()
    };
    let mut told = Vec::new();
    for n in 1..=14 {
        told.push(add(n).await);
    }
    // 12 of 14 are 85 %, 14 are all; 13 are 92 %, which does not end a level of 95 %.
    assert_eq!(told, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]);
    let host = lab.host_at("10.8.0.14").await;
    ops::host::delete(&lab.engine, &console(), host.id, None)
        .await
        .unwrap();
    assert_eq!(ops::subnet::notice_full(&lab.engine).await.unwrap(), 0);
    assert_eq!(add(14).await, 0);
    office.send_after(30).await;
    let details: Vec<String> = receiver.seen()[0].json()["data"]["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["detail"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(details[0], "85 % of 10.8.0.0/28 are in use, 12 of 14");
    assert_eq!(details[1], "100 % of 10.8.0.0/28 are in use, 14 of 14");
    let events = lab.events(lab.host_at("10.8.0.1").await.id).await;
    assert!(
        events.iter().all(|event| !event.starts_with("nearly_full")),
        "{events:?}"
    );
}

#[tokio::test]
async fn filters_that_name_nothing_are_refused() {
    let office = Office::new().await;
    let new = |filter| domain::webhook::NewWebhook {
        name: "x".into(),
        url: "https://example.org/x".into(),
        filter,
        ..Default::default()
    };
    for (filter, pointer) in [
        (
            WebhookFilter {
                subnets: vec![SubnetId(99)],
                ..WebhookFilter::default()
            },
            "/filter/subnets",
        ),
        (
            WebhookFilter {
                kinds: vec![EventKind::Suspect],
                ..WebhookFilter::default()
            },
            "/filter/kinds",
        ),
        (
            WebhookFilter {
                tags: vec!["a b".into()],
                ..WebhookFilter::default()
            },
            "/filter/tags",
        ),
    ] {
        let refused = ops::webhook::create(&office.lab.engine, &console(), &new(filter)).await;
        let engine::Error::Invalid(errors) = refused.unwrap_err() else {
            panic!("expected a field")
        };
        assert_eq!(errors[0].pointer, pointer);
    }
}
