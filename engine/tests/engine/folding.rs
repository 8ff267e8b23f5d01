//! Folding: interrupted, repeated, late; of hosts that go and move; and what retention leaves.

use crate::{
    harness::{Lab, console, settings},
    history::HOUR,
};
use domain::{
    history::{HistoryPoint, Resolution},
    host::HostId,
};
use engine::{EngineSettings, ops};
use sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};
use std::time::Duration;

/// A number from the file.
async fn number(lab: &Lab, sql: &str) -> i64 {
    let db = Database::connect(settings(&lab.folder).database_url)
        .await
        .unwrap();
    let row = db
        .query_one_raw(Statement::from_string(DbBackend::Sqlite, sql))
        .await
        .unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

async fn raw(lab: &Lab, id: HostId) -> Vec<HistoryPoint> {
    lab.past(id, 200, Resolution::Raw).await.items
}

/// A subnet of 600 hosts, so that an hour takes several transactions.
async fn large(lab: &Lab) -> domain::subnet::Subnet {
    let subnet = lab.subnet("10.0.0.0/22").await;
    let ips: Vec<String> = (1..=600_u32)
        .map(|n| format!("10.0.{}.{}", n >> 8, n & 255))
        .collect();
    lab.wake(&ips.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(lab.sweep(subnet.id).await, 600);
    subnet
}

#[tokio::test]
async fn a_crash_between_any_two_steps_repeats_cleanly() {
    let mut lab = Lab::new().await;
    let subnet = large(&lab).await;
    lab.rounds(subnet.id, 6, 20).await;
    lab.pass(HOUR * 15);
    let ids = [HostId(1), HostId(300), HostId(600)];
    let mut before = Vec::new();
    for id in ids {
        before.push((
            raw(&lab, id).await,
            lab.past(id, 40, Resolution::Hour).await.items,
        ));
    }
    let mut stops = 0;
    loop {
        let mut left = stops + 1;
        let folded = ops::fold::fold(&lab.engine, || {
            left -= 1;
            left > 0
        });
        let folded = folded.await.unwrap();
        for (id, before) in ids.into_iter().zip(&before) {
            assert_eq!(raw(&lab, id).await, before.0, "after {stops} steps");
            assert_eq!(lab.past(id, 40, Resolution::Hour).await.items, before.1);
        }
        if folded.is_done {
            break;
        }
        stops += 1;
        // Progress within an hour is not remembered: each attempt gets one step further than the one before.
        if stops % 4 == 0 {
            lab = lab.restart().await;
        }
    }
    assert!(stops > 3, "{stops}");
    assert_eq!(number(&lab, "SELECT count(*) FROM hour_samples").await, 0);
}

#[tokio::test]
async fn rounds_after_a_restart_need_no_new_set_of_hosts() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1", "10.0.0.2"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.rounds(subnet.id, 3, 1).await;
    let lab = lab.restart().await;
    lab.wake(&["10.0.0.1", "10.0.0.2"]);
    lab.rounds(subnet.id, 3, 1).await;
    assert_eq!(number(&lab, "SELECT count(*) FROM host_set").await, 1);
    let id = lab.host_at("10.0.0.2").await.id;
    assert_eq!(raw(&lab, id).await.len(), 7);
    lab.wake(&["10.0.0.3"]);
    lab.sweep(subnet.id).await;
    lab.rounds(subnet.id, 2, 1).await;
    assert_eq!(number(&lab, "SELECT count(*) FROM host_set").await, 2);
    lab.pass(HOUR * 2);
    lab.fold().await;
    assert_eq!(number(&lab, "SELECT count(*) FROM host_set").await, 1);
    assert_eq!(number(&lab, "SELECT count(*) FROM round").await, 0);
    assert_eq!(raw(&lab, id).await.len(), 9);
}

#[tokio::test]
async fn a_clock_that_steps_back_loses_no_round() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.rounds(subnet.id, 120, 1).await;
    lab.pass(Duration::from_mins(5));
    assert_eq!(lab.fold().await.hours, 2);
    lab.step_back(Duration::from_secs(3_630));
    lab.rounds(subnet.id, 60, 1).await;
    let id = lab.host_at("10.0.0.1").await.id;
    let before = raw(&lab, id).await;
    assert_eq!(before.len(), 181);
    assert!(before.windows(2).all(|w| w[0].ts < w[1].ts));
    lab.pass(Duration::from_mins(5));
    assert!(lab.fold().await.hours > 0);
    assert_eq!(raw(&lab, id).await, before);
    // The same when the day is folded already.
    lab.pass(HOUR * 24);
    assert_eq!(lab.fold().await.days, 1);
    lab.step_back(HOUR * 24);
    lab.rounds(subnet.id, 30, 1).await;
    let before = raw(&lab, id).await;
    assert_eq!(before.len(), 211);
    lab.pass(HOUR * 24);
    assert_eq!(lab.fold().await.days, 1);
    assert_eq!(raw(&lab, id).await, before);
    let day = lab.past(id, 48, Resolution::Day).await.items;
    assert_eq!(day[0].samples, 211);
}

