//! Who may do what: every operation of the document, asked by everybody.

use crate::world::World;
use domain::token::Scope;
use http::{Method, StatusCode};
use serde_json::Value;

struct Operation {
    id: String,
    method: Method,
    path: String,
    body: Option<Value>,
}

/// Every documented operation with its example as body, so that nothing fails for its input.
fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(server::http::document()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push(Operation {
                id: operation["operationId"].as_str().unwrap().into(),
                method: method.to_uppercase().parse().unwrap(),
                path: path
                    .replace("{id}", "999999")
                    .replace("{delivery}", "999999"),
                body: operation
                    .pointer("/requestBody/content/application~1json/example")
                    .cloned(),
            });
        }
    }
    operations
}

enum Needs {
    Nothing,
    AnyProof,
    Session,
    Scope(Scope),
}

fn needs(operation: &str) -> Needs {
    match operation {
        "create_session" | "find_liveness" | "find_readiness" => Needs::Nothing,
        "find_session" | "delete_session" => Needs::AnyProof,
        "update_password" => Needs::Session,
        "list_tokens" | "create_token" | "delete_token" | "create_webhook" | "update_webhook"
        | "delete_webhook" | "test_webhook" | "rotate_webhook" | "delete_delivery"
        | "retry_delivery" | "update_snmp" | "delete_snmp" | "update_host_snmp"
        | "delete_host_snmp" => Needs::Scope(Scope::Admin),
        "sweep_subnet"
        | "create_ping"
        | "create_port_scan"
        | "create_lookup"
        | "delete_job"
        | "create_scan"
        | "create_ai_scan"
        | "find_scan"
        | "list_scans"
        | "delete_scan"
        | "create_scan_rerun"
        | "find_scan_diff"
        | "find_scanner"
        | "list_scan_results"
        | "find_host_verdict"
        | "list_scan_schedules"
        | "create_scan_schedule"
        | "find_scan_schedule"
        | "update_scan_schedule"
        | "delete_scan_schedule" => Needs::Scope(Scope::Scan),
        "create_subnet"
        | "update_subnet"
        | "delete_subnet"
        | "allocate_address"
        | "create_host"
        | "update_host"
        | "delete_host"
        | "update_host_baseline" => Needs::Scope(Scope::Write),
        "list_subnets"
        | "find_subnet"
        | "find_snmp"
        | "find_host_snmp"
        | "list_rows"
        | "list_free_addresses"
        | "list_hosts"
        | "find_host"
        | "list_events"
        | "list_host_status"
        | "list_host_events"
        | "list_host_ports"
        | "find_job"
        | "find_host_uptime"
        | "list_host_outages"
        | "list_subnet_uptimes"
        | "stream_events"
        | "find_summary"
        | "list_webhooks"
        | "find_webhook"
        | "list_deliveries"
        | "find_health"
        | "find_storage" => Needs::Scope(Scope::Read),
        unknown => panic!("decide who may {unknown}"),
    }
}

#[tokio::test]
async fn without_a_proof_every_operation_is_401() {
    let world = World::new().await;
    for op in operations() {
        let reply = world
            .anonymous()
            .open(op.method, &op.path, op.body, &[])
            .await;
        if matches!(needs(&op.id), Needs::Nothing) {
            continue;
        }
        assert_eq!(reply.status(), StatusCode::UNAUTHORIZED, "{}", op.id);
        assert_eq!(
            reply.headers()["www-authenticate"],
            "Bearer realm=\"rollcall\"",
            "{}",
            op.id
        );
    }
}

#[tokio::test]
async fn a_token_does_what_its_scopes_say_and_nothing_else() {
    let world = World::new().await;
    for op in operations() {
        let (wrong, right) = match needs(&op.id) {
            Needs::Nothing | Needs::AnyProof => continue,
            Needs::Session => (Scope::ALL.to_vec(), None),
            Needs::Scope(needed) => (
                Scope::ALL.into_iter().filter(|s| *s != needed).collect(),
                Some(needed),
            ),
        };
        let client = world.token(&wrong).await;
        let reply = client
            .open(op.method.clone(), &op.path, op.body.clone(), &[])
            .await;
        assert_eq!(
            reply.status(),
            StatusCode::FORBIDDEN,
            "{} with {wrong:?}",
            op.id
        );
        if let Some(right) = right {
            let reply = world
                .token(&[right])
                .await
                .open(op.method, &op.path, op.body, &[])
                .await;
            let status = reply.status();
            assert!(
                status.is_success()
                    || status == StatusCode::NOT_FOUND
                    || status == StatusCode::CONFLICT
                    || status == StatusCode::UNPROCESSABLE_ENTITY,
                "{} with {right}: {status}",
                op.id
            );
        }
    }
}

#[tokio::test]
async fn until_the_first_password_is_changed_nothing_else_works() {
    let world = World::with(&[]).await;
    let password = world.first_password.clone().unwrap();
    let session = world.session_with(&password).await;
    assert_eq!(
        session.get("/api/v1/session").await.json()["must_change_password"],
        true
    );
    for op in operations() {
        if !matches!(needs(&op.id), Needs::Scope(_)) {
            continue;
        }
        let reply = session.open(op.method, &op.path, op.body, &[]).await;
        assert_eq!(reply.status(), StatusCode::FORBIDDEN, "{}", op.id);
    }
    assert_eq!(session.get("/").await.header("location"), Some("/password"));
    let change = serde_json::json!({"current": password, "new": "staple them together"});
    let reply = session
        .send(Method::PUT, "/api/v1/session/password", Some(change), &[])
        .await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT, "{reply:?}");
    let renewed = world.holding(&reply.cookie().unwrap());
    assert_eq!(renewed.get("/api/v1/subnets").await.status, StatusCode::OK);
    assert_eq!(
        session.get("/api/v1/subnets").await.status,
        StatusCode::UNAUTHORIZED,
        "the old id"
    );
}

#[tokio::test]
async fn an_ended_or_made_up_token_is_401() {
    let world = World::new().await;
    let mut client = world.token(&[Scope::Read]).await;
    assert_eq!(client.get("/api/v1/subnets").await.status, StatusCode::OK);
    let admin = world.token(&[Scope::Admin]).await;
    let reply = admin
        .send(Method::DELETE, "/api/v1/tokens/1", None, &[])
        .await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    assert_eq!(
        client.get("/api/v1/subnets").await.problem(),
        StatusCode::UNAUTHORIZED
    );
    for made_up in [
        "Bearer ",
        "Bearer rc_",
        "Bearer x",
        "bearer rc_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ] {
        client.proof[0].1 = made_up.into();
        assert_eq!(
            client.get("/api/v1/subnets").await.problem(),
            StatusCode::UNAUTHORIZED,
            "{made_up}"
        );
    }
}
