//! Webhooks through the REST API: who may do what, what is shown, and a message's way.

use crate::world::World;
use domain::token::Scope;
use http::{Method, StatusCode};
use serde_json::json;

const PATH: &str = "/api/v1/webhooks";
const URL: &str = "https://hooks.example.org/services/T00SECRET?token=hidden";

#[tokio::test]
async fn only_admins_change_webhooks_and_nobody_reads_secrets() {
    let world = World::new().await;
    let admin = world.token(&[Scope::Read, Scope::Admin]).await;
    let reader = world.token(&[Scope::Read]).await;
    let new =
        json!({"name": "chat", "url": URL, "format": "slack", "filter": {"kinds": ["down", "up"]}});
    assert_eq!(
        reader.post(PATH, new.clone()).await.problem(),
        StatusCode::FORBIDDEN
    );
    let made = admin.post(PATH, new).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("whsec_"), "{secret}");
    let path = made.header("location").unwrap().to_owned();

    for client in [&admin, &reader] {
        for path in [PATH, &path] {
            let shown = client.get(path).await;
            assert_eq!(shown.status, StatusCode::OK, "{shown:?}");
            for hidden in ["T00SECRET", "hidden", "whsec_"] {
                assert!(!shown.text.contains(hidden), "{}", shown.text);
            }
            assert!(
                shown.text.contains("\"url\":\"https://hooks.example.org\""),
                "{}",
                shown.text
            );
        }
    }
    let rotate = format!("{path}/rotate");
    assert_eq!(
        reader.post(&rotate, json!({})).await.problem(),
        StatusCode::FORBIDDEN
    );
    let rotated = admin.post(&rotate, json!({})).await;
    assert_ne!(rotated.json()["secret"], secret);
    assert!(
        rotated.json()["webhook"]["rotates_until"].is_string(),
        "{rotated:?}"
    );
    for (method, at) in [
        (Method::PATCH, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::POST, format!("{path}/test")),
        (Method::POST, format!("{path}/deliveries/1/retry")),
        (Method::DELETE, format!("{path}/deliveries/1")),
    ] {
        let body = (method == Method::PATCH).then(|| json!({}));
        let refused = reader.send(method.clone(), &at, body, &[]).await;
        assert_eq!(refused.problem(), StatusCode::FORBIDDEN, "{method} {at}");
    }
    let messages = reader.get(&format!("{path}/deliveries?state=dead")).await;
    assert_eq!(
        messages.json(),
        json!({"items": [], "next_cursor": null, "total": 0})
    );
    let missing = admin
        .post(&format!("{path}/deliveries/1/retry"), json!({}))
        .await;
    assert_eq!(missing.problem(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_webhook_is_changed_by_version_and_deleted() {
    let world = World::new().await;
    let admin = world.token(&[Scope::Read, Scope::Admin]).await;
    let made = admin.post(PATH, json!({"name": "chat", "url": URL})).await;
    let path = made.header("location").unwrap().to_owned();
    let tag = made.header("etag").unwrap().to_owned();
    let pause = || Some(json!({"enabled": false}));
    let paused = admin
        .send(Method::PATCH, &path, pause(), &[("if-match", &tag)])
        .await;
    assert_eq!(
        (paused.status, &paused.json()["state"]),
        (StatusCode::OK, &json!("paused"))
    );
    let lost = admin
        .send(Method::PATCH, &path, pause(), &[("if-match", &tag)])
        .await;
    assert_eq!(lost.problem(), StatusCode::PRECONDITION_FAILED);
    for (body, pointer) in [
        (json!({"url": "http://127.0.0.1/x"}), "/url"),
        (json!({"url": "http://0x7f.1/x"}), "/url"),
        (json!({"name": " "}), "/name"),
        (json!({"format": "telegram"}), "/url"),
        (json!({"filter": {"subnets": [99]}}), "/filter/subnets"),
        (json!({"secret": "whsec_mine"}), "/secret"),
    ] {
        let refused = admin
            .send(Method::PATCH, &path, Some(body.clone()), &[])
            .await;
        assert_eq!(
            refused.problem(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "{body}"
        );
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{body}");
    }
    let gone = admin.send(Method::DELETE, &path, None, &[]).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&path).await.problem(), StatusCode::NOT_FOUND);
}
