//! Cases that once went wrong: each fails without its fix.

use crate::harness::{Lab, console, open_in, settings};
use domain::{
    host::{HostPatch, NewHost},
    live::LiveEvent,
    session::Credentials,
    status::Status,
    subnet::SubnetPatch,
};
use engine::{EngineSettings, ops};
use sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};
use std::{sync::Arc, time::Duration};

/// State, cause, start and end in minutes after the lab's start, of one host, oldest first.
async fn intervals(lab: &Lab, ip: &str) -> Vec<String> {
    let host = lab.host_at(ip).await;
    let db = Database::connect(settings(&lab.folder).database_url)
        .await
        .unwrap();
    let text = "SELECT state || coalesce(' ' || cause, '') || ' ' || ((start_at - ?) / 60000) || '-' || coalesce((end_at - ?) / 60000, '') AS line
        FROM state_interval WHERE host_id = ? ORDER BY start_at";
    let start = crate::harness::START.0;
    let values = [start.into(), start.into(), host.id.0.into()];
    let rows = db
        .query_all_raw(Statement::from_sql_and_values(
            DbBackend::Sqlite,
            text,
            values,
        ))
        .await
        .unwrap();
    rows.iter()
        .map(|row| row.try_get("", "line").unwrap())
        .collect()
}

#[tokio::test]
async fn time_in_which_nobody_looked_is_stored_as_unknown() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.round(subnet.id).await;
    lab.pass(Duration::from_mins(59));
    lab.round(subnet.id).await;
    assert_eq!(
        intervals(&lab, "10.0.0.1").await,
        ["up 0-2", "unknown stale 2-61", "up 61-"]
    );
}

#[tokio::test]
async fn misses_before_a_gap_do_not_count_after_it() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.silence("10.0.0.1");
    lab.round(subnet.id).await;
    lab.round(subnet.id).await;
    lab.pass(Duration::from_hours(48));
    lab.round(subnet.id).await;
    let host = lab.host_at("10.0.0.1").await;
    assert_eq!((host.status, host.suspect), (Status::Up, true));
}

#[tokio::test]
async fn free_addresses_keep_out_of_nested_subnets() {
    let lab = Lab::new().await;
    let outer = lab.subnet("10.0.0.0/16").await;
    lab.subnet("10.0.0.0/24").await;
    let first = ops::subnet::free(&lab.engine, &console(), outer.id, 2)
        .await
        .unwrap();
    assert_eq!(
        first.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["10.0.1.0", "10.0.1.1"]
    );
    let taken = ops::subnet::allocate(&lab.engine, &console(), outer.id, &NewHost::default())
        .await
        .unwrap();
    assert_eq!(taken.subnet_id, outer.id);
    let rows = lab.rows(outer.id).await;
    assert_eq!(
        rows[0], "10.0.0.1-10.0.0.254 254",
        "the nested network and broadcast are not unused"
    );
}

#[tokio::test]
async fn a_demo_leaves_no_open_door() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let demo = EngineSettings {
        demo: true,
        ..settings(&folder)
    };
    let lab = open_in(folder.clone(), demo).await.unwrap();
    lab.engine.close().await.unwrap();
    drop(lab);
    let lab = open_in(folder.clone(), settings(&folder)).await.unwrap();
    let known = Credentials {
        username: "admin".into(),
        password: "admin".into(),
    };
    let client = "192.0.2.1".parse().unwrap();
    assert!(
        ops::session::sign_in(&lab.engine, client, &known)
            .await
            .is_err()
    );
    assert!(lab.opened.first_sign_in.unwrap().password.is_some());
}

#[tokio::test]
async fn reserved_and_never_seen_hosts_make_no_news_by_silence() {
    let lab = Lab::new().await;
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.wake(&["10.0.0.2"]);
    lab.sweep(subnet.id).await;
    let never = NewHost {
        ip: "10.0.0.1".into(),
        ..NewHost::default()
    };
    ops::host::create(&lab.engine, &console(), &never)
        .await
        .unwrap();
    let seen = lab.host_at("10.0.0.2").await;
    let expected = HostPatch {
        reserved: Some(true),
        ..HostPatch::default()
    };
    ops::host::update(&lab.engine, &console(), seen.id, None, &expected)
        .await
        .unwrap();
    lab.silence("10.0.0.2");
    for _ in 0..4 {
        lab.round(subnet.id).await;
    }
    for ip in ["10.0.0.1", "10.0.0.2"] {
        let host = lab.host_at(ip).await;
        assert_eq!(host.status, Status::Down);
        let events = lab.events(host.id).await;
        assert!(
            !events
                .iter()
                .any(|e| e.starts_with("down") || e.starts_with("suspect")),
            "{events:?}"
        );
    }
}

#[tokio::test]
async fn a_sweep_that_could_not_be_sent_is_not_done() {
    let lab = Lab::new().await;
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.cut_off(true);
    lab.sweep(subnet.id).await;
    let found = ops::subnet::find(&lab.engine, &console(), subnet.id)
        .await
        .unwrap();
    assert_eq!(found.swept_at, None);
    let frame = ops::summary::frame(&lab.engine, &console()).await.unwrap();
    assert_eq!(frame.banners[0].code, "unreachable");
}

#[tokio::test]
async fn what_was_last_seen_moves_with_the_hosts() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1", "10.0.1.1"]);
    let outer = lab.subnet("10.0.0.0/16").await;
    lab.sweep(outer.id).await;
    lab.round(outer.id).await;
    let seen = lab.host_at("10.0.1.1").await.last_seen_at;
    let inner = lab.subnet("10.0.1.0/24").await;
    let off = SubnetPatch {
        ping: Some(false),
        ..SubnetPatch::default()
    };
    ops::subnet::update(&lab.engine, &console(), inner.id, None, &off)
        .await
        .unwrap();
    lab.round(outer.id).await;
    let lab = lab.restart().await;
    assert_eq!(lab.host_at("10.0.1.1").await.last_seen_at, seen);
}

#[tokio::test]
async fn switching_ping_off_is_shown_on_open_pages() {
    let lab = Lab::new().await;
    let subnet = lab.subnet("10.0.0.0/29").await;
    let mut stream = lab.engine.subscribe();
    stream.next().await;
    let off = SubnetPatch {
        ping: Some(false),
        ..SubnetPatch::default()
    };
    ops::subnet::update(&lab.engine, &console(), subnet.id, None, &off)
        .await
        .unwrap();
    assert_eq!(stream.next().await.unwrap().event, LiveEvent::Resync);
}

#[tokio::test]
async fn a_path_with_a_space_opens_twice() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let url = format!("sqlite://{}/my%20db.db?mode=rwc", folder.path().display());
    for _ in 0..2 {
        let with = EngineSettings {
            database_url: url.clone(),
            ..settings(&folder)
        };
        let lab = open_in(folder.clone(), with).await.unwrap();
        lab.engine.close().await.unwrap();
    }
    assert!(folder.path().join("my db.db").exists());
}

#[tokio::test]
async fn the_database_is_for_its_owners_eyes_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let lab = Lab::new().await;
    for name in [
        "rollcall.db",
        "rollcall.db-wal",
        "rollcall.db.lock",
        "rollcall.db.instance.id",
    ] {
        let mode = std::fs::metadata(lab.folder.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
}
