//! Scan jobs: stored before they are answered, looked at once, owned, ended, repeated, compared.

mod turns;

use crate::harness::settings;
use domain::{
    live::LiveEvent,
    risk::{Extent, RiskLevel},
    scan::{NewScan, Scan, ScanMode, ScanNews, ScanProgress, ScanQuery, ScanStatus},
    token::Scope,
};
use engine::{
    Caller, CallerKind, Engine, Error, ops,
    probe::{
        Probes,
        examine::{Examine, Examined, Subject},
    },
};
use futures::{FutureExt as _, future::BoxFuture};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Looks at nothing, counts who was looked at, and waits for leave.
pub(crate) struct Counting {
    looks: Mutex<HashMap<IpAddr, u32>>,
    pub(crate) leave: Semaphore,
}

impl Counting {
    pub(crate) fn new(leave: usize) -> Arc<Self> {
        Arc::new(Self {
            looks: Mutex::default(),
            leave: Semaphore::new(leave),
        })
    }

    fn most(&self) -> u32 {
        self.looks
            .lock()
            .unwrap()
            .values()
            .copied()
            .max()
            .unwrap_or(0)
    }

    fn count(&self) -> usize {
        self.looks.lock().unwrap().len()
    }
}

impl Examine for Counting {
    fn resolve(&self, name: String) -> BoxFuture<'_, Result<Vec<IpAddr>, String>> {
        let found = match name.as_str() {
            "slow.example" => return std::future::pending().boxed(),
            "public.example" => Ok(vec![[8, 8, 8, 8].into()]),
            "mixed.example" => Ok(vec![[8, 8, 8, 8].into(), [127, 0, 0, 1].into()]),
            _ => Err("no such name".to_owned()),
        };
        async { found }.boxed()
    }

    fn examine(
        &self,
        subject: Subject,
        cancel: CancellationToken,
    ) -> BoxFuture<'_, Option<Examined>> {
        async move {
            let leave = cancel.run_until_cancelled(self.leave.acquire()).await?;
            leave.unwrap().forget();
            *self.looks.lock().unwrap().entry(subject.ip).or_default() += 1;
            Some(Examined {
                extent: Extent::Complete,
                asked: 104,
                responded: true,
                ports: Vec::new(),
                http: Vec::new(),
                tls: Vec::new(),
                tests: Vec::new(),
            })
        }
        .boxed()
    }
}

pub(crate) struct World {
    pub(crate) engine: Engine,
    workers: CancellationToken,
}

/// An engine at work on the lab's file.
pub(crate) async fn at_work(folder: &tempfile::TempDir, eyes: &Arc<Counting>) -> World {
    let probes = Probes {
        examine: eyes.clone(),
        ..Arc::<crate::harness::Scripted>::default().into()
    };
    let engine = Engine::open(settings(folder), probes).await.unwrap().engine;
    let workers = CancellationToken::new();
    engine.start_workers(&workers);
    World { engine, workers }
}

impl World {
    pub(crate) async fn end(self) {
        self.workers.cancel();
        self.engine.close().await.unwrap();
    }

    pub(crate) async fn ask(&self, addresses: &[&str], endpoints: &[&str]) -> String {
        let (console, new) = (Caller::console(), request(addresses, endpoints));
        let accepted = ops::scan::enqueue(&self.engine, &console, ScanMode::Scan, &new, None);
        accepted.await.unwrap().token
    }

    async fn find(&self, token: &str) -> Scan {
        let console = Caller::console();
        ops::scan::find(&self.engine, &console, token)
            .await
            .unwrap()
    }

