//! `kill -9` at random moments while rounds, sweeps and edits go on: nothing that was acknowledged is lost, no round is
//! torn, and the figures are right. `ROLLCALL_KILLS=100` makes it long.

use crate::harness::{Lab, START, console, open_in, settings};
use domain::{
    event::EventQuery,
    host::HostPatch,
    probe::{Answer, Observation},
    status::{State, Status, Thresholds},
    time::Timestamp,
    timeline::{Look, turn},
    uptime::{Period, Span, Uptimes, outages, uptime},
};
use engine::ops;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};
use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader},
    net::{IpAddr, Ipv4Addr},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
        mpsc,
    },
    time::Duration,
};

const FOLDER: &str = "ROLLCALL_CRASH_FOLDER";
const GENERATION: &str = "ROLLCALL_CRASH_GENERATION";
const ROUND: &str = "ROLLCALL_CRASH_ROUND";
const KILLS: &str = "ROLLCALL_KILLS";
const MINUTE: Duration = Duration::from_mins(1);
const HOSTS: u8 = 24;

fn variable(name: &str) -> Option<String> {
    std::env::vars_os()
        .find(|(key, _)| key == name)
        .and_then(|(_, value)| value.into_string().ok())
}

fn time_of(round: i64) -> Timestamp {
    Timestamp(START.0 + round * 60_000)
}

fn address(n: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 0, 0, n)
}

/// What a host answers in a round: the first one always, the others come and go.
fn answer(round: i64, n: u8) -> Answer {
    let silent = n > 1 && (round / i64::from(n)) % 3 == 1;
    if silent {
        Answer::Silence
    } else {
        Answer::Reply { rtt_us: 700 }
    }
}

fn observed(round: i64) -> Vec<Observation> {
    let one = |n| Observation {
        ip: address(n).into(),
        answer: answer(round, n),
        lost: 0,
    };
    (1..=HOSTS).map(one).collect()
}

