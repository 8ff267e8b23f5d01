//! Every error is a problem of the right status.

use crate::world::World;
use domain::token::Scope;
use http::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one table")]
async fn what_does_not_fit_is_refused_with_the_reason() {
    let world = World::new().await;
    let client = world.token(&Scope::ALL).await;
    let subnets = "/api/v1/subnets";
    let raw = |text: &str| Some(Value::String(text.into()));
    for (method, path, body, headers, status, pointer) in [
        (Method::POST, subnets, raw("{"), vec![], 400, None),
        (
            Method::POST,
            subnets,
            raw("{}"),
            vec![("content-type", "text/plain")],
            415,
            None,
        ),
        (
            Method::POST,
            subnets,
            raw("{}"),
            vec![("content-type", "")],
            415,
            None,
        ),
        (
            Method::POST,
            subnets,
            Some(json!({})),
            vec![],
            422,
            Some("/cidr"),
        ),
        (
            Method::POST,
            subnets,
            Some(json!({"cidr": 1})),
            vec![],
            422,
            Some("/cidr"),
        ),
        (
            Method::POST,
            subnets,
            Some(json!({"cidr": "192.0.2.7/24"})),
            vec![],
            422,
            Some("/cidr"),
        ),
        (
            Method::POST,
            subnets,
            Some(json!({"cidr": "192.0.2.0/24", "colour": 1})),
            vec![],
            422,
            Some("/colour"),
        ),
        (
            Method::GET,
            "/api/v1/hosts?limit=x",
            None,
            vec![],
            422,
            Some("/limit"),
        ),
        (
            Method::GET,
            "/api/v1/hosts?limit=1001",
            None,
            vec![],
            422,
            Some("/limit"),
        ),
        (
            Method::GET,
            "/api/v1/hosts?status=purple",
            None,
            vec![],
            422,
            Some("/status"),
        ),
        (
            Method::GET,
            "/api/v1/hosts?nonsense=1",
            None,
            vec![],
            422,
            Some("/nonsense"),
        ),
        (Method::GET, "/api/v1/hosts/x", None, vec![], 400, None),
        (Method::GET, "/api/v1/hosts/1", None, vec![], 404, None),
        (Method::GET, "/api/v1/nothing", None, vec![], 404, None),
        (Method::GET, "/api", None, vec![], 404, None),
        (Method::POST, "/nothing", None, vec![], 404, None),
        (
            Method::POST,
            subnets,
            raw(&"x".repeat(70_000)),
            vec![],
            413,
            None,
        ),
        (
            Method::GET,
            subnets,
            None,
            vec![("host", "evil.example")],
            421,
            None,
        ),
        (Method::GET, subnets, None, vec![("host", "")], 400, None),
    ] {
        let reply = client.send(method, path, body, &headers).await;
        assert_eq!(
            reply.problem().as_u16(),
            status,
            "{path} {headers:?} {}",
            reply.text
        );
        let found = reply.json()["errors"][0]["pointer"]
            .as_str()
            .map(str::to_owned);
        assert_eq!(found.as_deref(), pointer, "{path} {}", reply.text);
    }
}

#[tokio::test]
async fn a_corrected_value_is_offered() {
    let world = World::new().await;
    let client = world.token(&[Scope::Write]).await;
    let reply = client
        .post("/api/v1/subnets", json!({"cidr": "192.0.2.7/24"}))
        .await;
    assert_eq!(reply.json()["errors"][0]["suggestion"], "192.0.2.0/24");
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let world = World::new().await;
    let reply = world
        .anonymous()
        .send(Method::PUT, "/api/v1/subnets", None, &[])
        .await;
    assert_eq!(reply.problem(), StatusCode::METHOD_NOT_ALLOWED);
    let allow = reply.header("allow").unwrap();
    assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let world = World::new().await;
    let guess = json!({"username": "admin", "password": "not the password"});
    let mut last = world
        .anonymous()
        .post("/api/v1/session", guess.clone())
        .await;
    assert_eq!(last.problem(), StatusCode::UNAUTHORIZED);
    for _ in 0..12 {
        last = world
            .anonymous()
            .post("/api/v1/session", guess.clone())
            .await;
    }
    assert_eq!(last.problem(), StatusCode::TOO_MANY_REQUESTS);
    let seconds: u32 = last.header("retry-after").unwrap().parse().unwrap();
    assert_eq!(last.json()["retry_after"], seconds);
    assert!(seconds >= 1);
}
