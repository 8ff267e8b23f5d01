//! Pages that lead elsewhere: where they are followed to, and where not.

use super::{
    dns::{Dns, Says, at},
    entries, is_inside, run, scan,
    servers::{Servers, asked, page},
};
use crate::world::World;
use domain::token::Scope;
use http::StatusCode;
use serde_json::json;
use std::net::IpAddr;

/// Pages of the scanned host, where each leads, and what is said of it last; the address that it must not reach is in a
/// network where everybody listens.
const REFUSED: [(&str, &str, &str); 22] = [
    ("/loopback", "http://127.0.0.1:6379/", "this machine itself"),
    (
        "/mapped",
        "http://[::ffff:127.0.0.1]/",
        "this machine itself",
    ),
    ("/six", "http://[::1]/", "this machine itself"),
    ("/number", "http://2130706433/", "this machine itself"),
    ("/hex", "http://0x7f.1/", "this machine itself"),
    ("/nat64", "http://[64:ff9b::7f00:1]/", "this machine itself"),
    ("/6to4", "http://[2002:7f00:1::]/", "this machine itself"),
    (
        "/unicode",
        "http://ｌｏｃａｌｈｏｓｔ/",
        "this machine itself",
    ),
    (
        "/localhost",
        "http://localhost:8080/",
        "this machine itself",
    ),
    ("/name", "http://loop.test/", "this machine itself"),
    ("/mixed", "http://mixed.test/", "this machine itself"),
    (
        "/meta",
        "//169.254.169.254/latest/meta-data/",
        "a cloud's metadata service",
    ),
    (
        "/meta6",
        "http://[fd00:ec2::254]/",
        "a cloud's metadata service",
    ),
    (
        "/documented",
        "http://10.9.9.9/",
        "a private address, and redirects are not followed there",
    ),
    (
        "/listed",
        "http://10.8.8.8/",
        "a private address, and redirects are not followed there",
    ),
    (
        "/file",
        "file:///etc/passwd",
        "only http and https are followed",
    ),
    (
        "/gopher",
        "gopher://127.0.0.1:6379/_PING",
        "only http and https are followed",
    ),
    (
        "/user",
        "http://8.8.8.8@127.0.0.1/",
        "a URL with a user name is not followed",
    ),
    ("/self", "/self", "it leads in a circle"),
    ("/ping", "/pong", "it leads in a circle"),
    ("/1", "/2", "not followed after three redirects"),
    ("/turn", "http://turn.test/turned", "this machine itself"),
];
/// Where pages lead that only others lead to.
const FURTHER: [(&str, &str); 4] = [("/pong", "/ping"), ("/2", "/3"), ("/3", "/4"), ("/4", "/5")];

fn says(name: &str, before: usize) -> Says {
    match name {
        "first.test" | "sibling.test" => at(&["8.8.8.8"]),
        "second.test" => at(&["8.8.4.4"]),
        "loop.test" => at(&["127.0.0.1"]),
        "mixed.test" => at(&["8.8.4.4", "127.0.0.1"]),
        // Its scan asks once, and the redirect asks again.
        "turn.test" => at(if before == 0 {
            &["8.8.8.8"]
        } else {
            &["127.0.0.1"]
        }),
        _ => Says::Code(super::dns::NO_SUCH_NAME),
    }
}

fn site(_: IpAddr, words: &[u8]) -> Vec<u8> {
    let Some(path) = asked(words) else {
        return Vec::new();
    };
    let leads = REFUSED
        .iter()
        .map(|(from, to, _)| (*from, *to))
        .chain(FURTHER);
    let moved = |to: &str| {
        page(
            "302 Found",
            &[&format!("Location: {to}"), "Set-Cookie: session=1"],
            "",
        )
    };
    let led = leads.into_iter().find(|(from, _)| *from == path);
    match (led, path.as_str()) {
        (Some((_, to)), _) => moved(to),
        (_, "/elsewhere") => moved("http://second.test/welcome?a=b#c"),
        (_, "/sibling") => moved("http://sibling.test/welcome"),
        (_, "/home") => moved("login"),
        (_, "/deep") => moved("/deep/1"),
        (_, "/deep/1") => moved("/deep/2"),
        (_, "/deep/2") => moved("/login"),
        (_, "/closed") => moved("http://second.test:81/"),
        (_, "/login") => page(
            "200 OK",
            &[
                "Server: nginx/1.24.0",
                "Content-Security-Policy: default-src 'self'",
            ],
            "<title>Dashboard [Jenkins]</title>",
        ),
        (_, "/welcome" | "/welcome?a=b") => page(
            "200 OK",
            &["Referrer-Policy: same-origin"],
            "<title>Sign in [Jenkins]</title>",
        ),
        _ => page("200 OK", &[], "<title>plain</title>"),
    }
}

