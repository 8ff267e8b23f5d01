//! What browsers get: pages, forms, headers.

use crate::world::{Client, ORIGIN, PASSWORD, Reply, World};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::task::JoinSet;

async fn submit(client: &Client<'_>, path: &str, fields: &str, extra: &[(&str, &str)]) -> Reply {
    let mut headers = vec![
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", ORIGIN),
    ];
    headers.extend(extra);
    client
        .send(
            Method::POST,
            path,
            Some(Value::String(fields.into())),
            &headers,
        )
        .await
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let world = World::new().await;
    for path in [
        "/",
        "/login",
        "/api/v1/subnets",
        "/healthz",
        "/openapi.json",
        "/nothing",
        "/pkg/x/y",
    ] {
        let reply = world.anonymous().get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{path}");
        }
        assert!(reply.header("permissions-policy").is_some());
        let policy = reply.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(
            reply.header("strict-transport-security").is_none(),
            "plain http"
        );
    }
}

#[tokio::test]
async fn inline_scripts_carry_the_nonce_of_the_policy() {
    let world = World::new().await;
    let (one, two) = (
        world.anonymous().get("/login").await,
        world.anonymous().get("/login").await,
    );
    assert_eq!(one.status, StatusCode::OK);
    let nonce = |reply: &Reply| {
        let policy = reply.header("content-security-policy").unwrap();
        policy
            .split("'nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_ne!(nonce(&one), nonce(&two));
    assert!(one.text.contains("<script"));
    for script in one.text.split("<script").skip(1) {
        assert!(
            script.split('>').next().unwrap().contains(&nonce(&one)),
            "{script}"
        );
    }
    let policy = one.header("content-security-policy").unwrap();
    assert!(
        policy.contains("'wasm-unsafe-eval'") && !policy.contains("unsafe-inline"),
        "{policy}"
    );
}

#[tokio::test]
async fn who_is_signed_out_is_led_to_the_sign_in_page_and_back() {
    let world = World::new().await;
    let reply = world.anonymous().get("/subnets/3?host=7").await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let login = reply.header("location").unwrap();
    assert_eq!(login, "/login?next=%2Fsubnets%2F3%3Fhost%3D7");

    let wrong = submit(
        &world.anonymous(),
        "/login",
        "username=admin&password=wrong&next=/subnets/3",
        &[],
    )
    .await;
    assert_eq!(
        wrong.header("location"),
        Some("/login?problem=invalid&next=%2Fsubnets%2F3")
    );
    assert_eq!(wrong.header("set-cookie"), None);
    let world = World::new().await;
    let fields = format!(
        "username=admin&password={}&next=%2Fsubnets%2F3",
        PASSWORD.replace(' ', "+")
    );
    let right = submit(&world.anonymous(), "/login", &fields, &[]).await;
    assert_eq!(
        (right.status, right.header("location")),
        (StatusCode::SEE_OTHER, Some("/subnets/3"))
    );
    let session = world.holding(&right.cookie().unwrap());
    assert_eq!(session.get("/").await.status, StatusCode::OK);
    assert_eq!(session.get("/login").await.header("location"), Some("/"));
    assert_eq!(session.get("/nothing").await.status, StatusCode::NOT_FOUND);
    let elsewhere = submit(
        &session,
        "/login",
        &fields.replace("%2Fsubnets%2F3", "//evil.example"),
        &[],
    )
    .await;
    assert_eq!(elsewhere.header("location"), Some("/"));
}

#[tokio::test]
async fn other_sites_cannot_sign_anybody_in_or_out() {
    let world = World::new().await;
    let fields = format!("username=admin&password={}", PASSWORD.replace(' ', "+"));
    let foreign = [("origin", "https://evil.example")];
    assert_eq!(
        submit(&world.anonymous(), "/login", &fields, &foreign)
            .await
            .problem(),
        StatusCode::FORBIDDEN
    );
    let session = world.session().await;
    assert_eq!(
        submit(&session, "/logout", "", &foreign).await.problem(),
        StatusCode::FORBIDDEN
    );
    assert_eq!(session.get("/api/v1/session").await.status, StatusCode::OK);
    let out = submit(&session, "/logout", "", &[]).await;
    assert_eq!(out.header("location"), Some("/login"));
    assert_eq!(
        session.get("/api/v1/session").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn the_password_form_says_what_was_wrong() {
    let voluntary = World::new().await;
    let forced = World::with(&[]).await;
    let first = forced.first_password.clone().unwrap();
    for (world, password, page) in [
        (&voluntary, PASSWORD, "/settings?"),
        (&forced, first.as_str(), "/password?"),
    ] {
        let session = world.session_with(password).await;
        let current = password.replace(' ', "+");
        for (fields, problem) in [
            (
                format!("current={current}&new=staple+them+together&repeat=other"),
                "mismatch",
            ),
            (format!("current={current}&new=short&repeat=short"), "weak"),
            (
                "current=wrong&new=staple+them+together&repeat=staple+them+together".into(),
                "current",
            ),
        ] {
            let reply = submit(&session, "/account/password", &fields, &[]).await;
            let target = format!("{page}problem={problem}");
            assert_eq!(reply.header("location"), Some(target.as_str()));
        }
    }
}

#[tokio::test]
async fn a_new_password_on_the_settings_page_stays_there() {
    let world = World::new().await;
    let session = world.session().await;
    let forced_only = session.get("/password").await;
    assert_eq!(forced_only.header("location"), Some("/settings"));
    let current = PASSWORD.replace(' ', "+");
    let fields = format!("current={current}&new=staple+them+together&repeat=staple+them+together");
    let reply = submit(&session, "/account/password", &fields, &[]).await;
    assert_eq!(reply.header("location"), Some("/settings?password=changed"));
    assert_ne!(reply.cookie().unwrap(), session.proof[0].1);
}

#[tokio::test]
async fn the_forced_new_password_leads_where_one_wanted_to_go() {
    for (wanted, next, page, landing) in [
        (
            "/events?kind=down",
            "%2Fevents%3Fkind%3Ddown",
            "/password?next=%2Fevents%3Fkind%3Ddown",
            "/events?kind=down",
        ),
        ("/", "", "/password", "/"),
        ("/", "%2F%2Fevil.example", "/password", "/"),
    ] {
        let world = World::with(&[]).await;
        let password = world.first_password.clone().unwrap();
        let session = world.session_with(&password).await;
        assert_eq!(session.get(wanted).await.header("location"), Some(page));
        let fields = |new: &str| {
            format!("current={password}&new={new}&repeat=staple+them+together&next={next}")
        };
        let wrong = submit(&session, "/account/password", &fields("another"), &[]).await;
        let again = page.replacen("/password", "/password?problem=mismatch", 1);
        let again = again.replace("mismatch?", "mismatch&");
        assert_eq!(wrong.header("location"), Some(again.as_str()));
        let form = session.get(page).await;
        assert_eq!(form.status, StatusCode::OK);
        assert!(
            page == "/password" || form.text.contains(&format!("value=\"{landing}\"")),
            "the form keeps it"
        );
        let fields = fields("staple+them+together");
        let right = submit(&session, "/account/password", &fields, &[]).await;
        assert_eq!(right.header("location"), Some(landing));
    }
}

/// Views that wait for data are rendered in several tasks; none may find what another has taken apart.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_that_are_asked_for_at_the_same_time_all_come() {
    let world = Arc::new(World::new().await);
    let reader = world.session().await;
    let subnet = json!({"cidr": "127.0.0.0/24", "name": "loopback", "ping": false});
    assert_eq!(reader.post("/api/v1/subnets", subnet).await.status, 201);
    for last in 1..=9 {
        let host = json!({"ip": format!("127.0.0.{last}")});
        assert_eq!(reader.post("/api/v1/hosts", host).await.status, 201);
    }
    let token = json!({"name": "export", "scopes": ["read"]});
    assert_eq!(reader.post("/api/v1/tokens", token).await.status, 201);
    let cookie = reader.proof[0].1.clone();
    let mut pages = JoinSet::new();
    for n in 0..160 {
        let (world, cookie) = (Arc::clone(&world), cookie.clone());
        let path = [
            "/",
            "/subnets/1",
            "/subnets/1/hosts/5",
            "/hosts",
            "/subnets",
            "/settings",
        ][n % 6];
        pages.spawn(async move { (path, world.holding(&cookie).get(path).await) });
    }
    while let Some(page) = pages.join_next().await {
        let (path, reply) = page.unwrap();
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        let title = if path.starts_with("/subnets/") {
            "<title>127.0.0.0/24 loopback · Rollcall"
        } else {
            " · Rollcall</title>"
        };
        assert!(reply.text.contains(title), "{path}");
    }
}
