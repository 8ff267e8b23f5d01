//! Uptime and outages through the operations.

use crate::harness::{Lab, console, settings};
use domain::{
    host::HostId,
    status::Status,
    subnet::SubnetId,
    uptime::{OutageQuery, Uptime, Uptimes, Window},
};
use engine::ops;
use sea_orm::{ConnectionTrait as _, Database};
use std::time::{Duration, Instant};

async fn uptimes(lab: &Lab, id: HostId) -> Uptimes {
    ops::uptime::of_host(&lab.engine, &console(), id)
        .await
        .unwrap()
}

/// Percent, minutes observed, minutes down, outages.
fn short(of: Uptime) -> (Option<f64>, u64, u64, u32) {
    (
        of.percent,
        of.observed_seconds / 60,
        of.down_seconds / 60,
        of.outages,
    )
}

async fn one_host() -> (Lab, SubnetId, HostId) {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.round(subnet.id).await;
    let host = lab.host_at("10.0.0.1").await.id;
    (lab, subnet.id, host)
}

#[tokio::test]
async fn an_outage_across_a_restart_counts_and_the_time_after_a_crash_does_not() {
    let (lab, subnet, host) = one_host().await;
    lab.silence("10.0.0.1");
    for _ in 0..5 {
        lab.round(subnet).await;
    }
    let lab = lab.restart().await;
    lab.round(subnet).await;
    lab.wake(&["10.0.0.1"]);
    lab.round(subnet).await;
    // Up at 0, down at 4, up at 8, and nobody looks after 9.
    lab.pass(Duration::from_hours(2));
    let found = uptimes(&lab, host).await;
    assert_eq!(short(found.day), (Some(100.0 * 5.0 / 9.0), 9, 4, 1));
    assert_eq!(found.day, found.year);
    let outages = ops::uptime::list_outages(&lab.engine, &console(), host, &OutageQuery::default())
        .await
        .unwrap();
    assert_eq!((outages.total, outages.items[0].down_seconds), (1, 240));
    let later = lab.restart().await;
    assert_eq!(uptimes(&later, host).await, found);
    later.round(subnet).await;
    let after = uptimes(&later, host).await.day;
    assert_eq!(
        (after.observed_seconds, after.down_seconds),
        (9 * 60, 4 * 60)
    );
}

#[tokio::test]
async fn a_clock_set_back_and_forth_leaves_sane_figures() {
    let (lab, subnet, host) = one_host().await;
    for minutes in [0, 30, -60, 5, -1, 600, -700, 0, 90] {
        lab.shift(minutes);
        for silent in [false, true, true, true, false] {
            if silent {
                lab.silence("10.0.0.1");
            } else {
                lab.wake(&["10.0.0.1"]);
            }
            lab.round(subnet).await;
            let found = uptimes(&lab, host).await;
            for of in [
                found.day,
                found.week,
                found.month,
                found.quarter,
                found.year,
            ] {
                assert!(
                    of.percent.is_none_or(|p| (0.0..=100.0).contains(&p)),
                    "{of:?}"
                );
            }
            assert!(found.day.observed_seconds <= 24 * 3600);
        }
    }
}

#[tokio::test]
async fn switched_off_pinging_is_not_observed() {
    let (lab, subnet, host) = one_host().await;
    let off = domain::subnet::SubnetPatch {
        ping: Some(false),
        ..Default::default()
    };
    ops::subnet::update(&lab.engine, &console(), subnet, None, &off)
        .await
        .unwrap();
    lab.pass(Duration::from_hours(10));
    assert_eq!(short(uptimes(&lab, host).await.day), (Some(100.0), 2, 0, 0));
}

#[tokio::test]
async fn a_host_that_does_not_exist_is_not_found() {
    let (lab, ..) = one_host().await;
    let missing = ops::uptime::of_host(&lab.engine, &console(), HostId(99)).await;
    assert_eq!(missing.unwrap_err().problem().status, 404);
    let missing = ops::uptime::of_subnet(&lab.engine, &console(), SubnetId(99), Window::Day).await;
    assert_eq!(missing.unwrap_err().problem().status, 404);
}

#[tokio::test]
async fn a_subnet_of_250_hosts_with_a_long_past_is_one_quick_query() {
    let lab = Lab::new().await;
    let ips: Vec<String> = (1..=250).map(|n| format!("10.0.0.{n}")).collect();
    lab.wake(&ips.iter().map(String::as_str).collect::<Vec<_>>());
    let subnet = lab.subnet("10.0.0.0/24").await;
    lab.sweep(subnet.id).await;
    lab.pass(Duration::from_hours(24 * 400));
    lab.round(subnet.id).await;
    // A year in which each host was down for an hour every four days.
    let db = Database::connect(settings(&lab.folder).database_url)
        .await
        .unwrap();
    db.execute_unprepared(&format!(
        "DELETE FROM state_interval;
         WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199)
         INSERT INTO state_interval (host_id, start_at, end_at, state)
         SELECT id, {start} + i / 2 * 345600000 + i % 2 * 342000000,
             CASE WHEN i < 199 THEN {start} + (i + 1) / 2 * 345600000 + (i + 1) % 2 * 342000000 END,
             CASE i % 2 WHEN 0 THEN 'up' ELSE 'down' END
         FROM host, n",
        start = crate::harness::START.0
    ))
    .await
    .unwrap();
    let caller = console();
    let of = async |window| {
        let begun = Instant::now();
        let found = ops::uptime::of_subnet(&lab.engine, &caller, subnet.id, window).await;
        (found.unwrap(), begun.elapsed())
    };
    of(Window::Day).await;
    let (found, elapsed) = of(Window::Month).await;
    assert_eq!(found.len(), 250);
    assert_eq!(found[0].uptime.outages, 8);
    println!(
        "30 days of 250 hosts: {elapsed:?}, a year: {:?}",
        of(Window::Year).await.1
    );
    // In a debug build on a busy machine; a release build takes a tenth of it.
    assert!(elapsed < Duration::from_millis(250), "{elapsed:?}");
    assert_eq!(lab.host_at("10.0.0.1").await.status, Status::Up);
}