#[tokio::test]
async fn samples_of_a_removed_host_go_and_nothing_breaks() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1", "10.0.0.2"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.rounds(subnet.id, 30, 1).await;
    let (kept, gone) = (lab.host_at("10.0.0.1").await, lab.host_at("10.0.0.2").await);
    lab.silence("10.0.0.2");
    ops::host::delete(&lab.engine, &console(), gone.id, None)
        .await
        .unwrap();
    lab.rounds(subnet.id, 40, 1).await;
    let before = raw(&lab, kept.id).await;
    lab.pass(HOUR * 20);
    let folded = lab.fold().await;
    assert_eq!((folded.hours, folded.days), (2, 1));
    assert_eq!(raw(&lab, kept.id).await, before);
    assert_eq!(number(&lab, "SELECT count(*) FROM host_day").await, 1);
    assert_eq!(number(&lab, "SELECT count(*) FROM host_newest").await, 1);
    ops::host::delete(&lab.engine, &console(), kept.id, None)
        .await
        .unwrap();
    assert_eq!(number(&lab, "SELECT count(*) FROM host_day").await, 0);
    lab.restart().await;
}

#[tokio::test]
async fn a_host_that_moves_keeps_one_history() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1", "10.0.1.1"]);
    let outer = lab.subnet("10.0.0.0/16").await;
    lab.sweep(outer.id).await;
    lab.rounds(outer.id, 10, 1).await;
    let id = lab.host_at("10.0.1.1").await.id;
    let inner = lab.subnet("10.0.1.0/24").await;
    lab.rounds(inner.id, 10, 1).await;
    assert_eq!(raw(&lab, id).await.len(), 21);
    ops::subnet::delete(&lab.engine, &console(), inner.id, None)
        .await
        .unwrap();
    lab.rounds(outer.id, 10, 1).await;
    let before = raw(&lab, id).await;
    assert_eq!(before.len(), 31);
    let lab = lab.restart().await;
    assert_eq!(raw(&lab, id).await, before);
    lab.pass(HOUR * 20);
    lab.fold().await;
    assert_eq!(raw(&lab, id).await, before);
    assert_eq!(number(&lab, "SELECT count(*) FROM host_set").await, 1);
}

#[tokio::test]
async fn retention_keeps_what_it_should_and_no_more() {
    let lab = Lab::new().await;
    let short = EngineSettings {
        keep_raw_days: 2,
        keep_hourly_days: 4,
        ..settings(&lab.folder)
    };
    let lab = lab.restart_with(short).await;
    lab.wake(&["10.0.0.1"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    let id = lab.host_at("10.0.0.1").await.id;
    // From 08:00 of day 0 to 08:00 of day 7.
    lab.rounds(subnet.id, 7 * 24 * 2, 30).await;
    assert_eq!(lab.fold().await.days, 7);
    let before = lab.past(id, 200, Resolution::Day).await.items;
    assert_eq!(before.len(), 8);
    let pruned = ops::fold::prune(&lab.engine, || true).await.unwrap();
    assert!(pruned.is_done);
    assert_eq!((pruned.dropped_chunks, pruned.dropped_hours), (5, 3));
    let first = |points: &[HistoryPoint]| lab.engine.now().since(points[0].ts).as_secs() / 3600;
    // Rounds of day 5 on, hours of day 3 on, every day.
    assert_eq!(first(&raw(&lab, id).await), 2 * 24 + 8);
    let hours = lab.past(id, 200, Resolution::Hour).await.items;
    assert_eq!((first(&hours), hours.len()), (4 * 24 + 8, 4 * 24 + 9));
    assert_eq!(lab.past(id, 200, Resolution::Day).await.items, before);
    let again = ops::fold::prune(&lab.engine, || true).await.unwrap();
    assert_eq!((again.dropped_chunks, again.dropped_hours), (0, 0));
}

#[tokio::test]
async fn what_comes_after_its_day_was_dropped_is_added_to_what_the_day_came_to() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    let id = lab.host_at("10.0.0.1").await.id;
    lab.rounds(subnet.id, 30, 1).await;
    lab.pass(HOUR * 24 * 10);
    lab.fold().await;
    ops::fold::prune(&lab.engine, || true).await.unwrap();
    assert_eq!(raw(&lab, id).await, []);
    lab.step_back(HOUR * 24 * 10);
    lab.rounds(subnet.id, 20, 1).await;
    lab.pass(HOUR * 24 * 10);
    lab.fold().await;
    let days = lab.past(id, 24 * 11, Resolution::Day).await.items;
    assert_eq!((days.len(), days[0].samples, days[0].up), (1, 51, 51));
    let hours = lab.past(id, 24 * 11, Resolution::Hour).await.items;
    assert_eq!((hours.len(), hours[0].samples), (1, 51));
}

#[tokio::test]
async fn the_report_tells_rows_growth_and_what_goes_next() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1", "10.0.0.2"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.rounds(subnet.id, 96, 30).await;
    lab.fold().await;
    let report = ops::storage::report(&lab.engine, &console()).await.unwrap();
    let table = |name: &str| report.tables.iter().find(|t| t.name == name).unwrap();
    assert_eq!(table("host").rows, 2);
    assert_eq!(table("day_samples").rows, 2);
    assert_eq!(table("host_day").rows, 4);
    assert_eq!(table("host_newest").rows, 2);
    let days = table("day_samples");
    // Its oldest day ends at midnight, 16 hours after the start; seven days later it goes.
    let left = days.next_drop_at.unwrap().since(report.at);
    assert_eq!(left, HOUR * (16 + 7 * 24 - 48));
    assert!(days.bytes_per_day.unwrap() > 0 && report.bytes_per_day > 0);
    assert_eq!((report.keep_raw_days, report.keep_hourly_days), (7, 400));
}
