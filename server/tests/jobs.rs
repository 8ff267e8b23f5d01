//! Scan jobs in a real process that is ended and killed in the middle of them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "jobs/listener.rs"]
mod listener;
#[path = "jobs/process.rs"]
mod process;

use domain::scan::{Scan, ScanStatus};
use engine::{
    Caller, Engine, EngineSettings, ops,
    probe::{Ping, Probes, Round, RoundReport},
};
use listener::Listener;
use process::{KEY, Program, sqlite, until};
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

const JOBS: usize = 200;
const TARGETS: usize = 5;
const ALL: usize = JOBS * TARGETS;
/// Targets that one server looks at at a time.
const WORKERS: u32 = 16;

/// For visits to a database: nobody is asked anything.
struct Nobody;

impl Ping for Nobody {
    fn round(
        &self,
        _: Round,
        _: tokio_util::sync::CancellationToken,
    ) -> futures::future::BoxFuture<'_, RoundReport> {
        unimplemented!("nobody is asked")
    }

    fn status(&self) -> domain::probe::ProbeStatus {
        unimplemented!("nobody is asked")
    }
}

/// The jobs as they are in the file of a server that is gone.
fn stored(program: &Program, tokens: &[String]) -> Vec<Scan> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let settings = EngineSettings {
            database_url: sqlite(&program.database()),
            ..EngineSettings::default()
        };
        let probes = Probes::from(Arc::new(Nobody));
        let engine = Engine::open_console(settings, probes).await.unwrap();
        let mut scans = Vec::new();
        for token in tokens {
            let found = ops::scan::find(&engine, &Caller::console(), token).await;
            scans.push(found.unwrap());
        }
        engine.close().await.unwrap();
        scans
    })
}

fn path_of(target: &str) -> String {
    let (_, rest) = target.split_once("://").unwrap();
    rest[rest.find('/').unwrap()..].to_owned()
}

/// Targets that are finished in the file.
fn finished(scans: &[Scan]) -> HashSet<String> {
    let results = scans.iter().flat_map(|scan| &scan.results);
    results.map(|result| path_of(&result.target)).collect()
}

/// What was asked for since then, of what was finished then.
fn again(finished: &HashSet<String>, then: &HashMap<String, u32>, listener: &Listener) -> usize {
    let now = listener.counts();
    finished
        .iter()
        .filter(|path| now[*path] != then[*path])
        .count()
}

#[test]
fn jobs_survive_an_end_and_kill_nine_and_no_finished_target_is_asked_again() {
    let (program, listener) = (Program::new(), Listener::start());
    let server = program.serve();
    let token = program.token();
    let mut tokens = Vec::new();
    for job in 0..JOBS {
        let targets = (0..TARGETS).map(|n| listener.url(&format!("/{job}/{n}")));
        let body = json!({"endpoints": targets.collect::<Vec<_>>(), "generate_ai_summary": false});
        let (status, accepted) = server.ask("POST /scan", &token, &body.to_string());
        assert_eq!(status, 202, "{accepted}");
        tokens.push(accepted["token"].as_str().unwrap().to_owned());
    }
    // Until now next to nobody was answered, so that nearly all of them are still to be done.
    let begun = listener.seen();
    listener.permit(ALL / 4);
    until("a quarter is looked at", || {
        listener.seen() > begun + ALL / 5
    });
    server.terminate();
    let after_term = (finished(&stored(&program, &tokens)), listener.counts());
    assert!(
        (1..ALL).contains(&after_term.0.len()),
        "{}",
        after_term.0.len()
    );

    let server = program.serve();
    let begun = listener.seen();
    listener.permit(ALL / 4);
    until("more is looked at", || listener.seen() > begun + ALL / 5);
    server.kill();
    let after_kill = (finished(&stored(&program, &tokens)), listener.counts());
    assert!(
        (after_term.0.len()..ALL).contains(&after_kill.0.len()),
        "{}",
        after_kill.0.len()
    );
    assert!(after_term.0.is_subset(&after_kill.0));
    assert_eq!(again(&after_term.0, &after_term.1, &listener), 0);

    let server = program.serve();
    listener.permit(10 * ALL);
    let last = tokens.last().unwrap();
    until("all jobs are over", || {
        listener.seen() == ALL
            && server.ask(&format!("GET /scan/{last}"), &token, "").1["status"] == "complete"
    });
    until("each job is over", || {
        let is_over = |token_of_job: &String| {
            let (status, job) = server.ask(&format!("GET /scan/{token_of_job}"), &token, "");
            assert_eq!(status, 200);
            job["status"] == "complete"
        };
        tokens.iter().all(is_over)
    });
    server.terminate();
    for scan in stored(&program, &tokens) {
        assert_eq!(
            (scan.status, scan.results.len()),
            (ScanStatus::Complete, TARGETS)
        );
        assert!(
            scan.results.iter().all(|result| result.availability),
            "{scan:?}"
        );
    }
    assert_eq!(again(&after_term.0, &after_term.1, &listener), 0);
    assert_eq!(again(&after_kill.0, &after_kill.1, &listener), 0);
    let counts = listener.counts();
    assert_eq!(counts.len(), ALL);
    // Only what was under way when a server ended is asked again, and that twice at most.
    let more: u32 = counts.values().map(|count| count - 1).sum();
    assert!(more <= 2 * WORKERS, "{more} were asked again");
    assert!(counts.values().all(|count| *count <= 3));
    let log = program.logged();
    assert!(
        log.contains("SCAN_DB_PATH given, GEMINI_API_KEY given, GEMINI_MODEL not given"),
        "{log}"
    );
    assert!(!log.contains(KEY) && !log.contains("hush"), "{log}");
    println!(
        "{} finished at the end, {} at the kill, {more} asked again",
        after_term.0.len(),
        after_kill.0.len()
    );
}