    /// Waits until a job is as it should be.
    pub(crate) async fn until(&self, token: &str, is_so: impl Fn(&Scan) -> bool) -> Scan {
        let found = tokio::time::timeout(Duration::from_secs(20), async {
            loop {
                let scan = self.find(token).await;
                if is_so(&scan) {
                    return scan;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        found.await.expect("it never got there")
    }
}

fn request(addresses: &[&str], endpoints: &[&str]) -> NewScan {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    NewScan {
        ip_addresses: owned(addresses),
        endpoints: owned(endpoints),
        ..NewScan::default()
    }
}

#[tokio::test]
async fn results_keep_the_order_of_the_request() {
    let folder = tempfile::tempdir().unwrap();
    let world = at_work(&folder, &Counting::new(1_000)).await;
    let token = world
        .ask(
            &["8.8.4.4", "8.8.8.0/29"],
            &["public.example", "gone.example", "mixed.example:80"],
        )
        .await;
    let scan = world.until(&token, |scan| scan.status.is_over()).await;
    assert_eq!(scan.status, ScanStatus::Complete);
    let targets: Vec<&str> = scan.results.iter().map(|it| it.target.as_str()).collect();
    assert_eq!(
        targets,
        [
            "8.8.4.4",
            "8.8.8.1",
            "8.8.8.2",
            "8.8.8.3",
            "8.8.8.4",
            "8.8.8.5",
            "8.8.8.6",
            "public.example",
            "gone.example",
            "mixed.example:80",
        ]
    );
    let [.., public, gone, mixed] = &scan.results[..] else {
        panic!()
    };
    assert_eq!(public.ip_address, "8.8.8.8");
    assert_eq!(
        (gone.ip_address.as_str(), gone.availability, gone.risk_level),
        ("unknown", false, RiskLevel::Unknown)
    );
    assert!(
        gone.risk_summary.contains("no such name"),
        "{}",
        gone.risk_summary
    );
    assert!(
        mixed.risk_summary.contains("this machine itself"),
        "{}",
        mixed.risk_summary
    );
    world.end().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_told_all_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let world = at_work(&folder, &Counting::new(0)).await;
    let ask = async |new: NewScan| {
        let console = Caller::console();
        ops::scan::enqueue(&world.engine, &console, ScanMode::Scan, &new, None).await
    };
    let bad = request(
        &["8.8.8.8", "127.0.0.1", "0.0.0.0/0", "10.0.0.1"],
        &["ok.example", "ftp://x", "0x7f.1"],
    );
    let Err(Error::Invalid(errors)) = ask(bad).await else {
        panic!()
    };
    let pointers: Vec<&str> = errors.iter().map(|e| e.pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/ip_addresses/1",
            "/ip_addresses/2",
            "/ip_addresses/3",
            "/endpoints/1",
            "/endpoints/2"
        ]
    );
    assert!(matches!(
        ask(request(&[], &[])).await,
        Err(Error::Invalid(_))
    ));
    let many: Vec<String> = (0..5).map(|n| format!("8.8.{n}.0/24")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(matches!(
        ask(request(&many, &[])).await,
        Err(Error::Invalid(_))
    ));
    world.end().await;
}

#[tokio::test]
async fn a_token_is_no_key_for_others() {
    let folder = tempfile::tempdir().unwrap();
    let world = at_work(&folder, &Counting::new(10)).await;
    let machine = |id, scopes: &[Scope]| Caller {
        kind: CallerKind::Token { id },
        scopes: scopes.to_vec(),
        ..Caller::console()
    };
    let owner = machine(1, &[Scope::Scan]);
    let new = request(&["8.8.8.8"], &[]);
    let engine = &world.engine;
    let ask = async |caller: &Caller, key| {
        let asked = ops::scan::enqueue(engine, caller, ScanMode::Scan, &new, Some(key));
        asked.await.unwrap().token
    };
    let token = ask(&owner, "monday").await;
    assert_eq!(ask(&owner, "monday").await, token);
    assert_ne!(ask(&owner, "tuesday").await, token);
    assert_ne!(ask(&machine(2, &[Scope::Scan]), "monday").await, token);
    let other = request(&["8.8.4.4"], &[]);
    let reused = ops::scan::enqueue(engine, &owner, ScanMode::Scan, &other, Some("monday")).await;
    assert!(matches!(reused, Err(Error::Conflict { .. })));
    assert!(ops::scan::find(engine, &owner, &token).await.is_ok());
    let stranger = machine(2, &[Scope::Read, Scope::Scan]);
    let found = ops::scan::find(engine, &stranger, &token).await;
    assert!(matches!(found, Err(Error::NotFound { .. })));
    let admin = machine(3, &[Scope::Scan, Scope::Admin]);
    assert!(ops::scan::find(engine, &admin, &token).await.is_ok());
    let all = ScanQuery::default();
    assert_eq!(
        ops::scan::list(engine, &stranger, &all)
            .await
            .unwrap()
            .total,
        1
    );
    assert_eq!(
        ops::scan::list(engine, &admin, &all).await.unwrap().total,
        3
    );
    world.end().await;
}

#[tokio::test]
async fn an_ended_job_keeps_what_it_found_and_can_be_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let eyes = Counting::new(3);
    let world = at_work(&folder, &eyes).await;
    let token = world.ask(&["8.8.8.0/28"], &[]).await;
    world.until(&token, |scan| scan.progress.done == 3).await;
    let console = Caller::console();
    let ended = ops::scan::cancel(&world.engine, &console, &token)
        .await
        .unwrap();
    assert_eq!(
        (ended.status, ended.results.len()),
        (ScanStatus::Cancelled, 3)
    );
    eyes.leave.add_permits(1_000);
    let again = ops::scan::rerun(&world.engine, &console, &token)
        .await
        .unwrap();
    let again = world
        .until(&again.token, |scan| scan.status.is_over())
        .await;
    assert_eq!(
        (again.status, again.results.len()),
        (ScanStatus::Complete, 14)
    );
    assert_eq!(world.find(&token).await.results.len(), 3);
    let diff = ops::scan::compare(&world.engine, &console, &token, &again.token)
        .await
        .unwrap();
    assert_eq!((diff.same, diff.added.len()), (3, 11));
    world.end().await;
}

#[tokio::test]
async fn open_pages_hear_of_a_scan_by_its_number_and_never_its_token() {
    let folder = tempfile::tempdir().unwrap();
    let world = at_work(&folder, &Counting::new(1_000)).await;
    let mut stream = world.engine.subscribe();
    let token = world.ask(&["8.8.8.0/24"], &[]).await;
    let id = world.find(&token).await.id;
    let mut heard = Vec::new();
    let until_over = async {
        while !heard
            .last()
            .is_some_and(|news: &ScanNews| news.status.is_over())
        {
            let message = stream.next().await.unwrap();
            assert!(!message.json.contains(&token), "{}", message.json);
            if let LiveEvent::Scan(news) = &message.event {
                heard.push(*news);
            }
        }
    };
    let heard_of_end = tokio::time::timeout(Duration::from_secs(20), until_over).await;
    heard_of_end.expect("the end was not told");
    assert!(heard.iter().all(|news| news.id == id));
    assert_eq!(heard[0].status, ScanStatus::Queued);
    let (done, total) = (254, 254);
    let end = heard.last().unwrap();
    assert_eq!(end.status, ScanStatus::Complete);
    assert_eq!(end.progress, ScanProgress { done, total });
    assert!(heard.len() < 60, "{}: too many", heard.len());
    assert_eq!(world.find(&token).await.worst, Some(RiskLevel::None));
    world.end().await;
}

#[tokio::test]
async fn jobs_go_on_after_an_orderly_end_and_no_finished_target_is_looked_at_twice() {
    let folder = tempfile::tempdir().unwrap();
    let eyes = Counting::new(100);
    let mut world = at_work(&folder, &eyes).await;
    let mut tokens = Vec::new();
    for n in 0..50 {
        let block = format!("8.8.{n}.0/30");
        let more = format!("9.9.{n}.0/31");
        tokens.push(world.ask(&[&block, &more, "1.1.1.1"], &[]).await);
    }
    for more in [40, 60, 1_000] {
        let before = eyes.count();
        eyes.leave.add_permits(more);
        if more < 1_000 {
            let moved = async {
                while eyes.count() == before {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(20), moved)
                .await
                .unwrap();
            world.end().await;
            world = at_work(&folder, &eyes).await;
        }
    }
    for token in &tokens {
        let scan = world.until(token, |scan| scan.status.is_over()).await;
        assert_eq!((scan.status, scan.results.len()), (ScanStatus::Complete, 5));
    }
    let looks = eyes.looks.lock().unwrap().clone();
    let shared: IpAddr = [1, 1, 1, 1].into();
    // Every job has it.
    assert_eq!(looks[&shared], 50);
    assert!(looks.iter().all(|(ip, count)| *ip == shared || *count == 1));
    assert!(eyes.most() == 50);
    world.end().await;
}
