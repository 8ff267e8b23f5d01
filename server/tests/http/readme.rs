//! The README's example of a scan, run as it is written there.

use crate::{scan::FIELDS, world::Silence};
use domain::{
    port::{Proto, Service},
    risk::{Extent, PortFact},
    scan::{AccessTest, Outcome},
    token::{NewToken, Scope},
};
use engine::{
    Caller, Engine, ops,
    probe::{
        Probes,
        examine::{Examine, Examined, Subject},
    },
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use server::{
    config::{Config, source::Sources},
    http::{App, router},
};
use std::{
    net::IpAddr,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};
use tokio::{net::TcpListener, task::spawn_blocking};
use tokio_util::sync::CancellationToken;

const README: &str = include_str!("../../../README.md");

/// Sees a web server at every address, and asks nobody.
struct Web;

impl Examine for Web {
    fn resolve(&self, name: String) -> BoxFuture<'_, Result<Vec<IpAddr>, String>> {
        assert_eq!(name, "example.com");
        async { Ok(vec![[93, 184, 215, 14].into()]) }.boxed()
    }

    fn examine(&self, subject: Subject, _: CancellationToken) -> BoxFuture<'_, Option<Examined>> {
        let port = subject.port.unwrap_or(443);
        let open = PortFact {
            proto: Proto::Tcp,
            port,
            service: Service::default(),
            is_probed: false,
            is_unauthenticated: false,
            cves: Vec::new(),
        };
        let test = AccessTest {
            test: format!("tcp/{port}"),
            outcome: Outcome::Passed,
            detail: "open, 0.1 ms".into(),
        };
        let examined = Examined {
            asked: 104,
            extent: Extent::Complete,
            responded: true,
            ports: vec![open],
            http: Vec::new(),
            tls: Vec::new(),
            tests: vec![test],
        };
        async { Some(examined) }.boxed()
    }
}

/// The commands of the section on scans.
fn commands() -> &'static str {
    let (_, section) = README.split_once("\n## IP intelligence\n").unwrap();
    let (_, block) = section.split_once("```sh\n").unwrap();
    block.split_once("```").unwrap().0
}

#[tokio::test]
async fn the_example_of_a_scan_works_as_it_is_written() {
    if !Path::new("/usr/bin/curl").exists() {
        println!("skipped: no curl");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let mut sources = Sources::default();
    let database = folder.path().join("rollcall.db").display().to_string();
    for (name, value) in [("SCAN_DB_PATH", &database), ("PUBLIC_URL", &origin)] {
        sources.environment.insert(name.into(), value.clone());
    }
    let config = Config::read(&sources, false).unwrap();
    let probes = Probes {
        examine: Arc::new(Web),
        ..Arc::new(Silence).into()
    };
    let engine = Engine::open(config.engine(), probes).await.unwrap().engine;
    let shutdown = CancellationToken::new();
    engine.start_workers(&shutdown);
    let app = App {
        engine: engine.clone(),
        config: Arc::new(config),
        shutdown: shutdown.clone(),
    };
    let new = NewToken {
        name: "demo".into(),
        scopes: vec![Scope::Scan],
        expires_at: None,
    };
    let console = Caller::console();
    let token = ops::token::create(&engine, &console, &new);
    let token = token.await.unwrap().token;
    let script = commands().replace("http://127.0.0.1:8080", &origin);
    assert!(script.contains(&origin), "{script}");
    let shell = spawn_blocking(move || {
        Command::new("/usr/bin/timeout")
            .args(["60", "/bin/sh", "-euc", &script])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("H", format!("Authorization: Bearer {token}"))
            .env("J", "Content-Type: application/json")
            .stdin(Stdio::null())
            .output()
    });
    let output = tokio::select! {
        output = shell => output.unwrap().unwrap(),
        () = server::listen::serve(listener, router(app), &shutdown) => panic!("the server ended"),
    };
    shutdown.cancel();
    assert!(output.status.success(), "{output:?}");
    let job: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(job["status"], "complete");
    let results = job["results"].as_array().unwrap();
    let targets: Vec<&Value> = results.iter().map(|result| &result["target"]).collect();
    assert_eq!(targets, ["8.8.8.8", "https://example.com/login"]);
    for result in results {
        for field in FIELDS {
            assert!(result.get(field).is_some(), "{field}: {result}");
        }
        assert_eq!(result["publicly_exposed"], true);
        assert_eq!(result["open_ports"][0]["port"], 443);
        assert_eq!(result["accessibility_tests"][0]["outcome"], "passed");
    }
    engine.close().await.unwrap();
}
