//! Ports of hosts and jobs through the REST API.

use crate::world::{Client, World};
use domain::{
    host::HostId,
    port::{Coverage, OpenPort, PortReport, Proto, Service},
    token::Scope,
};
use engine::ops;
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// A host's path, once it was added with its subnet.
async fn host(client: &Client<'_>) -> String {
    client
        .post("/api/v1/subnets", json!({"cidr": "192.0.2.0/28"}))
        .await;
    let made = client
        .post("/api/v1/hosts", json!({"ip": "192.0.2.7"}))
        .await;
    made.header("location").unwrap().to_owned()
}

/// Records a scan that found these ports open.
async fn scanned(world: &World, path: &str, open: &[(u16, &str)]) {
    let id: i64 = path.rsplit('/').next().unwrap().parse().unwrap();
    let port = |(port, name): &(u16, &str)| OpenPort {
        proto: Proto::Tcp,
        port: *port,
        service: Service {
            name: Some((*name).into()),
            ..Service::default()
        },
    };
    let report = PortReport {
        covered: Coverage {
            tcp: "1-1000".parse().unwrap(),
            ..Coverage::default()
        },
        open: open.iter().map(port).collect(),
        responded: true,
        versions: false,
    };
    ops::port::record(&world.engine, HostId(id), &report)
        .await
        .unwrap();
}

fn numbers(list: &Value) -> Vec<(u64, bool)> {
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|port| (port["port"].as_u64().unwrap(), port["accepted"] == true))
        .collect()
}

#[tokio::test]
async fn ports_are_listed_with_their_past_and_accepted() {
    let world = World::new().await;
    let client = world.token(&Scope::ALL).await;
    let host = host(&client).await;
    scanned(&world, &host, &[(22, "ssh"), (80, "http")]).await;
    scanned(&world, &host, &[(22, "ssh"), (443, "https")]).await;
    let path = format!("{host}/ports");
    let open = client.get(&path).await.json();
    assert_eq!(numbers(&open), [(22, true), (443, false)]);
    assert_eq!(
        (&open["items"][1]["service"], &open["items"][1]["closed_at"]),
        (&json!("https"), &json!(null))
    );
    let past = client
        .get(&format!("{path}?history=true&limit=2"))
        .await
        .json();
    assert_eq!(
        (&past["total"], &past["next_cursor"]),
        (&json!(3), &json!("2"))
    );
    let reader = world.token(&[Scope::Read]).await;
    let refused = reader.post(&format!("{path}/accept"), json!({})).await;
    assert_eq!(refused.problem(), StatusCode::FORBIDDEN);
    let accepted = client
        .post(&format!("{path}/accept"), json!({}))
        .await
        .json();
    assert_eq!(numbers(&accepted), [(22, true), (443, true)]);
    for (query, found) in [
        ("port=443", 1),
        ("service=https", 1),
        ("port=80", 0),
        ("q=https", 1),
    ] {
        let hosts = client.get(&format!("/api/v1/hosts?{query}")).await.json();
        assert_eq!(hosts["total"], found, "{query}");
        let summary = client.get(&format!("/api/v1/summary?{query}")).await.json();
        assert_eq!(summary["hosts"]["total"], found, "{query}");
        let rows = client
            .get(&format!("/api/v1/subnets/1/rows?{query}"))
            .await
            .json();
        assert_eq!(rows["total"], found, "{query}");
    }
    let nonsense = client.get("/api/v1/hosts?port=65536").await;
    assert_eq!(nonsense.problem(), StatusCode::UNPROCESSABLE_ENTITY);
    let nobody = client.get("/api/v1/hosts/99/ports").await;
    assert_eq!(nobody.problem(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_job_has_a_path_of_its_own_and_can_be_ended() {
    let world = World::new().await;
    let client = world.token(&[Scope::Read, Scope::Write, Scope::Scan]).await;
    let host = host(&client).await;
    let begun = client.post(&format!("{host}/port-scan"), json!({})).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{begun:?}");
    let path = begun.header("location").unwrap().to_owned();
    assert_eq!(path, format!("/api/v1/jobs/{}", begun.json()["id"]));
    assert_eq!(
        (&begun.json()["kind"], &begun.json()["state"]),
        (&json!("port_scan"), &json!("queued"))
    );
    let again = client.post(&format!("{host}/port-scan"), json!({})).await;
    assert_eq!(again.json()["id"], begun.json()["id"]);
    assert_eq!(client.get(&path).await.json(), begun.json());
    let ended = client.send(Method::DELETE, &path, None, &[]).await;
    assert_eq!(
        (ended.status, &ended.json()["state"]),
        (StatusCode::OK, &json!("cancelled"))
    );
    assert_eq!(client.get(&path).await.json()["state"], "cancelled");
    assert_eq!(
        client.get("/api/v1/jobs/1").await.problem(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn asking_needs_the_scope_and_patience() {
    let world = World::new().await;
    let client = world.token(&[Scope::Read, Scope::Write, Scope::Scan]).await;
    let first = host(&client).await;
    let writer = world.token(&[Scope::Read, Scope::Write]).await;
    for kind in ["ping", "port-scan", "lookup"] {
        let refused = writer.post(&format!("{first}/{kind}"), json!({})).await;
        assert_eq!(refused.problem(), StatusCode::FORBIDDEN, "{kind}");
    }
    let mut begun = 0;
    let refused = loop {
        let reply = client.post(&format!("{first}/ping"), json!({})).await;
        if reply.status != StatusCode::ACCEPTED {
            break reply;
        }
        begun += 1;
        let path = reply.header("location").unwrap();
        client.send(Method::DELETE, path, None, &[]).await;
    };
    assert_eq!(
        (refused.problem(), begun),
        (StatusCode::TOO_MANY_REQUESTS, 10)
    );
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
}
