//! The live stream: what it begins with, what comes, what ends it.

use crate::world::{Client, World};
use axum::{body::BodyDataStream, response::Response};
use domain::token::Scope;
use futures::StreamExt;
use http::{Method, StatusCode};
use serde_json::json;
use std::time::Duration;
use tokio::time::timeout;

const STREAM: &str = "/api/v1/events/stream";

struct Stream(BodyDataStream);

impl Stream {
    async fn open(client: &Client<'_>, extra: &[(&str, &str)]) -> Self {
        let response: Response = client.open(Method::GET, STREAM, None, extra).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Self(response.into_body().into_data_stream())
    }

    /// The next message whole; `None` at the end.
    async fn next(&mut self) -> Option<String> {
        let mut text = String::new();
        while !text.ends_with("\n\n") {
            let piece = timeout(Duration::from_secs(10), self.0.next())
                .await
                .expect("nothing came")?;
            text.push_str(std::str::from_utf8(&piece.unwrap()).unwrap());
        }
        Some(text)
    }

    async fn until(&mut self, name: &str) -> String {
        loop {
            let message = self.next().await.expect("the stream ended");
            if message.contains(&format!("event: {name}\n")) {
                return message;
            }
        }
    }

    async fn assert_over(mut self) {
        while self.next().await.is_some() {}
    }
}

#[tokio::test]
async fn it_begins_with_a_resync_then_tells_what_changes_and_can_be_resumed() {
    let world = World::new().await;
    let client = world.token(&Scope::ALL).await;
    let mut stream = Stream::open(&client, &[]).await;
    let first = stream.next().await.unwrap();
    assert!(
        first.contains("event: resync\ndata: {\"type\":\"resync\"}\n\n"),
        "{first}"
    );
    let made = client
        .post("/api/v1/subnets", json!({"cidr": "192.0.2.0/28"}))
        .await;
    assert_eq!(made.status, StatusCode::CREATED);
    let message = stream.until("subnet").await;
    assert!(message.contains("192.0.2.0/28"), "{message}");
    let last = message
        .lines()
        .find_map(|line| line.strip_prefix("id: "))
        .unwrap()
        .to_owned();
    drop(stream);

    client
        .post("/api/v1/hosts", json!({"ip": "192.0.2.3"}))
        .await;
    let mut resumed = Stream::open(&client, &[("last-event-id", &last)]).await;
    let next = resumed.next().await.unwrap();
    assert!(!next.contains("event: resync"), "{next}");
}

#[tokio::test]
async fn it_ends_with_the_session() {
    let world = World::new().await;
    let (mine, other) = (world.session().await, world.session().await);
    let (mut ending, mut going) = (
        Stream::open(&mine, &[]).await,
        Stream::open(&other, &[]).await,
    );
    ending.next().await;
    going.next().await;
    mine.send(Method::DELETE, "/api/v1/session", None, &[])
        .await;
    ending.assert_over().await;
    let token = world.token(&Scope::ALL).await;
    token
        .post("/api/v1/subnets", json!({"cidr": "192.0.2.0/28"}))
        .await;
    going.until("subnet").await;

    let third = world.session().await;
    let change = json!({"current": crate::world::PASSWORD, "new": "staple them together"});
    let reply = third
        .send(Method::PUT, "/api/v1/session/password", Some(change), &[])
        .await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    going.assert_over().await;
}

#[tokio::test]
async fn it_ends_with_the_token_and_with_the_server() {
    let world = World::new().await;
    let client = world.token(&[Scope::Read]).await;
    let stream = Stream::open(&client, &[]).await;
    let admin = world.token(&[Scope::Admin, Scope::Read]).await;
    admin
        .send(Method::DELETE, "/api/v1/tokens/1", None, &[])
        .await;
    stream.assert_over().await;

    let stream = Stream::open(&admin, &[]).await;
    world.shutdown.cancel();
    stream.assert_over().await;
}

#[tokio::test]
async fn other_sites_cannot_listen() {
    let world = World::new().await;
    let session = world.session().await;
    for headers in [
        vec![("origin", "https://evil.example")],
        vec![("origin", ""), ("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "cross-site")],
    ] {
        let response = session.open(Method::GET, STREAM, None, &headers).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{headers:?}");
    }
}
