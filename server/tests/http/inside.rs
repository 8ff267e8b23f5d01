//! Scans in a network of the test's own, in which every address of the world is this machine: whatever is connected to
//! is seen, and nothing leaves.

#[path = "inside/dns.rs"]
mod dns;
#[path = "inside/open_services.rs"]
mod open_services;
#[path = "inside/own_listener.rs"]
mod own_listener;
#[path = "inside/process.rs"]
mod process;
#[path = "inside/redirects.rs"]
mod redirects;
#[path = "inside/resolving.rs"]
mod resolving;
#[path = "inside/servers.rs"]
mod servers;
#[path = "inside/spellings.rs"]
mod spellings;
#[path = "inside/versions.rs"]
mod versions;

use crate::world::{Client, World};
use domain::token::Scope;
use http::StatusCode;
use serde_json::{Value, json};
use std::{
    io::{self, Write as _},
    process::{Command, Stdio},
    time::Duration,
};

/// Says to a test that it is inside.
const INSIDE: &str = "TEST_NETWORK_INSIDE";
/// Every address is local, and two are the interface's own.
const SETUP: &str = "ip link set lo up && ip route add local default dev lo && ip -6 route add local default dev lo \
                     && ip address add 10.9.9.9/32 dev lo && exec \"$@\"";

/// Runs an ignored test of this program inside; skips it with words where such a network can't be made.
#[track_caller]
pub(crate) fn run(test: &str, environment: &[(&str, String)]) {
    let ways: [&[&str]; 2] = [&["--net"], &["--map-root-user", "--net"]];
    let works = |way: &&&[&str]| {
        let mut tried = Command::new("unshare");
        tried.args(**way).args(["sh", "-c", SETUP, "sh", "true"]);
        let tried = tried.stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    };
    let Some(way) = ways.iter().find(works) else {
        let skipped = b"skipped: needs a network namespace, which only root can make here\n";
        io::stdout().write_all(skipped).unwrap();
        return;
    };
    let done = Command::new("unshare")
        .args(*way)
        .args(["sh", "-c", SETUP, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "--nocapture", test])
        .env(INSIDE, "1")
        .envs(environment.iter().map(|(name, value)| (*name, value)))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    let complained = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success() && said.contains("1 passed"),
        "{said}\n{complained}"
    );
}

/// Whether this is the test that [`run`] runs.
pub(crate) fn is_inside() -> bool {
    std::env::vars().any(|(name, _)| name == INSIDE)
}

/// Asks for a scan of endpoints and waits for its results.
pub(crate) async fn scan(world: &World, endpoints: &[&str]) -> Vec<Value> {
    let client = world.token(&[Scope::Scan]).await;
    let asked = client
        .post("/scan", json!({ "endpoints": endpoints }))
        .await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{asked:?}");
    over(&client, asked.header("location").unwrap()).await
}

/// The results of a job when it is over.
pub(crate) async fn over(client: &Client<'_>, path: &str) -> Vec<Value> {
    let wait = async {
        loop {
            let job = client.get(path).await.json();
            if ["complete", "failed"].contains(&job["status"].as_str().unwrap()) {
                return job["results"].as_array().unwrap().clone();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(3), wait)
        .await
        .expect("the job is never over")
}

/// The entries of one kind of a result, as `outcome: detail`.
pub(crate) fn entries(result: &Value, test: &str) -> Vec<String> {
    let entries = result["accessibility_tests"].as_array().unwrap().iter();
    let found = entries.filter(|entry| entry["test"] == test);
    let word = |entry: &Value, field: &str| entry[field].as_str().unwrap().to_owned();
    found
        .map(|entry| format!("{}: {}", word(entry, "outcome"), word(entry, "detail")))
        .collect()
}
