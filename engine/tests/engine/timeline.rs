//! What the timeline tells: one event for many hosts, flapping, gaps, filters.

use crate::harness::{Lab, console};
use domain::{
    event::{Event, EventQuery},
    host::NewHost,
    subnet::SubnetId,
};
use engine::ops;
use std::time::Duration;

async fn events(lab: &Lab, query: EventQuery) -> Vec<Event> {
    let page = ops::event::list(&lab.engine, &console(), &query).await;
    let mut items = page.unwrap().items;
    items.reverse();
    items
}

fn words(events: &[Event]) -> Vec<String> {
    let line = |e: &Event| format!("{} {}: {}", e.ip, e.kind, e.detail);
    events.iter().map(line).collect()
}

async fn with_three_hosts() -> (Lab, SubnetId) {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.round(subnet.id).await;
    (lab, subnet.id)
}

fn of_subnet(id: SubnetId, kinds: &str) -> EventQuery {
    EventQuery {
        kind: Some(kinds.parse().unwrap()),
        subnet: Some(id.0),
        ..EventQuery::default()
    }
}

#[tokio::test]
async fn a_link_that_is_down_is_one_event_and_no_down() {
    let (lab, id) = with_three_hosts().await;
    lab.cut_off(true);
    for _ in 0..60 {
        lab.round(id).await;
    }
    lab.cut_off(false);
    lab.round(id).await;
    let found = events(&lab, of_subnet(id, "unknown,known,down,suspect")).await;
    assert_eq!(
        words(&found),
        [
            "10.0.0.0 unknown: all 3 hosts of 10.0.0.0/29: this machine has no way there",
            "10.0.0.0 known: all 3 hosts of 10.0.0.0/29: asked again"
        ]
    );
    assert_eq!((found[0].host_id, found[0].lasted_seconds), (None, None));
    assert_eq!(found[1].lasted_seconds, Some(3600));
}

#[tokio::test]
async fn a_host_s_own_timeline_has_what_its_subnet_went_through_since_it_is_there() {
    let (lab, id) = with_three_hosts().await;
    for _ in 0..2 {
        lab.cut_off(true);
        lab.round(id).await;
        lab.round(id).await;
        lab.cut_off(false);
        lab.round(id).await;
        let new = NewHost {
            ip: "10.0.0.5".into(),
            ..NewHost::default()
        };
        // The second time it is there already.
        let _ = ops::host::create(&lab.engine, &console(), &new).await;
    }
    let (old, new) = (lab.host_at("10.0.0.1").await, lab.host_at("10.0.0.5").await);
    let kinds = async |id| {
        let events = lab.events(id).await;
        let kind = |e: &String| e.split(':').next().unwrap().to_owned();
        events.iter().map(kind).collect::<Vec<_>>()
    };
    assert_eq!(
        kinds(old.id).await,
        ["discovered", "unknown", "known", "unknown", "known"]
    );
    assert_eq!(kinds(new.id).await, ["added", "unknown", "known"]);
}

#[tokio::test]
async fn a_gap_is_told_once_for_all_with_the_time_it_began() {
    let (lab, id) = with_three_hosts().await;
    lab.pass(Duration::from_hours(8));
    let lab = lab.restart().await;
    lab.wake(&["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
    lab.round(id).await;
    lab.round(id).await;
    let found = events(&lab, of_subnet(id, "unknown,known,down,suspect")).await;
    assert_eq!(
        words(&found),
        [
            "10.0.0.0 unknown: all 3 hosts of 10.0.0.0/29: nobody looked",
            "10.0.0.0 known: all 3 hosts of 10.0.0.0/29: asked again"
        ]
    );
    assert_eq!(found[1].at.since(found[0].at), Duration::from_hours(8));
    assert_eq!(found[1].lasted_seconds, Some(8 * 3600));
}

#[tokio::test]
async fn a_restart_of_a_minute_is_nothing_to_tell() {
    let (lab, id) = with_three_hosts().await;
    lab.pass(Duration::from_mins(1));
    let lab = lab.restart().await;
    lab.round(id).await;
    assert_eq!(
        words(&events(&lab, of_subnet(id, "unknown,known")).await),
        [""; 0]
    );
}

#[tokio::test]
async fn a_restart_right_after_the_first_sweep_is_nothing_to_tell() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    let lab = lab.restart().await;
    lab.round(subnet.id).await;
    assert_eq!(
        words(&events(&lab, of_subnet(subnet.id, "unknown,known")).await),
        [""; 0]
    );
}

#[tokio::test]
async fn flapping_begins_survives_a_restart_and_ends_by_itself() {
    let (lab, id) = with_three_hosts().await;
    for _ in 0..3 {
        lab.silence("10.0.0.2");
        for _ in 0..3 {
            lab.round(id).await;
        }
        lab.wake(&["10.0.0.2"]);
        lab.round(id).await;
    }
    assert!(lab.host_at("10.0.0.2").await.flapping);
    let lab = lab.restart().await;
    lab.wake(&["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
    assert!(lab.host_at("10.0.0.2").await.flapping);
    for _ in 0..60 {
        lab.round(id).await;
    }
    assert!(!lab.host_at("10.0.0.2").await.flapping);
    let found = events(&lab, of_subnet(id, "flapping_began,flapping_ended")).await;
    assert_eq!(
        words(&found),
        [
            "10.0.0.2 flapping_began: 6 changes within 9 min",
            "10.0.0.2 flapping_ended: no change for an hour"
        ]
    );
    assert_eq!(found[1].lasted_seconds, Some(3600));
}

#[tokio::test]
async fn events_are_found_by_several_kinds_and_between_two_times() {
    let (lab, id) = with_three_hosts().await;
    lab.silence("10.0.0.2");
    for _ in 0..3 {
        lab.round(id).await;
    }
    let down = events(&lab, of_subnet(id, "down,suspect")).await;
    assert_eq!(
        words(&down),
        [
            "10.0.0.2 suspect: missed a round",
            "10.0.0.2 down: 3 silent rounds"
        ]
    );
    let query = EventQuery {
        since: Some(down[0].at),
        until: Some(down[1].at),
        ..EventQuery::default()
    };
    assert_eq!(
        words(&events(&lab, query).await),
        ["10.0.0.2 suspect: missed a round"]
    );
}

#[tokio::test]
async fn pages_of_several_kinds_follow_each_other() {
    let (lab, id) = with_three_hosts().await;
    for host in ["10.0.0.2", "10.0.0.3"] {
        lab.silence(host);
        for _ in 0..3 {
            lab.round(id).await;
        }
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let query = EventQuery {
            limit: Some(2),
            cursor,
            ..of_subnet(id, "suspect,discovered,down")
        };
        let page = ops::event::list(&lab.engine, &console(), &query)
            .await
            .unwrap();
        assert_eq!(page.total, 7);
        seen.extend(page.items.iter().map(|e| e.kind.as_str()));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    seen.reverse();
    assert_eq!(
        seen,
        [
            "discovered",
            "discovered",
            "discovered",
            "suspect",
            "down",
            "suspect",
            "down"
        ]
    );
}
