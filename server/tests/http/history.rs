//! Uptime, outages and events through the REST API.

use crate::world::World;
use domain::{
    probe::{Answer, Observation},
    subnet::SubnetId,
    token::Scope,
};
use engine::ops;
use http::{Method, StatusCode};
use serde_json::json;

/// A host that answered one round and was silent in the three after it.
async fn with_a_host_that_went_down(world: &World) {
    let client = world.token(&[Scope::Read, Scope::Write]).await;
    let subnet = json!({"cidr": "192.0.2.0/28"});
    client.post("/api/v1/subnets", subnet).await;
    let host = json!({"ip": "192.0.2.1"});
    client.post("/api/v1/hosts", host).await;
    let silent = [Answer::Silence; 3];
    for answer in [Answer::Reply { rtt_us: 9 }].into_iter().chain(silent) {
        let seen = Observation {
            ip: "192.0.2.1".parse().unwrap(),
            answer,
            lost: 0,
        };
        ops::history::record(&world.engine, SubnetId(1), &[seen], true)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn uptime_has_every_window_and_the_seconds_behind_it() {
    let world = World::new().await;
    with_a_host_that_went_down(&world).await;
    let client = world.token(&[Scope::Read]).await;
    let uptime = client.get("/api/v1/hosts/1/uptime").await.json();
    for window in ["24h", "7d", "30d", "90d", "1y"] {
        let of = &uptime[window];
        assert_eq!(of["outages"], 1, "{window}: {of}");
        for field in ["percent", "observed_seconds", "up_seconds", "down_seconds"] {
            assert!(of.get(field).is_some(), "{window}: {of}");
        }
    }
    let outages = client.get("/api/v1/hosts/1/outages").await.json();
    assert_eq!(
        (&outages["total"], &outages["items"][0]["ended_at"]),
        (&json!(1), &json!(null))
    );
    let all = client
        .get("/api/v1/subnets/1/uptime?window=7d")
        .await
        .json();
    assert_eq!(all["items"][0]["host_id"], 1);
    assert_eq!(all["items"][0]["uptime"]["outages"], 1);
    let wrong = client.get("/api/v1/subnets/1/uptime?window=2d").await;
    assert_eq!(wrong.problem(), StatusCode::UNPROCESSABLE_ENTITY);
    for path in ["uptime", "outages", "events"] {
        let missing = client.get(&format!("/api/v1/hosts/99/{path}")).await;
        assert_eq!(missing.problem(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn events_are_filtered_by_several_kinds_host_subnet_and_time() {
    let world = World::new().await;
    with_a_host_that_went_down(&world).await;
    let client = world.token(&[Scope::Read]).await;
    let kinds = async |query: &str| {
        let page = client.get(&format!("/api/v1/events?{query}")).await.json();
        let items = page["items"].as_array().unwrap().clone();
        let kind = |event: &serde_json::Value| event["kind"].as_str().unwrap().to_owned();
        items.iter().map(kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds("kind=down,up").await, ["down", "up"]);
    assert_eq!(
        kinds("kind=down%2Cup&host=1&subnet=1").await,
        ["down", "up"]
    );
    assert_eq!(kinds("subnet=2").await, [""; 0]);
    assert_eq!(kinds("until=2001-01-01T00:00:00Z").await, [""; 0]);
    assert_eq!(
        kinds("since=2001-01-01T00:00:00Z&kind=added").await,
        ["added"]
    );
    let wrong = client.get("/api/v1/events?kind=up,sideways").await;
    assert_eq!(wrong.problem(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn archiving_is_nobody_s_handiwork() {
    let world = World::new().await;
    with_a_host_that_went_down(&world).await;
    let client = world.token(&[Scope::Read, Scope::Write]).await;
    let archiving = |archived: bool| Some(json!({"archived": archived}));
    let path = "/api/v1/hosts/1";
    let refused = client.send(Method::PATCH, path, archiving(true), &[]).await;
    assert_eq!(refused.problem(), StatusCode::UNPROCESSABLE_ENTITY);
    let nothing = client
        .send(Method::PATCH, path, archiving(false), &[])
        .await;
    assert_eq!(
        (nothing.status, &nothing.json()["archived_at"]),
        (StatusCode::OK, &json!(null))
    );
    let archived = client.get("/api/v1/hosts?archived=true").await.json();
    assert_eq!(archived["total"], 0);
}
