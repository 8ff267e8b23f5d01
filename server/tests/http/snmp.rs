//! Credentials for SNMP through the REST API: written, never read again.

use crate::world::World;
use domain::token::Scope;
use http::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn credentials_are_written_and_never_shown_again() {
    let world = World::new().await;
    let admin = world.token(&Scope::ALL).await;
    let made = admin
        .post("/api/v1/subnets", json!({"cidr": "192.0.2.0/28"}))
        .await;
    let path = format!("{}/snmp", made.header("location").unwrap());
    assert_eq!(admin.get(&path).await.problem(), StatusCode::NOT_FOUND);

    let user = json!({
        "version": "v3", "user": "rollcall", "auth": "sha256", "auth_password": "hush-hush-1",
        "privacy": "aes128", "privacy_password": "hush-hush-2"
    });
    let stored = admin.send(Method::PUT, &path, Some(user), &[]).await;
    assert_eq!(stored.status, StatusCode::OK, "{stored:?}");
    let read = admin.get(&path).await;
    for reply in [&stored, &read] {
        assert!(!reply.text.contains("hush"), "{}", reply.text);
        let shown = reply.json();
        assert_eq!(
            (&shown["version"], &shown["user"], &shown["has_secret"]),
            (&json!("v3"), &json!("rollcall"), &json!(true))
        );
        assert_eq!(shown["port"], 161);
    }

    let gone = admin.send(Method::DELETE, &path, None, &[]).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let twice = admin.send(Method::DELETE, &path, None, &[]).await;
    assert_eq!(twice.problem(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn wrong_fields_are_named_and_only_administrators_write() {
    let world = World::new().await;
    let admin = world.token(&Scope::ALL).await;
    let made = admin
        .post("/api/v1/subnets", json!({"cidr": "192.0.2.0/28"}))
        .await;
    let path = format!("{}/snmp", made.header("location").unwrap());
    let half =
        json!({"version": "v3", "user": "rollcall", "auth": "sha1", "auth_password": "short"});
    let refused = admin.send(Method::PUT, &path, Some(half), &[]).await;
    assert_eq!(refused.problem(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["errors"][0]["pointer"], "/auth_password");
    assert!(!refused.text.contains("short\""), "{}", refused.text);

    let community = || Some(json!({"version": "v2c", "community": "public"}));
    let writer = world.token(&[Scope::Read, Scope::Write]).await;
    let refused = writer.send(Method::PUT, &path, community(), &[]).await;
    assert_eq!(refused.problem(), StatusCode::FORBIDDEN);
    let nowhere = "/api/v1/subnets/99/snmp";
    let refused = admin.send(Method::PUT, nowhere, community(), &[]).await;
    assert_eq!(refused.problem(), StatusCode::NOT_FOUND);
    let stored = admin.send(Method::PUT, &path, community(), &[]).await;
    assert_eq!(stored.status, StatusCode::OK);
    let shown = writer.get(&path).await.json();
    assert_eq!(
        (&shown["version"], &shown["user"], &shown["community"]),
        (&json!("v2c"), &json!(null), &json!(null))
    );
}

#[tokio::test]
async fn a_host_has_a_switch_for_snmp() {
    let world = World::new().await;
    let client = world.token(&Scope::ALL).await;
    client
        .post("/api/v1/subnets", json!({"cidr": "192.0.2.0/28"}))
        .await;
    let made = client
        .post("/api/v1/hosts", json!({"ip": "192.0.2.7"}))
        .await;
    assert_eq!(made.json()["snmp"], true);
    let path = made.header("location").unwrap().to_owned();
    let off = Some(json!({"snmp": false}));
    let changed = client.send(Method::PATCH, &path, off, &[]).await;
    assert_eq!(changed.json()["snmp"], false);
    let events = client.get(&format!("{path}/events")).await.json();
    assert_eq!(events["items"][0]["detail"], "not asked by SNMP");
}

#[tokio::test]
async fn a_host_has_credentials_of_its_own_that_are_never_shown_again() {
    let world = World::new().await;
    let admin = world.token(&Scope::ALL).await;
    admin
        .post("/api/v1/subnets", json!({"cidr": "192.0.2.0/28"}))
        .await;
    let made = admin
        .post("/api/v1/hosts", json!({"ip": "192.0.2.7"}))
        .await;
    let host = made.header("location").unwrap().to_owned();
    let path = format!("{host}/snmp");
    assert_eq!(admin.get(&path).await.problem(), StatusCode::NOT_FOUND);

    let half = json!({"version": "v3", "user": "mine", "auth": "sha1", "auth_password": "short"});
    let refused = admin.send(Method::PUT, &path, Some(half), &[]).await;
    assert_eq!(refused.problem(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["errors"][0]["pointer"], "/auth_password");
    let user = || {
        Some(json!({
            "version": "v3", "user": "mine", "auth": "sha256", "auth_password": "hush-hush-1"
        }))
    };
    let writer = world.token(&[Scope::Read, Scope::Write]).await;
    let refused = writer.send(Method::PUT, &path, user(), &[]).await;
    assert_eq!(refused.problem(), StatusCode::FORBIDDEN);

    let stored = admin.send(Method::PUT, &path, user(), &[]).await;
    assert_eq!(stored.status, StatusCode::OK, "{stored:?}");
    for reply in [&stored, &writer.get(&path).await, &admin.get(&host).await] {
        assert!(!reply.text.contains("hush"), "{}", reply.text);
    }
    let shown = writer.get(&path).await.json();
    assert_eq!(
        (&shown["host_id"], &shown["user"], &shown["has_secret"]),
        (&made.json()["id"], &json!("mine"), &json!(true))
    );
    assert_eq!(shown.get("subnet_id"), None);
    // The subnet has none because of that.
    let subnet = format!("/api/v1/subnets/{}/snmp", made.json()["subnet_id"]);
    assert_eq!(admin.get(&subnet).await.problem(), StatusCode::NOT_FOUND);

    let gone = admin.send(Method::DELETE, &path, None, &[]).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&path).await.problem(), StatusCode::NOT_FOUND);
    let nowhere = "/api/v1/hosts/999999/snmp";
    assert_eq!(admin.get(nowhere).await.problem(), StatusCode::NOT_FOUND);
}
