//! Scans that are repeated, tables and verdicts over REST.

use crate::world::{Client, World};
use domain::token::Scope;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

async fn ask(client: &Client<'_>) -> String {
    let request = json!({"endpoints": ["nobody.invalid"]});
    let asked = client.post("/scan", request).await.json();
    asked["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_scan_is_a_table_is_found_again_and_makes_a_verdict() {
    let world = World::new().await;
    world.engine.start_workers(&world.shutdown);
    let admin = world.token(&Scope::ALL).await;
    let client = world.token(&[Scope::Scan]).await;
    let request = json!({"endpoints": ["nobody.invalid", "=1+1.invalid"]});
    let refused = client.post("/scan", request).await;
    assert_eq!(refused.problem(), StatusCode::UNPROCESSABLE_ENTITY);
    let token = ask(&client).await;
    let path = format!("/api/v1/scans/{token}/results.csv");
    let wait = async {
        loop {
            let reply = client.get(&path).await;
            assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
            if reply.text.lines().count() > 1 {
                return reply;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let reply = tokio::time::timeout(Duration::from_secs(20), wait)
        .await
        .unwrap();
    assert_eq!(
        reply.header("content-type"),
        Some("text/csv; charset=utf-8; header=present")
    );
    assert_eq!(
        reply.header("content-disposition"),
        Some("attachment; filename=\"scan.csv\"")
    );
    assert!(
        reply.text.starts_with("target,ip_address,availability,"),
        "{}",
        reply.text
    );
    assert!(
        reply.text.contains("\r\nnobody.invalid,unknown,false,"),
        "{}",
        reply.text
    );
    let stranger = world.token(&[Scope::Scan]).await;
    let hidden = stranger.get(&path).await;
    assert_eq!(hidden.problem(), StatusCode::NOT_FOUND);
    let found = client
        .get("/api/v1/scans?q=NOBODY&status=complete")
        .await
        .json();
    assert_eq!(found["items"][0]["worst"], "unknown");
    assert_eq!(
        client.get("/api/v1/scans?q=somebody").await.json()["total"],
        0
    );
    let subnet = json!({"cidr": "10.9.0.0/29", "discover": false, "ping": false});
    admin.post("/api/v1/subnets", subnet).await;
    let host = admin
        .post("/api/v1/hosts", json!({"ip": "10.9.0.3"}))
        .await
        .json();
    let verdict = client
        .get(&format!("/api/v1/hosts/{}/verdict", host["id"]))
        .await;
    assert_eq!(verdict.problem(), StatusCode::NOT_FOUND);
    assert_eq!(verdict.json()["detail"], "verdict not found");
    world.shutdown.cancel();
}

#[tokio::test]
async fn a_schedule_is_made_changed_and_deleted() {
    let world = World::new().await;
    let admin = world.token(&Scope::ALL).await;
    let client = world.token(&[Scope::Scan]).await;
    let token = ask(&client).await;
    let new = json!({"token": token, "name": "  nightly ", "every": "day"});
    let made = client.post("/api/v1/scan-schedules", new).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    let location = made.header("location").unwrap().to_owned();
    assert_eq!(made.json()["name"], "nightly");
    assert_eq!(client.get(&location).await.json(), made.json());
    let weekly = json!({"every": "week", "enabled": false});
    let changed = client
        .send(Method::PATCH, &location, Some(weekly), &[])
        .await
        .json();
    assert_eq!(
        (&changed["every"], &changed["enabled"], &changed["next_at"]),
        (&json!("week"), &json!(false), &Value::Null)
    );
    let stranger = world.token(&[Scope::Scan]).await;
    let hidden = stranger.get(&location).await;
    assert_eq!(hidden.problem(), StatusCode::NOT_FOUND);
    let count = async |client: &Client<'_>| {
        client.get("/api/v1/scan-schedules").await.json()["total"].clone()
    };
    assert_eq!(
        (count(&client).await, count(&stranger).await),
        (json!(1), json!(0))
    );
    assert_eq!(count(&admin).await, json!(1));
    for (wrong, pointer) in [
        (
            json!({"token": token, "name": " ", "every": "day"}),
            "/name",
        ),
        (
            json!({"token": token, "name": "x".repeat(101), "every": "day"}),
            "/name",
        ),
        (
            json!({"token": token, "name": "x", "every": "hour"}),
            "/every",
        ),
        (
            json!({"token": "nothing", "name": "x", "every": "day"}),
            "/token",
        ),
    ] {
        let reply = client.post("/api/v1/scan-schedules", wrong).await;
        assert_eq!(reply.problem(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(reply.json()["errors"][0]["pointer"], pointer);
    }
    let gone = client.send(Method::DELETE, &location, None, &[]).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(client.get(&location).await.problem(), StatusCode::NOT_FOUND);
}
