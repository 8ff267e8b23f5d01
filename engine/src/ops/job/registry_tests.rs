//! Tests of the jobs in memory.

use super::*;

const IP: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
const NOW: Timestamp = Timestamp(1_000_000);
const SCAN: JobKind = JobKind::PortScan;

fn start(jobs: &Jobs, who: Who, host: i64, kind: JobKind, now: Timestamp) -> Result<Job> {
    jobs.start(who, kind, (HostId(host), IP), now, |_| ())
}

fn wait_of(refused: Result<Job>) -> Duration {
    match refused {
        Err(Error::Busy { retry_after, .. }) => retry_after,
        other => panic!("{other:?}"),
    }
}

fn done(jobs: &Jobs, job: &Job, now: Timestamp) {
    assert!(jobs.begin(job.id, None, |_| ()));
    jobs.finish(job.host_id, job.kind, End::Done("well".into()), now, |_| ());
}

#[test]
fn the_same_work_is_one_job_until_it_is_over() {
    let jobs = Jobs::new(7);
    let first = start(&jobs, Who::User(1), 1, SCAN, NOW).unwrap();
    let again = start(&jobs, Who::Token(2), 1, SCAN, NOW).unwrap();
    assert_eq!((first.id, again.id), (JobId(7), JobId(7)));
    let other = start(&jobs, Who::User(1), 1, JobKind::Ping, NOW).unwrap();
    assert_ne!(other.id, first.id);
    done(&jobs, &first, NOW);
    let over = jobs.find(first.id).unwrap();
    assert_eq!(
        (over.state, over.detail.as_deref()),
        (JobState::Done, Some("well"))
    );
    assert_eq!(jobs.of_host(HostId(1)), [other]);
}

#[test]
fn it_is_not_done_again_at_once() {
    let jobs = Jobs::new(1);
    for (kind, seconds) in [(SCAN, 30), (JobKind::Ping, 5)] {
        let job = start(&jobs, Who::User(1), 1, kind, NOW).unwrap();
        done(&jobs, &job, NOW);
        let soon = NOW.plus(Duration::from_secs(seconds - 1));
        let wait = wait_of(start(&jobs, Who::User(2), 1, kind, soon));
        assert_eq!(wait, Duration::from_secs(1));
        start(&jobs, Who::User(2), 2, kind, soon).unwrap();
        start(
            &jobs,
            Who::User(2),
            1,
            kind,
            NOW.plus(Duration::from_secs(seconds)),
        )
        .unwrap();
    }
}

#[test]
fn ten_a_minute_and_duplicates_cost_nothing() {
    let jobs = Jobs::new(1);
    for host in 0..10 {
        for _ in 0..3 {
            start(
                &jobs,
                Who::User(1),
                host,
                SCAN,
                NOW.plus(Duration::from_secs(host.unsigned_abs())),
            )
            .unwrap();
        }
    }
    let later = NOW.plus(Duration::from_secs(20));
    assert_eq!(
        wait_of(start(&jobs, Who::User(1), 99, SCAN, later)),
        Duration::from_secs(40)
    );
    start(&jobs, Who::Token(1), 99, SCAN, later).unwrap();
    start(&jobs, Who::User(1), 98, SCAN, NOW.plus(WINDOW)).unwrap();
    let before = NOW.minus(WINDOW);
    start(&jobs, Who::User(1), 97, SCAN, before)
        .expect("a clock that was stepped back locks nobody out");
}

#[test]
fn a_cancelled_job_stops_its_work_and_is_over() {
    let jobs = Jobs::new(1);
    let waiting = start(&jobs, Who::Console, 1, SCAN, NOW).unwrap();
    let cancelled = jobs.cancel(waiting.id, NOW, |_| ()).unwrap();
    assert_eq!(
        (cancelled.state, cancelled.finished_at),
        (JobState::Cancelled, Some(NOW))
    );
    assert!(
        !jobs.begin(waiting.id, None, |_| ()),
        "it wants to be done no more"
    );
    let job = start(&jobs, Who::Console, 1, SCAN, NOW).expect("it had cost nothing");
    let stop = CancellationToken::new();
    assert!(jobs.begin(job.id, Some(stop.clone()), |_| ()));
    jobs.cancel(job.id, NOW, |_| ());
    assert!(stop.is_cancelled());
    jobs.finish(HostId(1), SCAN, End::Done("late".into()), NOW, |_| {
        panic!("told twice")
    });
    assert_eq!(
        jobs.cancel(job.id, NOW, |_| ()).map(|job| job.state),
        Some(JobState::Cancelled)
    );
    assert_eq!(jobs.cancel(JobId(99), NOW, |_| ()), None);
    wait_of(start(&jobs, Who::Console, 1, SCAN, NOW));
}

#[test]
fn interrupted_work_waits_for_another_turn() {
    let jobs = Jobs::new(1);
    let job = start(&jobs, Who::Console, 1, SCAN, NOW).unwrap();
    assert!(jobs.begin(job.id, None, |_| ()));
    assert_eq!(jobs.waiting(&[SCAN]), []);
    jobs.progress(HostId(1), SCAN, Some(40), |job| {
        assert_eq!(job.percent, Some(40));
    });
    jobs.progress(HostId(1), SCAN, Some(40), |_| panic!("told twice"));
    jobs.finish(HostId(1), SCAN, End::Interrupted, NOW, |_| ());
    assert_eq!(jobs.waiting(&[SCAN]), std::slice::from_ref(&job));
    assert!(jobs.begin(job.id, None, |_| ()));
    jobs.put_back(&[SCAN]);
    assert_eq!(jobs.waiting(&[SCAN]), [job]);
}

#[test]
fn only_the_newest_finished_jobs_are_remembered() {
    let jobs = Jobs::new(0);
    let all = i64::try_from(REMEMBERED).unwrap() + 5;
    for n in 0..all {
        let job = start(&jobs, Who::Token(n), n, JobKind::Ping, NOW).unwrap();
        done(&jobs, &job, NOW);
    }
    assert!(jobs.find(JobId(4)).is_none());
    assert!(jobs.find(JobId(5)).is_some() && jobs.find(JobId(all - 1)).is_some());
}
