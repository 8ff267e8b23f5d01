//! A host's own SNMP credentials, with a real agent that answers to them alone.

use crate::{
    harness::{Lab, console},
    snmp::{agent_of, text},
};
use domain::{
    host::{HostId, HostPatch, HostnameSource},
    snmp::{NewSnmp, SnmpAuth, SnmpPrivacy, SnmpVersion},
    subnet::SubnetId,
};
use engine::{
    Caller, ops,
    probe::names::{Agents, Names},
};
use std::{sync::Arc, time::Duration};

fn community(port: u16, community: &str) -> NewSnmp {
    NewSnmp {
        port: Some(port),
        community: Some(community.into()),
        ..NewSnmp::default()
    }
}

/// A host that is up at the loopback, asked by real SNMP.
async fn host() -> (Lab, HostId, SubnetId) {
    let names = Names {
        snmp: Arc::new(Agents::default()),
        ..Names::default()
    };
    let lab = Lab::with_names(names).await;
    lab.wake(&["127.0.0.1"]);
    let subnet = lab.subnet("127.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    let host = lab.host_at("127.0.0.1").await;
    (lab, host.id, subnet.id)
}

async fn named(lab: &Lab, id: HostId) -> Option<(String, HostnameSource)> {
    let host = ops::host::find(&lab.engine, &console(), id).await.unwrap();
    host.hostname.zip(host.hostname_source)
}

fn by_snmp(name: &str) -> (String, HostnameSource) {
    (name.into(), HostnameSource::Snmp)
}

#[tokio::test]
async fn a_host_is_named_by_its_own_credentials_only() {
    let (lab, id, subnet) = host().await;
    let agent = agent_of("only-mine", text(b"core-switch")).await;
    let engine = &lab.engine;
    let theirs = community(agent.port, "everybody");
    ops::snmp::put(engine, &console(), subnet, &theirs)
        .await
        .unwrap();
    let words = ops::name::lookup(engine, id).await.unwrap();
    assert!(words.contains("SNMP: no answer"), "{words}");

    let mine = community(agent.port, "only-mine");
    let shown = ops::snmp::put(engine, &console(), id, &mine).await.unwrap();
    assert_eq!((shown.host_id, shown.subnet_id), (Some(id), None));
    let words = ops::name::lookup(engine, id).await.unwrap();
    assert!(words.contains("SNMP: core-switch"), "{words}");
    assert_eq!(named(&lab, id).await, Some(by_snmp("core-switch")));
    let page = ops::host::page(engine, &console(), id).await.unwrap();
    assert_eq!((page.has_snmp, page.own_snmp), (true, Some(shown)));

    // Off is off, whatever is stored.
    let off = HostPatch {
        snmp: Some(false),
        ..HostPatch::default()
    };
    ops::host::update(engine, &console(), id, None, &off)
        .await
        .unwrap();
    let words = ops::name::lookup(engine, id).await.unwrap();
    assert!(words.contains("SNMP: not asked"), "{words}");
    let on = HostPatch {
        snmp: Some(true),
        ..HostPatch::default()
    };
    ops::host::update(engine, &console(), id, None, &on)
        .await
        .unwrap();

    // Without its own it is asked as its subnet says, and without the subnet's not at all.
    ops::snmp::delete(engine, &console(), id).await.unwrap();
    let words = ops::name::lookup(engine, id).await.unwrap();
    assert!(words.contains("SNMP: no answer"), "{words}");
    ops::snmp::delete(engine, &console(), subnet).await.unwrap();
    let words = ops::name::lookup(engine, id).await.unwrap();
    assert!(words.contains("SNMP: not asked"), "{words}");
    let twice = ops::snmp::delete(engine, &console(), id).await;
    assert_eq!(twice.unwrap_err().problem().status, 404);
}

#[tokio::test]
async fn the_worker_asks_with_them_at_once_where_the_subnet_has_none() {
    let (lab, id, _) = host().await;
    let agent = agent_of("only-mine", text(b"core-switch")).await;
    // The host was looked up already, so nothing is due before tomorrow.
    ops::name::lookup(&lab.engine, id).await.unwrap();
    let cancel = tokio_util::sync::CancellationToken::new();
    lab.engine.start_workers(&cancel);
    let mine = community(agent.port, "only-mine");
    ops::snmp::put(&lab.engine, &console(), id, &mine)
        .await
        .unwrap();
    let wait = async {
        while named(&lab, id).await.is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait)
        .await
        .expect("the worker names the host");
    assert_eq!(named(&lab, id).await, Some(by_snmp("core-switch")));
    cancel.cancel();
    lab.engine.close().await.unwrap();
}

#[tokio::test]
async fn no_secret_of_a_host_is_readable_in_any_file_or_told_by_any_answer() {
    let (lab, id, subnet) = host().await;
    let (secrets, engine) = (["hush-hush-1", "hush-hush-2"], &lab.engine);
    let user = NewSnmp {
        version: SnmpVersion::V3,
        user: Some("rollcall".into()),
        auth: Some(SnmpAuth::Sha256),
        auth_password: Some(secrets[0].into()),
        privacy: Some(SnmpPrivacy::Aes128),
        privacy_password: Some(secrets[1].into()),
        ..NewSnmp::default()
    };
    let shown = ops::snmp::put(engine, &console(), id, &user).await.unwrap();
    let page = ops::host::page(engine, &console(), id).await.unwrap();
    let found = ops::snmp::find(engine, &console(), id).await.unwrap();
    let told = serde_json::to_string(&(&shown, &page, &found)).unwrap();
    assert!(told.contains("\"user\":\"rollcall\""), "{told}");
    let mut files = 0;
    for file in std::fs::read_dir(lab.folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        files += 1;
        for secret in secrets {
            let is_in_it = bytes.windows(secret.len()).any(|p| p == secret.as_bytes());
            assert!(!is_in_it, "{} tells {secret}", path.display());
            assert!(!told.contains(secret));
        }
    }
    assert!(files >= 3, "the database, its log and the key");

    // A box that is moved to another place does not open there, nor does it fall back to what is meant for others.
    let theirs = community(161, "everybody");
    ops::snmp::put(engine, &console(), subnet, &theirs)
        .await
        .unwrap();
    let path = lab.folder.path().join("rollcall.db");
    let url = format!("sqlite://{}?mode=rw", path.display());
    let db = sea_orm::Database::connect(url).await.unwrap();
    let moved = "UPDATE host_snmp SET sealed = (SELECT sealed FROM snmp)";
    sea_orm::ConnectionTrait::execute_unprepared(&db, moved)
        .await
        .unwrap();
    db.close().await.unwrap();
    let words = ops::name::lookup(engine, id).await.unwrap();
    assert!(words.contains("SNMP: the secret was not sealed"), "{words}");
}

#[tokio::test]
async fn they_go_with_the_host_and_only_administrators_write_them() {
    let (lab, id, _) = host().await;
    let (engine, mine) = (&lab.engine, community(161, "only-mine"));
    let writer = Caller {
        scopes: vec![domain::token::Scope::Read, domain::token::Scope::Write],
        ..console()
    };
    let refused = ops::snmp::put(engine, &writer, id, &mine).await;
    assert_eq!(refused.unwrap_err().problem().status, 403);
    ops::snmp::put(engine, &console(), id, &mine).await.unwrap();
    ops::host::delete(engine, &console(), id, None)
        .await
        .unwrap();
    let path = lab.folder.path().join("rollcall.db");
    let url = format!("sqlite://{}?mode=ro", path.display());
    let db = sea_orm::Database::connect(url).await.unwrap();
    let left = sea_orm::Statement::from_string(
        sea_orm::DbBackend::Sqlite,
        "SELECT host_id FROM host_snmp",
    );
    let left = sea_orm::ConnectionTrait::query_all_raw(&db, left).await;
    assert_eq!(left.unwrap().len(), 0);
    db.close().await.unwrap();
    let gone = ops::snmp::put(engine, &console(), id, &mine).await;
    assert_eq!(gone.unwrap_err().problem().status, 404);
}
