//! Services that let strangers in, and the same ones that do not: one harmless question to each.

use super::{
    entries, is_inside, run, scan,
    servers::{Servers, page},
};
use crate::world::World;
use serde_json::Value;
use std::net::IpAddr;

/// Lets everybody in; its neighbour asks for passwords.
const OPEN: &str = "8.8.8.8";
const CLOSED: &str = "8.8.4.4";

/// A service: its port, the rule about it, what it is asked, and what it answers to strangers if they are let in and if
/// they are not.
type Service = (u16, &'static str, &'static str, Vec<u8>, Vec<u8>);

fn mongo(fields: &[u8]) -> Vec<u8> {
    let document = u32::try_from(fields.len() + 4).unwrap();
    let mut bytes = Vec::new();
    for word in [document + 21, 7, 1, 2013, 0] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.push(0);
    bytes.extend(document.to_le_bytes());
    bytes.extend(fields);
    bytes
}

fn services() -> Vec<Service> {
    let refused = page(
        "401 Unauthorized",
        &[
            "X-elastic-product: Elasticsearch",
            "WWW-Authenticate: Basic realm=\"security\"",
        ],
        "{\"error\":{\"type\":\"security_exception\"},\"status\":401}",
    );
    let cluster = "{\"name\":\"a\",\"cluster_name\":\"docs\",\"version\":{\"number\":\"8.15.1\"}}";
    let couch = ["Server: CouchDB/3.3.3 (Erlang OTP/25)"];
    let docker = "{\"Version\":\"24.0.7\",\"ApiVersion\":\"1.43\"}";
    vec![
        (
            6379,
            "redis",
            "PING",
            b"+PONG\r\n".to_vec(),
            b"-NOAUTH Authentication required.\r\n".to_vec(),
        ),
        (
            11211,
            "memcached",
            "version",
            b"VERSION 1.6.18\r\n".to_vec(),
            b"CLIENT_ERROR unauthenticated\r\n".to_vec(),
        ),
        (
            27017,
            "mongodb",
            "listDatabases",
            mongo(b"\x04databases\0\x05\0\0\0\0\x01ok\0\0\0\0\0\0\0\xf0\x3f\0"),
            mongo(b"\x01ok\0\0\0\0\0\0\0\0\0\x10code\0\x0d\0\0\0\0"),
        ),
        (
            9200,
            "elasticsearch",
            "GET / ",
            page("200 OK", &[], cluster),
            refused,
        ),
        (
            5984,
            "couchdb",
            "GET /_all_dbs ",
            page("200 OK", &couch, "[\"a\"]"),
            page("401 Unauthorized", &couch, "{\"error\":\"unauthorized\"}"),
        ),
        (
            2375,
            "docker",
            "GET /version ",
            page("200 OK", &["Api-Version: 1.43"], docker),
            page(
                "403 Forbidden",
                &["Api-Version: 1.43"],
                "{\"message\":\"no\"}",
            ),
        ),
    ]
}

#[test]
fn services_that_let_strangers_in_are_told_from_those_that_do_not() {
    run("inside::open_services::inside", &[]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above, in a network of its own"]
async fn inside() {
    if !is_inside() {
        return;
    }
    let mut servers = Servers::default();
    for (port, _, _, open, closed) in services() {
        let answers = move |ip: IpAddr, words: &[u8]| match (words, ip.to_string().as_str()) {
            (b"", _) => Vec::new(),
            (_, OPEN) => open.clone(),
            _ => closed.clone(),
        };
        servers.everywhere(port, answers).await;
    }
    let etcd = page(
        "200 OK",
        &[],
        "{\"etcdserver\":\"3.5.9\",\"etcdcluster\":\"3.5.0\"}",
    );
    servers
        .everywhere(2379, move |_, words| {
            if words.is_empty() {
                Vec::new()
            } else {
                etcd.clone()
            }
        })
        .await;
    // Whatever its number says, it is none of them.
    servers.everywhere(11211 + 1, |_, _| Vec::new()).await;
    let world = World::looking(&[]).await;
    let seen = scan(&world, &[OPEN, CLOSED]).await;
    let [open, closed] = &seen[..] else {
        panic!("{seen:?}")
    };
    let finding = |result: &Value, rule: &str| {
        let findings = result["findings"].as_array().unwrap().clone();
        let id = format!("exposed_{rule}");
        let found = findings.into_iter().find(|it| it["id"] == id);
        found.unwrap_or_else(|| panic!("{rule}: {result}"))
    };
    for (port, rule, question, ..) in services() {
        let name = format!("access/{port}");
        let (seen, refused) = (entries(open, &name), entries(closed, &name));
        assert!(
            seen.len() == 1
                && seen[0].starts_with("passed: ")
                && seen[0].ends_with(" without a password"),
            "{seen:?}"
        );
        assert!(
            refused.len() == 1 && refused[0].starts_with("failed: it "),
            "{refused:?}"
        );
        let found = finding(open, rule);
        assert_eq!(
            (&found["severity"], &found["confidence"]),
            (&"critical".into(), &"confirmed".into()),
            "{found}"
        );
        assert_ne!(finding(closed, rule)["confidence"], "confirmed");
        // One connection, one question.
        for ip in [OPEN, CLOSED] {
            let visits = servers.visits_of(ip);
            let here: Vec<_> = visits.iter().filter(|it| it.port == port).collect();
            assert_eq!(here.len(), 1, "{here:?}");
            assert!(here[0].words.contains(question), "{here:?}");
        }
    }
    let etcd = entries(open, "access/2379");
    assert!(etcd[0].starts_with("skipped: "), "{etcd:?}");
    assert_ne!(finding(open, "etcd")["confidence"], "confirmed");
    let versions: Vec<String> = open["open_ports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|port| format!("{} {}", port["service"], port["version"]))
        .collect();
    for expected in [
        "\"elasticsearch\" \"8.15.1\"",
        "\"couchdb\" \"3.3.3\"",
        "\"docker\" \"24.0.7\"",
        "\"etcd-client\" \"3.5.9\"",
    ] {
        assert!(
            versions.iter().any(|it| it == expected),
            "{expected}: {versions:?}"
        );
    }
    world.shutdown.cancel();
}