/// The process that is killed. Every line that it prints is a promise.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the test below"]
async fn child() {
    let Some(folder) = variable(FOLDER) else {
        return;
    };
    let number = |name| variable(name).unwrap().parse::<i64>().unwrap();
    let (generation, first) = (number(GENERATION), number(ROUND));
    let now = Arc::new(AtomicI64::new(time_of(first).0));
    let clock = {
        let now = now.clone();
        engine::clock::Clock::from_fn(move || Timestamp(now.load(Ordering::SeqCst)))
    };
    let settings = engine::EngineSettings {
        database_url: format!("sqlite://{folder}/rollcall.db?mode=rwc"),
        ..engine::EngineSettings::default()
    };
    let ping = Arc::<crate::harness::Scripted>::default();
    let opened = engine::Engine::open_at(settings, ping, clock)
        .await
        .unwrap();
    let engine = opened.engine;
    let subnets = ops::subnet::list(&engine, &console()).await.unwrap();
    let id_of = |cidr: &str| {
        subnets
            .iter()
            .find(|s| s.cidr.to_string() == cidr)
            .unwrap()
            .id
    };
    let (known, wide) = (id_of("10.0.0.0/27"), id_of("10.1.0.0/16"));
    let query = domain::host::HostQuery {
        subnet: Some(known.0),
        ..Default::default()
    };
    let hosts = ops::host::list(&engine, &console(), &query).await.unwrap();
    let caller = console();
    let rounds = async {
        for round in first + 1.. {
            now.store(time_of(round).0, Ordering::SeqCst);
            let seen = observed(round);
            ops::history::record(&engine, known, &seen, true)
                .await
                .unwrap();
            println!("ack round {round}");
        }
    };
    let edits = async {
        for n in generation * 1_000_000.. {
            let host = &hosts.items[usize::try_from(n).unwrap() % hosts.items.len()];
            let patch = HostPatch {
                notes: Some(Some(n.to_string())),
                ..HostPatch::default()
            };
            let edit = ops::host::update(&engine, &caller, host.id, None, &patch).await;
            edit.unwrap();
            println!("ack edit {} {n}", host.ip);
        }
    };
    let sweeps = async {
        for n in 0u8.. {
            let ip = Ipv4Addr::new(10, 1, u8::try_from(generation % 256).unwrap(), n);
            let seen = Observation {
                ip: ip.into(),
                answer: Answer::Reply { rtt_us: 9 },
                lost: 0,
            };
            ops::sweep::record(&engine, wide, &[seen]).await.unwrap();
            println!("ack found {ip}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    futures::join!(rounds, edits, sweeps);
}

fn spawn(folder: &tempfile::TempDir, generation: i64, round: i64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["crash::child", "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, folder.path())
        .env(GENERATION, generation.to_string())
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What the child promised before it died.
#[derive(Default)]
struct Acknowledged {
    round: i64,
    edits: HashMap<IpAddr, i64>,
    found: Vec<IpAddr>,
}

impl Acknowledged {
    fn note(&mut self, line: &str) {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["round", n] => self.round = n.parse().unwrap(),
            ["edit", ip, n] => {
                self.edits.insert(ip.parse().unwrap(), n.parse().unwrap());
            }
            ["found", ip] => self.found.push(ip.parse().unwrap()),
            _ => panic!("unknown promise {line}"),
        }
    }
}

/// Lets a child work for a while and kills it. A line counts only when its end came too.
fn run_and_kill(mut child: Child, after: Duration) -> Acknowledged {
    let output = BufReader::new(child.stdout.take().unwrap());
    let (sender, lines) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    let mut promised = Acknowledged::default();
    let promise = |line: &str| line.split_once("ack ").map(|(_, rest)| rest.to_owned());
    // The random time begins with the first promise: before it there is nothing to lose.
    for line in &lines {
        if let Some(line) = promise(&line) {
            promised.note(&line);
            break;
        }
    }
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    for line in lines {
        if let Some(line) = promise(&line) {
            promised.note(&line);
        }
    }
    promised
}

/// What the rounds up to `last` make of a host that a sweep found at the start.
struct Expected {
    state: State,
    spans: Vec<Span>,
    events: Vec<String>,
}

fn expected(n: u8, last: i64) -> Expected {
    let rules = Thresholds {
        down_after: 3,
        up_after: 1,
    };
    let first = Answer::Reply { rtt_us: 1 };
    let mut it = Expected {
        state: domain::status::advance(&State::default(), first, rules, START).state,
        spans: vec![Span {
            start: START,
            end: None,
            state: Status::Up,
        }],
        events: vec!["discovered".into()],
    };
    for round in 1..=last {
        let look = Look {
            looked_at: time_of(round - 1),
            interval: MINUTE,
            rules,
        };
        let turn = turn(&it.state, &look, answer(round, n), time_of(round));
        it.events
            .extend(turn.news.iter().map(|news| news.kind.to_string()));
        for began in turn.began {
            it.spans.last_mut().unwrap().end = Some(began.at);
            it.spans.push(Span {
                start: began.at,
                end: None,
                state: began.state,
            });
        }
        it.state = turn.state;
    }
    it
}

/// Opens the database and compares it with the promises; returns the last round in it.
async fn check(folder: &Arc<tempfile::TempDir>, promised: &Acknowledged) -> i64 {
    let lab = open_in(folder.clone(), settings(folder)).await.unwrap();
    let first = lab.host_at("10.0.0.1").await;
    let now = first.last_seen_at.unwrap();
    let last = (now.0 - START.0) / 60_000;
    assert!(last >= promised.round, "round {} is lost", promised.round);
    lab.pass(now.since(START));
    for (ip, n) in &promised.edits {
        let notes = lab.host_at(&ip.to_string()).await.notes.unwrap();
        assert!(
            notes.parse::<i64>().unwrap() >= *n,
            "edit {n} of {ip} is lost"
        );
    }
    for ip in &promised.found {
        lab.host_at(&ip.to_string()).await;
    }
    for n in 1..=HOSTS {
        check_host(&lab, n, last, now).await;
    }
    lab.engine.close().await.unwrap();
    let db = Database::connect(settings(folder).database_url)
        .await
        .unwrap();
    let statement = Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check");
    let verdict = db.query_one_raw(statement).await.unwrap().unwrap();
    assert_eq!(verdict.try_get_by_index::<String>(0).unwrap(), "ok");
    db.close().await.unwrap();
    last
}

async fn check_host(lab: &Lab, n: u8, last: i64, now: Timestamp) {
    let host = lab.host_at(&address(n).to_string()).await;
    let expected = expected(n, last);
    let state = &expected.state;
    assert_eq!(
        (host.status, host.suspect, host.flapping, host.since),
        (
            state.shown(),
            state.is_suspect(),
            state.is_flapping(),
            Some(state.since)
        ),
        "host {n} after round {last}"
    );
    let period = |from| Period {
        from,
        to: now,
        looked_until: now,
    };
    let wanted = Uptimes::of(|w| uptime(&expected.spans, period(now.minus(w.length()))));
    let (engine, caller) = (&lab.engine, console());
    let found = ops::uptime::of_host(engine, &caller, host.id)
        .await
        .unwrap();
    assert_eq!(found, wanted, "host {n} after round {last}");
    let query = domain::uptime::OutageQuery {
        limit: Some(1000),
        ..Default::default()
    };
    let found = ops::uptime::list_outages(engine, &caller, host.id, &query)
        .await
        .unwrap();
    let mut wanted = outages(&expected.spans, period(Timestamp(0)));
    wanted.reverse();
    assert_eq!(found.items, wanted, "host {n} after round {last}");
    let kinds = "discovered,up,down,suspect,unknown,known,flapping_began,flapping_ended";
    let query = EventQuery {
        kind: Some(kinds.parse().unwrap()),
        host: Some(host.id.0),
        limit: Some(1000),
        ..EventQuery::default()
    };
    let page = ops::event::list(engine, &caller, &query).await.unwrap();
    let found: Vec<String> = page
        .items
        .iter()
        .rev()
        .map(|e| e.kind.to_string())
        .collect();
    let newest = expected.events.len().saturating_sub(1000);
    assert_eq!(
        found,
        expected.events[newest..],
        "host {n} after round {last}"
    );
}

#[test]
fn what_was_acknowledged_survives_kill_nine() {
    let kills = variable(KILLS).map_or(5, |n| n.parse().unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = runtime.block_on(async {
        let lab = Lab::new().await;
        let all: Vec<String> = (1..=HOSTS).map(|n| address(n).to_string()).collect();
        lab.wake(&all.iter().map(String::as_str).collect::<Vec<_>>());
        let known = lab.subnet("10.0.0.0/27").await;
        lab.subnet("10.1.0.0/16").await;
        lab.sweep(known.id).await;
        lab.engine.close().await.unwrap();
        lab.folder.clone()
    });
    let mut dice = StdRng::seed_from_u64(0x0005_0ff1_cead_d1ce);
    let mut round = 0;
    for kill in 0..kills {
        let after = Duration::from_millis(dice.random_range(0..250));
        let promised = run_and_kill(spawn(&folder, kill + 1, round), after);
        let last = runtime.block_on(check(&folder, &promised));
        assert!(last >= round, "kill {kill}");
        println!(
            "kill {kill} after {after:?}: {} rounds, {} edits, {} hosts found",
            last - round,
            promised.edits.len(),
            promised.found.len()
        );
        round = last;
    }
    assert!(
        round > kills,
        "the children did next to nothing: {round} rounds"
    );
}