#[test]
fn redirects_are_followed_to_public_places_only_and_not_for_long() {
    run("inside::redirects::inside", &[]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above, in a network of its own"]
async fn inside() {
    if !is_inside() {
        return;
    }
    let dns = Dns::start(says).await;
    let mut servers = Servers::default();
    servers.everywhere(80, site).await;
    servers.silent(&[6379, 8080]).await;
    let settings = [
        ("DNS_SERVERS", dns.address.to_string()),
        // People may scan these, but pages do not lead there.
        ("ALLOW_TARGETS", "10.8.8.8/32".to_owned()),
    ];
    let world = World::looking(
        &settings
            .each_ref()
            .map(|(name, value)| (*name, value.as_str())),
    )
    .await;
    let writer = world.token(&[Scope::Read, Scope::Write]).await;
    let subnet = json!({"cidr": "10.9.9.0/24", "name": "inside", "ping": false, "discover": false});
    let made = writer.post("/api/v1/subnets", subnet).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");

    let urls: Vec<String> = REFUSED
        .iter()
        .map(|(path, ..)| {
            let host = if *path == "/turn" {
                "turn.test"
            } else {
                "first.test"
            };
            format!("http://{host}{path}")
        })
        .collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let seen = scan(&world, &urls).await;
    for (result, (path, to, words)) in seen.iter().zip(REFUSED) {
        let hops = entries(result, "redirect/80");
        let last = hops.last().unwrap_or_else(|| panic!("{path}: {result}"));
        assert!(
            last.starts_with("skipped: 302 → ") && last.contains(words),
            "{path} → {to}: {last}"
        );
        let followed = hops
            .iter()
            .filter(|hop| hop.starts_with("passed: 302 → "))
            .count();
        let expected = match path {
            "/ping" => 1,
            "/1" => 3,
            _ => 0,
        };
        assert_eq!((hops.len(), followed), (expected + 1, expected), "{hops:?}");
        assert_eq!(result["ip_address"], "8.8.8.8");
    }
    let visits = servers.visits().clone();
    let strays: Vec<_> = visits
        .iter()
        .filter(|it| it.ip.to_string() != "8.8.8.8")
        .collect();
    assert!(strays.is_empty(), "{strays:?}");

    followed(&world, &servers).await;
    world.shutdown.cancel();
}

async fn followed(world: &World, servers: &Servers) {
    let paths = ["/elsewhere", "/home", "/deep", "/sibling", "/closed"];
    let urls = paths.map(|path| format!("http://first.test{path}"));
    let seen = scan(world, &urls.each_ref().map(String::as_str)).await;
    let [elsewhere, home, deep, sibling, closed] = &seen[..] else {
        panic!("{seen:?}")
    };
    let hops = |result| entries(result, "redirect/80");
    assert_eq!(entries(elsewhere, "dns"), ["passed: 8.8.8.8"]);
    assert_eq!(
        hops(elsewhere),
        ["passed: 302 → http://second.test/welcome?a=b: 200 OK, “Sign in [Jenkins]”"]
    );
    assert_eq!(
        hops(home),
        [
            "passed: 302 → http://first.test/login: 200 OK, nginx/1.24.0, “Dashboard [Jenkins]”; with CSP; \
             without X-Frame-Options, X-Content-Type-Options, Referrer-Policy"
        ]
    );
    assert_eq!(hops(deep).len(), 3, "{deep}");
    assert!(
        hops(deep)[2].contains("http://first.test/login: 200 OK"),
        "{deep}"
    );
    assert!(
        hops(sibling)[0].ends_with("/welcome: 200 OK, “Sign in [Jenkins]”"),
        "{sibling}"
    );
    assert_eq!(
        hops(closed),
        ["failed: 302 → http://second.test:81/: refused"]
    );
    // A page of its own is the target's risk, and one that it only leads to is not.
    let has_panel = |result: &serde_json::Value| result["findings"].to_string().contains("Jenkins");
    let panels: Vec<bool> = seen.iter().map(has_panel).collect();
    assert_eq!(panels, [false, true, true, false, false], "{seen:?}");
    let visit = servers.visits_of("8.8.4.4");
    assert_eq!(visit.len(), 1, "{visit:?}");
    let words = visit[0].words.to_lowercase();
    assert!(
        words.starts_with("get /welcome?a=b http/1.1\r\n"),
        "{words}"
    );
    assert!(words.contains("host: second.test\r\n"), "{words}");
    for secret in ["cookie", "authorization", "referer"] {
        assert!(!words.contains(secret), "{words}");
    }
}
