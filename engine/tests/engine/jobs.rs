//! Work that somebody asks for now: a job from its beginning to its end.

use crate::{
    harness::{Lab, console},
    port_worker::until,
};
use domain::{
    host::HostId,
    job::{Job, JobId, JobKind, JobState},
    live::LiveEvent,
    token::Scope,
};
use engine::{Caller, Engine, Error, events::LiveStream, ops};
use std::time::Duration;
use tokio_util::sync::{CancellationToken, DropGuard};

const IP: &str = "10.0.0.1";
const SCAN: JobKind = JobKind::PortScan;

/// A lab with one host that answers, and running workers.
async fn lab() -> (Lab, HostId, DropGuard) {
    let lab = Lab::new().await;
    lab.wake(&[IP]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    let id = lab.host_at(IP).await.id;
    lab.ports.open(IP, 22, "ssh");
    let cancel = CancellationToken::new();
    lab.engine.start_workers(&cancel);
    (lab, id, cancel.drop_guard())
}

async fn start(lab: &Lab, id: HostId, kind: JobKind) -> Result<Job, Error> {
    ops::job::start(&lab.engine, &console(), id, kind).await
}

fn find(engine: &Engine, id: JobId) -> Job {
    ops::job::find(engine, &console(), id).unwrap()
}

/// Waits until the worker is done with the first scan of the one host.
async fn first_scan(lab: &Lab) {
    let is_done = async || {
        let health = ops::health::health(&lab.engine, &console()).unwrap();
        let mut workers = health.workers.into_iter();
        let ports = workers.find(|worker| worker.name == "scan ports");
        ports.unwrap().last_report.as_deref() == Some("10.0.0.1: 1 open port")
    };
    until("the first scan", is_done).await;
}

/// The next state of a job that open pages are told.
async fn told(stream: &mut LiveStream) -> Job {
    let next = async {
        loop {
            if let LiveEvent::Job(job) = &stream.next().await.unwrap().event {
                return job.clone();
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), next)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_port_scan_is_followed_from_its_beginning_to_its_end() {
    let (lab, id, _workers) = lab().await;
    first_scan(&lab).await;
    lab.ports.open(IP, 80, "http");
    lab.ports.hold(true);
    let mut stream = lab.engine.subscribe();
    let job = start(&lab, id, SCAN).await.unwrap();
    assert_eq!(
        (job.state, job.host_id, job.ip.to_string().as_str()),
        (JobState::Queued, id, IP)
    );
    let again = start(&lab, id, SCAN).await.unwrap();
    assert_eq!(again.id, job.id, "the same job");
    assert_eq!(
        ops::job::of_host(&lab.engine, &console(), id)
            .unwrap()
            .len(),
        1
    );
    let mut states = Vec::new();
    for _ in 0..3 {
        let job = told(&mut stream).await;
        states.push((job.state, job.percent));
    }
    let expected = [
        (JobState::Queued, None),
        (JobState::Running, None),
        (JobState::Running, Some(50)),
    ];
    assert_eq!(states, expected);
    lab.ports.hold(false);
    let over = told(&mut stream).await;
    assert_eq!(
        (over.id, over.state, over.percent),
        (job.id, JobState::Done, Some(100))
    );
    assert_eq!(over.detail.as_deref(), Some("2 open ports, 1 change"));
    assert_eq!(find(&lab.engine, job.id), over);
    let refused = start(&lab, id, SCAN).await;
    assert!(
        matches!(refused, Err(Error::Busy { retry_after, .. }) if retry_after == Duration::from_secs(30))
    );
    lab.pass(Duration::from_secs(31));
    assert_ne!(start(&lab, id, SCAN).await.unwrap().id, job.id);
}

#[tokio::test]
async fn a_job_takes_over_the_scan_that_goes_on() {
    let (lab, id, _workers) = {
        let lab = Lab::new().await;
        lab.wake(&[IP]);
        let subnet = lab.subnet("10.0.0.0/29").await;
        lab.sweep(subnet.id).await;
        let id = lab.host_at(IP).await.id;
        lab.ports.hold(true);
        let cancel = CancellationToken::new();
        lab.engine.start_workers(&cancel);
        (lab, id, cancel.drop_guard())
    };
    until("the scheduled scan", async || lab.ports.running() == 1).await;
    let job = start(&lab, id, SCAN).await.unwrap();
    let state = || find(&lab.engine, job.id).state;
    until("its turn", async || state() == JobState::Running).await;
    lab.ports.hold(false);
    until("its end", async || state() == JobState::Done).await;
    assert_eq!(lab.ports.asked().len(), 1, "never twice at a time");
}

#[tokio::test]
async fn a_cancelled_scan_ends_and_leaves_the_last_good_one() {
    let (lab, id, _workers) = lab().await;
    first_scan(&lab).await;
    let before = ops::host::page(&lab.engine, &console(), id).await.unwrap();
    lab.ports.close(IP, 22);
    lab.ports.hold(true);
    let job = start(&lab, id, SCAN).await.unwrap();
    until("the scan", async || lab.ports.running() == 1).await;
    let cancelled = ops::job::cancel(&lab.engine, &console(), job.id).unwrap();
    assert_eq!(cancelled.state, JobState::Cancelled);
    until("its end", async || lab.ports.running() == 0).await;
    let after = ops::host::page(&lab.engine, &console(), id).await.unwrap();
    assert_eq!(
        (after.ports, after.port_scan),
        (before.ports, before.port_scan)
    );
    assert_eq!(find(&lab.engine, job.id).state, JobState::Cancelled);
}

#[tokio::test]
async fn a_ping_is_one_round_that_counts() {
    let (lab, id, _workers) = lab().await;
    lab.pass(Duration::from_mins(1));
    let job = start(&lab, id, JobKind::Ping).await.unwrap();
    let over = async |job: &Job| {
        until("the ping", async || {
            find(&lab.engine, job.id).state.is_over()
        })
        .await;
        find(&lab.engine, job.id)
    };
    let done = over(&job).await;
    assert_eq!(
        (done.state, done.detail.as_deref()),
        (JobState::Done, Some("reply in 1.23 ms"))
    );
    assert_eq!(lab.host_at(IP).await.last_seen_at, Some(lab.engine.now()));
    lab.silence(IP);
    lab.pass(Duration::from_secs(6));
    let done = over(&start(&lab, id, JobKind::Ping).await.unwrap()).await;
    assert_eq!(
        (done.state, done.detail.as_deref()),
        (JobState::Done, Some("no reply"))
    );
    assert!(lab.host_at(IP).await.suspect);
    lab.cut_off(true);
    lab.pass(Duration::from_secs(6));
    let failed = over(&start(&lab, id, JobKind::Ping).await.unwrap()).await;
    let words = Some("this machine has no way to the network");
    assert_eq!(
        (failed.state, failed.detail.as_deref()),
        (JobState::Failed, words)
    );
}

#[tokio::test]
async fn who_may_not_scan_starts_and_ends_no_job() {
    let lab = Lab::new().await;
    lab.wake(&[IP]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    let id = lab.host_at(IP).await.id;
    let writer = Caller {
        scopes: vec![Scope::Read, Scope::Write],
        ..console()
    };
    let refused = ops::job::start(&lab.engine, &writer, id, SCAN).await;
    assert!(matches!(refused, Err(Error::Forbidden { .. })));
    let job = start(&lab, id, SCAN).await.unwrap();
    let refused = ops::job::cancel(&lab.engine, &writer, job.id);
    assert!(matches!(refused, Err(Error::Forbidden { .. })));
    assert_eq!(ops::job::find(&lab.engine, &writer, job.id).unwrap(), job);
    let gone = start(&lab, HostId(99), SCAN).await;
    assert!(matches!(gone, Err(Error::NotFound { what: "host" })));
    let gone = ops::job::find(&lab.engine, &writer, JobId(1));
    assert!(matches!(gone, Err(Error::NotFound { what: "job" })));
}
