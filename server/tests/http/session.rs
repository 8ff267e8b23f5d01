//! Sessions: how they begin, who may use them, how they end.

use crate::world::{ORIGIN, PASSWORD, World};
use http::{Method, StatusCode};
use serde_json::json;

const ACCOUNT: &str = "/api/v1/session";

#[tokio::test]
async fn signing_in_takes_a_new_id_and_never_the_planted_one() {
    let world = World::new().await;
    let planted = "sid=AAAAAAAAAAAAAAAAAAAAAA";
    let reply = world
        .holding(planted)
        .post(ACCOUNT, json!({"username": "admin", "password": PASSWORD}))
        .await;
    let first = reply.cookie().unwrap();
    assert_ne!(first, planted);
    let cookie = reply.header("set-cookie").unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(
        !cookie.contains("Secure"),
        "browsers would drop it over plain http: {cookie}"
    );
    assert_eq!(
        world.holding(planted).get(ACCOUNT).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        world.holding(&first).get(ACCOUNT).await.json()["name"],
        "admin"
    );

    let again = world
        .holding(&first)
        .post(ACCOUNT, json!({"username": "admin", "password": PASSWORD}))
        .await;
    assert_ne!(again.cookie().unwrap(), first);
    assert_eq!(
        world.holding(&first).get(ACCOUNT).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn over_tls_the_cookie_is_bound_to_the_host() {
    let world = World::with(&[
        ("ADMIN_PASSWORD", PASSWORD),
        ("PUBLIC_URL", "https://localhost"),
    ])
    .await;
    let reply = world
        .anonymous()
        .post(ACCOUNT, json!({"username": "admin", "password": PASSWORD}))
        .await;
    let cookie = reply.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("__Host-sid=") && cookie.contains("Secure") && cookie.contains("Path=/"),
        "{cookie}"
    );
    assert!(reply.header("strict-transport-security").is_some());
    let session = reply.cookie().unwrap();
    let headers = [
        ("cookie", session.as_str()),
        ("origin", "https://localhost"),
    ];
    let out = world
        .anonymous()
        .send(Method::DELETE, ACCOUNT, None, &headers)
        .await;
    let removal = out.header("set-cookie").unwrap();
    assert!(
        removal.contains("Max-Age=0") && removal.contains("Secure"),
        "{removal}"
    );
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let world = World::new().await;
    let session = world.session().await;
    let reply = session.send(Method::DELETE, ACCOUNT, None, &[]).await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    assert!(reply.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(
        session.get(ACCOUNT).await.problem(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    let world = World::new().await;
    let (mine, other) = (world.session().await, world.session().await);
    let change = |current: &str| Some(json!({"current": current, "new": "staple them together"}));
    let wrong = mine
        .send(
            Method::PUT,
            "/api/v1/session/password",
            change("wrong"),
            &[],
        )
        .await;
    assert_eq!(wrong.problem(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.json()["errors"][0]["pointer"], "/current");
    // The account is slowed down after a wrong guess, so the right one comes from the other, untouched side.
    let world = World::new().await;
    let (mine, elsewhere) = (world.session().await, world.session().await);
    let done = mine
        .send(
            Method::PUT,
            "/api/v1/session/password",
            change(PASSWORD),
            &[],
        )
        .await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{done:?}");
    assert_eq!(
        elsewhere.get(ACCOUNT).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        mine.get(ACCOUNT).await.status,
        StatusCode::UNAUTHORIZED,
        "the id was changed too"
    );
    assert_eq!(
        world
            .holding(&done.cookie().unwrap())
            .get(ACCOUNT)
            .await
            .status,
        StatusCode::OK
    );
    drop(other);
}

#[tokio::test]
async fn other_sites_cannot_use_the_cookie() {
    let world = World::new().await;
    let session = world.session().await;
    let own = format!("http://{}", crate::world::HOST);
    for (origin, site, passes) in [
        (ORIGIN, "same-origin", true),
        (ORIGIN, "", true),
        (own.as_str(), "same-origin", true),
        ("", "same-origin", true),
        ("", "none", true),
        ("", "", false),
        ("", "cross-site", false),
        ("", "same-site", false),
        ("https://evil.example", "", false),
        ("https://evil.example", "cross-site", false),
        ("https://evil.example", "same-origin", false),
        ("null", "", false),
        ("http://localhost:9999", "same-site", false),
    ] {
        let headers = [("origin", origin), ("sec-fetch-site", site)];
        for (method, path) in [
            (Method::POST, "/api/v1/subnets"),
            (Method::PATCH, "/api/v1/hosts/1"),
            (Method::DELETE, "/api/v1/hosts/1"),
            (Method::PUT, "/api/v1/session/password"),
            (Method::POST, "/rpc/anything"),
            (Method::POST, "/logout-elsewhere"),
        ] {
            let reply = session.send(method, path, Some(json!({})), &headers).await;
            assert_eq!(
                reply.status != StatusCode::FORBIDDEN,
                passes,
                "{path} {headers:?} {}",
                reply.text
            );
            if !passes {
                reply.problem();
            }
        }
    }
    assert_eq!(session.get(ACCOUNT).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_needs_no_origin_and_ignores_the_cookie_beside_it() {
    let world = World::new().await;
    let session = world.session().await;
    let token = world.token(&[domain::token::Scope::Read]).await;
    let headers = [
        ("cookie", session.proof[0].1.as_str()),
        ("origin", "https://evil.example"),
    ];
    let body = Some(json!({"cidr": "192.0.2.0/24"}));
    let reply = token
        .send(Method::POST, "/api/v1/subnets", body, &headers)
        .await;
    assert_eq!(reply.json()["detail"], "this needs the scope write");
}
