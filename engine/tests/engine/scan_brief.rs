//! What a host's drawer is told of its scans.

use crate::scans::{Counting, World, at_work};
use domain::{
    host::{HostId, NewHost},
    scan::brief::Brief,
    subnet::NewSubnet,
    token::Scope,
};
use engine::{Caller, ops};

async fn host(world: &World, cidr: &str, ip: &str) -> HostId {
    let (engine, console) = (&world.engine, Caller::console());
    let subnet = NewSubnet {
        cidr: cidr.into(),
        ..NewSubnet::default()
    };
    ops::subnet::create(engine, &console, &subnet)
        .await
        .unwrap();
    let new = NewHost {
        ip: ip.into(),
        ..NewHost::default()
    };
    ops::host::create(engine, &console, &new).await.unwrap().id
}

async fn brief(world: &World, caller: &Caller, id: HostId) -> Brief {
    ops::scan::brief(&world.engine, caller, id).await.unwrap()
}

#[tokio::test]
async fn the_newest_verdict_is_told_and_what_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let eyes = Counting::new(0);
    let world = at_work(&folder, &eyes).await;
    let id = host(&world, "8.8.8.0/29", "8.8.8.1").await;
    let console = Caller::console();
    assert_eq!(brief(&world, &console, id).await, Brief::default());

    let other = world.ask(&["8.8.8.2"], &[]).await;
    let first = world.ask(&["8.8.8.1"], &[]).await;
    let now = brief(&world, &console, id).await;
    assert_eq!((now.scanning.as_ref(), now.newest), (Some(&first), None));
    eyes.leave.add_permits(2);
    for token in [&other, &first] {
        world.until(token, |scan| scan.status.is_over()).await;
    }
    let now = brief(&world, &console, id).await;
    let newest = now.newest.unwrap();
    assert_eq!((&newest.token, now.scanning), (&first, None));
    assert_eq!(newest.target, "8.8.8.1");
    assert!(!newest.summary.is_empty());

    // While it is looked at again, what was found stands.
    let second = world.ask(&["8.8.8.1"], &[]).await;
    let now = brief(&world, &console, id).await;
    assert_eq!(now.scanning, Some(second.clone()));
    assert_eq!(now.newest.unwrap().token, first);
    eyes.leave.add_permits(1);
    world.until(&second, |scan| scan.status.is_over()).await;
    let now = brief(&world, &console, id).await;
    assert_eq!((now.newest.unwrap().token, now.scanning), (second, None));

    // Another caller's scans are not told.
    let stranger = Caller {
        name: "stranger".into(),
        scopes: vec![Scope::Read, Scope::Scan],
        kind: engine::CallerKind::Token { id: 4_711 },
        ..Caller::console()
    };
    assert_eq!(brief(&world, &stranger, id).await, Brief::default());
    let reader = Caller {
        scopes: vec![Scope::Read],
        ..stranger
    };
    let refused = ops::scan::brief(&world.engine, &reader, id).await;
    assert_eq!(refused.unwrap_err().problem().status, 403);
    world.end().await;
}

#[tokio::test]
async fn who_may_not_be_looked_at_is_told_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let world = at_work(&folder, &Counting::new(0)).await;
    let console = Caller::console();
    let here = host(&world, "127.0.0.0/29", "127.0.0.1").await;
    let why = brief(&world, &console, here).await.refused.unwrap();
    assert!(why.contains("add 127.0.0.1/32 to ALLOW_TARGETS"), "{why}");
    // A documented private address belongs to who documented it.
    let private = host(&world, "10.0.0.0/29", "10.0.0.1").await;
    assert_eq!(brief(&world, &console, private).await.refused, None);
    let gone = ops::scan::brief(&world.engine, &console, HostId(4_711)).await;
    assert_eq!(gone.unwrap_err().problem().status, 404);
    world.end().await;
}
