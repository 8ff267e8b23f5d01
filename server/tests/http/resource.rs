//! Subnets and hosts through the REST API.

use crate::world::World;
use domain::token::Scope;
use http::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn versions_guard_against_lost_updates() {
    let world = World::new().await;
    let client = world.token(&[Scope::Read, Scope::Write]).await;
    let made = client
        .post(
            "/api/v1/subnets",
            json!({"cidr": "192.0.2.0/28", "name": "Office"}),
        )
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    let path = made.header("location").unwrap().to_owned();
    assert_eq!(path, format!("/api/v1/subnets/{}", made.json()["id"]));
    let tag = made.header("etag").unwrap().to_owned();
    let named = |name: &str| Some(json!({"name": name}));

    let first = client
        .send(Method::PATCH, &path, named("one"), &[("if-match", &tag)])
        .await;
    assert_eq!(
        (first.status, &first.json()["name"]),
        (StatusCode::OK, &json!("one"))
    );
    assert_ne!(first.header("etag"), Some(tag.as_str()));
    let lost = client
        .send(Method::PATCH, &path, named("two"), &[("if-match", &tag)])
        .await;
    assert_eq!(lost.problem(), StatusCode::PRECONDITION_FAILED);
    for never in ["\"x\"", "W/\"2\"", "2"] {
        let reply = client
            .send(Method::PATCH, &path, named("two"), &[("if-match", never)])
            .await;
        assert_eq!(reply.problem(), StatusCode::PRECONDITION_FAILED, "{never}");
    }
    let lost = client
        .send(Method::DELETE, &path, None, &[("if-match", &tag)])
        .await;
    assert_eq!(lost.problem(), StatusCode::PRECONDITION_FAILED);
    for careless in ["*", ""] {
        let reply = client
            .send(
                Method::PATCH,
                &path,
                named("three"),
                &[("if-match", careless)],
            )
            .await;
        assert_eq!(reply.status, StatusCode::OK, "{careless}");
    }
    let read = client.get(&path).await;
    assert_eq!(read.json()["name"], "three");
    assert_eq!(
        read.header("etag"),
        Some(format!("\"{}\"", read.json()["version"]).as_str())
    );
    assert_eq!(read.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn a_subnet_lives_and_goes() {
    let world = World::new().await;
    let client = world.token(&Scope::ALL).await;
    let made = client
        .post("/api/v1/subnets", json!({"cidr": "192.0.2.0/28"}))
        .await;
    let path = made.header("location").unwrap().to_owned();
    let twice = client
        .post("/api/v1/subnets", json!({"cidr": "192.0.2.0/28"}))
        .await;
    assert_eq!(twice.problem(), StatusCode::CONFLICT);

    let taken = client
        .post(&format!("{path}/allocate"), json!({"hostname": "printer"}))
        .await;
    assert_eq!(taken.status, StatusCode::CREATED, "{taken:?}");
    assert_eq!(
        (&taken.json()["ip"], &taken.json()["hostname"]),
        (&json!("192.0.2.1"), &json!("printer"))
    );
    let free = client.get(&format!("{path}/free?count=2")).await;
    assert_eq!(free.json()["items"], json!(["192.0.2.2", "192.0.2.3"]));

    let rows = client.get(&format!("{path}/rows")).await.json();
    assert_eq!(rows["items"][0]["kind"], "host");
    assert_eq!(
        rows["items"][1],
        json!({"kind": "gap", "first": "192.0.2.2", "last": "192.0.2.14", "count": 13})
    );
    assert_eq!(
        (&rows["total"], &rows["next_cursor"]),
        (&json!(2), &json!(null))
    );
    let listed = client.get("/api/v1/subnets").await.json();
    assert_eq!(
        (&listed["total"], &listed["items"][0]["used"]),
        (&json!(1), &json!(1))
    );

    let host = taken.header("location").unwrap().to_owned();
    let cleared = client
        .send(
            Method::PATCH,
            &host,
            Some(json!({"hostname": null, "tags": ["A"]})),
            &[],
        )
        .await;
    assert_eq!(
        (&cleared.json()["hostname"], &cleared.json()["tags"]),
        (&json!(null), &json!(["a"]))
    );
    let events = client.get(&format!("{host}/events")).await.json();
    assert_eq!(events["items"][0]["kind"], "changed", "{events}");
    let swept = client.post(&format!("{path}/sweep"), json!({})).await;
    assert_eq!(
        (swept.status, swept.header("location")),
        (StatusCode::ACCEPTED, Some(path.as_str()))
    );
    let again = client.post(&format!("{path}/sweep"), json!({})).await;
    assert_eq!(again.problem(), StatusCode::TOO_MANY_REQUESTS);

    assert_eq!(
        client.send(Method::DELETE, &host, None, &[]).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        client.send(Method::DELETE, &path, None, &[]).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(client.get(&path).await.problem(), StatusCode::NOT_FOUND);
    assert_eq!(client.get(&host).await.problem(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_huge_subnet_is_two_rows_and_exact_counts() {
    let world = World::new().await;
    let client = world.token(&Scope::ALL).await;
    let made = client
        .post("/api/v1/subnets", json!({"cidr": "2001:db8::/64"}))
        .await;
    let path = made.header("location").unwrap();
    let rows = client.get(&format!("{path}/rows")).await;
    assert!(
        rows.text.contains("\"count\":18446744073709551616"),
        "{}",
        rows.text
    );
    assert!(rows.text.len() < 2_000);
}

#[tokio::test]
async fn liveness_readiness_and_health_are_three_things() {
    let world = World::new().await;
    let anybody = world.anonymous();
    assert_eq!(anybody.get("/healthz").await.text, "ok");
    assert_eq!(anybody.get("/readyz").await.status, StatusCode::OK);
    let health = world
        .token(&[Scope::Read])
        .await
        .get("/api/v1/health")
        .await
        .json();
    assert_eq!(health["probe"]["v4"], "datagram", "{health}");
    world.shutdown.cancel();
    assert_eq!(
        anybody.get("/readyz").await.problem(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(anybody.get("/healthz").await.status, StatusCode::OK);
}
