//! Where Rollcall itself listens is never scanned, whatever is allowed.

use super::{
    entries, is_inside, run, scan,
    servers::{Servers, asked, page},
};
use crate::world::World;
use domain::token::Scope;
use http::StatusCode;
use serde_json::json;
use std::net::SocketAddr;

#[test]
fn the_own_listener_is_never_connected_to() {
    run("inside::own_listener::inside", &[]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above, in a network of its own"]
async fn inside() {
    if !is_inside() {
        return;
    }
    let mut servers = Servers::default();
    servers.silent(&[8080, 8081]).await;
    // Leads to it.
    servers
        .everywhere(80, |ip, words| match asked(words) {
            Some(_) => {
                let own = SocketAddr::new(ip, 8080);
                page("302 Found", &[&format!("Location: http://{own}/")], "")
            }
            None => Vec::new(),
        })
        .await;
    for (bind, target) in [
        ("127.0.0.1:8080", "127.0.0.1"),
        ("127.0.0.1:8080", "[::ffff:127.0.0.1]"),
        ("0.0.0.0:8080", "127.3.4.5"),
        ("0.0.0.0:8080", "10.9.9.9"),
        ("[::]:8080", "[::1]"),
        ("[::]:8080", "10.9.9.9"),
    ] {
        servers.visits().clear();
        let settings = [
            ("BIND", bind),
            ("ALLOW_TARGETS", "127.0.0.0/8,::1/128,10.9.9.9/32"),
        ];
        let world = World::looking(&settings).await;
        let seen = scan(&world, &[target]).await;
        assert_eq!(
            entries(&seen[0], "tcp/8080"),
            ["skipped: own listener, not tried"]
        );
        assert!(
            entries(&seen[0], "tcp/8081")[0].starts_with("passed: open"),
            "{seen:?}"
        );
        let hops = entries(&seen[0], "redirect/80");
        assert!(
            hops[0].ends_with(":8080/: own listener, not tried"),
            "{hops:?}"
        );
        let client = world.token(&[Scope::Scan]).await;
        let own = json!({ "endpoints": [format!("{target}:8080")] });
        let asked = client.post("/scan", own).await;
        assert_eq!(asked.problem(), StatusCode::UNPROCESSABLE_ENTITY);
        let visits = servers.visits().clone();
        assert!(visits.iter().any(|it| it.port == 8081), "{bind} {target}");
        assert!(
            visits.iter().all(|it| it.port != 8080),
            "{bind} {target}: {visits:?}"
        );
        world.shutdown.cancel();
    }
    // Another address of the same port is none of its own.
    let settings = [("BIND", "127.0.0.1:8080"), ("ALLOW_TARGETS", "127.0.0.0/8")];
    let world = World::looking(&settings).await;
    let seen = scan(&world, &["127.3.4.5"]).await;
    assert!(
        entries(&seen[0], "tcp/8080")[0].starts_with("passed: open"),
        "{seen:?}"
    );
    world.shutdown.cancel();
}
