//! Hosts that fade out of the lists, and how they come back.

use crate::harness::{Lab, console};
use domain::{
    host::{Host, HostPatch, HostQuery, NewHost},
    status::Status,
    subnet::SubnetId,
};
use engine::ops;
use std::time::Duration;

/// A subnet in which 10.0.0.2 has been silent for thirty days, with a round a day.
async fn after_thirty_days(describe: bool) -> (Lab, SubnetId) {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1", "10.0.0.2"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    let slow = domain::subnet::SubnetPatch {
        interval_seconds: Some(Some(86_400)),
        ..Default::default()
    };
    ops::subnet::update(&lab.engine, &console(), subnet.id, None, &slow)
        .await
        .unwrap();
    lab.sweep(subnet.id).await;
    if describe {
        let host = lab.host_at("10.0.0.2").await;
        let patch = HostPatch {
            notes: Some(Some("the spare".into())),
            ..HostPatch::default()
        };
        ops::host::update(&lab.engine, &console(), host.id, None, &patch)
            .await
            .unwrap();
    }
    lab.silence("10.0.0.2");
    for _ in 0..3 + 30 {
        // The round itself takes the last minute.
        lab.pass(Duration::from_mins(24 * 60 - 1));
        lab.round(subnet.id).await;
    }
    (lab, subnet.id)
}

async fn archived(lab: &Lab) -> Vec<Host> {
    let query = HostQuery {
        archived: Some(true),
        ..HostQuery::default()
    };
    let page = ops::host::list(&lab.engine, &console(), &query).await;
    page.unwrap().items
}

async fn restore(lab: &Lab, patch: &HostPatch) -> Host {
    let host = archived(lab).await.remove(0);
    ops::host::update(&lab.engine, &console(), host.id, Some(host.version), patch)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_silent_host_that_nobody_described_leaves_lists_counts_and_rounds() {
    let (lab, id) = after_thirty_days(false).await;
    assert_eq!(ops::archive::fade(&lab.engine).await.unwrap(), 1);
    assert_eq!(ops::archive::fade(&lab.engine).await.unwrap(), 0);
    let lab = lab.restart().await;
    assert_eq!(lab.rows(id).await, ["10.0.0.1 up", "10.0.0.2-10.0.0.6 5"]);
    let subnet = ops::subnet::find(&lab.engine, &console(), id)
        .await
        .unwrap();
    assert_eq!((subnet.used, subnet.down), (1, 0));
    assert_eq!(lab.round(id).await.asked, 1);
    let gone = archived(&lab).await;
    assert_eq!(gone[0].ip.to_string(), "10.0.0.2");
    assert!(gone[0].archived_at.is_some());
    let events = lab.events(gone[0].id).await;
    assert_eq!(
        events.last().unwrap(),
        "archived: silent for 30 days, and nobody described it"
    );
}

#[tokio::test]
async fn a_described_host_and_one_that_answers_stay() {
    let (lab, id) = after_thirty_days(true).await;
    assert_eq!(ops::archive::fade(&lab.engine).await.unwrap(), 0);
    assert_eq!(lab.rows(id).await[..2], ["10.0.0.1 up", "10.0.0.2 down"]);
}

#[tokio::test]
async fn thirty_days_in_which_nobody_looked_archive_nobody() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.2"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.silence("10.0.0.2");
    for _ in 0..3 {
        lab.round(subnet.id).await;
    }
    lab.pass(Duration::from_hours(24 * 40));
    let lab = lab.restart().await;
    lab.round(subnet.id).await;
    assert_eq!(lab.host_at("10.0.0.2").await.status, Status::Down);
    assert_eq!(ops::archive::fade(&lab.engine).await.unwrap(), 0);
}

#[tokio::test]
async fn an_archived_host_that_answers_a_sweep_is_back_with_its_past() {
    let (lab, id) = after_thirty_days(false).await;
    let before = lab.host_at("10.0.0.2").await;
    ops::archive::fade(&lab.engine).await.unwrap();
    lab.wake(&["10.0.0.2", "10.0.0.4"]);
    assert_eq!(lab.sweep(id).await, 2);
    let host = lab.host_at("10.0.0.2").await;
    assert_eq!((host.id, host.status), (before.id, Status::Up));
    assert_eq!(
        (host.first_seen_at, host.archived_at),
        (before.first_seen_at, None)
    );
    let events = lab.events(host.id).await;
    assert_eq!(events.last().unwrap(), "restored: answered a sweep");
    let other = lab.host_at("10.0.0.4").await;
    assert_eq!(lab.events(other.id).await, ["discovered: answered a sweep"]);
    assert_eq!(lab.round(id).await.answered, 3);
}

#[tokio::test]
async fn a_person_restores_it_or_describes_it_and_it_is_asked_again() {
    for patch in [
        HostPatch {
            archived: Some(false),
            ..HostPatch::default()
        },
        HostPatch {
            hostname: Some(Some("spare".into())),
            ..HostPatch::default()
        },
    ] {
        let (lab, id) = after_thirty_days(false).await;
        ops::archive::fade(&lab.engine).await.unwrap();
        let host = restore(&lab, &patch).await;
        assert_eq!((host.status, host.archived_at), (Status::Unknown, None));
        let events = lab.events(host.id).await;
        assert_eq!(events.last().unwrap(), "restored: by console");
        assert_eq!(lab.round(id).await.asked, 2);
        assert!(archived(&lab).await.is_empty());
    }
}

#[tokio::test]
async fn adding_an_archived_address_restores_it_with_what_is_said_of_it_now() {
    let (lab, id) = after_thirty_days(false).await;
    let before = lab.host_at("10.0.0.2").await;
    ops::archive::fade(&lab.engine).await.unwrap();
    let free = ops::subnet::free(&lab.engine, &console(), id, 1).await;
    assert_eq!(free.unwrap()[0].to_string(), "10.0.0.2");
    let new = NewHost {
        ip: "10.0.0.2".into(),
        hostname: Some("spare".into()),
        ..NewHost::default()
    };
    let host = ops::host::create(&lab.engine, &console(), &new)
        .await
        .unwrap();
    assert_eq!(
        (host.id, host.hostname.as_deref(), host.archived_at),
        (before.id, Some("spare"), None)
    );
}

#[tokio::test]
async fn nobody_archives_by_hand() {
    let (lab, _) = after_thirty_days(false).await;
    let host = lab.host_at("10.0.0.2").await;
    let patch = HostPatch {
        archived: Some(true),
        ..HostPatch::default()
    };
    let refused = ops::host::update(&lab.engine, &console(), host.id, None, &patch).await;
    assert_eq!(
        refused.unwrap_err().problem().errors[0].pointer,
        "/archived"
    );
}

#[tokio::test]
async fn archived_hosts_move_with_their_subnets() {
    let (lab, id) = after_thirty_days(false).await;
    ops::archive::fade(&lab.engine).await.unwrap();
    let outer = lab.subnet("10.0.0.0/24").await;
    let inner = lab.subnet("10.0.0.0/30").await;
    let home = async || archived(&lab).await[0].subnet_id;
    assert_eq!(home().await, inner.id);
    for (gone, left) in [(inner.id, id), (id, outer.id)] {
        ops::subnet::delete(&lab.engine, &console(), gone, None)
            .await
            .unwrap();
        assert_eq!(home().await, left);
    }
    ops::subnet::delete(&lab.engine, &console(), outer.id, None)
        .await
        .unwrap();
    assert!(archived(&lab).await.is_empty());
}
