//! What sources say becomes part of scans' results, is kept for as long as it holds, and never keeps a scan from its end.

use super::{
    encoder::encode,
    ip_api::answer,
    service::{Leaping, Reply, Service, here},
};
use crate::harness::settings;
use domain::{
    risk::Extent,
    scan::{NewScan, ScanMode, ScanResult, category::ServiceCategory},
    subnet::NewSubnet,
};
use engine::{
    Caller, Engine, EngineSettings, ops,
    probe::{
        Probes,
        examine::{Examine, Examined, Subject},
        metadata::{Files, IpApi, IpApiSettings, Metadata, MetadataSettings, Sources},
    },
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::json;
use std::{net::IpAddr, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Sees that a host is there and nothing else.
struct Glance;

impl Examine for Glance {
    fn resolve(&self, _: String) -> BoxFuture<'_, Result<Vec<IpAddr>, String>> {
        async { Err("no such name".into()) }.boxed()
    }

    fn examine(&self, _: Subject, _: CancellationToken) -> BoxFuture<'_, Option<Examined>> {
        let seen = Examined {
            asked: 104,
            extent: Extent::Complete,
            responded: true,
            ports: Vec::new(),
            http: Vec::new(),
            tls: Vec::new(),
            tests: Vec::new(),
        };
        async { Some(seen) }.boxed()
    }
}

struct World {
    engine: Engine,
    workers: CancellationToken,
}

impl World {
    async fn new(folder: &tempfile::TempDir, time: &Leaping, sources: Sources) -> Self {
        Self::with(folder, time, Metadata::new(sources)).await
    }

    async fn with(folder: &tempfile::TempDir, time: &Leaping, metadata: Metadata) -> Self {
        let probes = Probes {
            examine: Arc::new(Glance),
            metadata,
            ..Arc::<crate::harness::Scripted>::default().into()
        };
        let settings = EngineSettings {
            scheduler: false,
            ..settings(folder)
        };
        let opened = Engine::open_at(settings, probes, time.clock())
            .await
            .unwrap();
        let workers = CancellationToken::new();
        opened.engine.start_workers(&workers);
        Self {
            engine: opened.engine,
            workers,
        }
    }

    async fn scan(&self, addresses: &[&str]) -> Vec<ScanResult> {
        let console = Caller::console();
        let new = NewScan {
            ip_addresses: addresses.iter().map(|ip| (*ip).to_owned()).collect(),
            ..NewScan::default()
        };
        let asked = ops::scan::enqueue(&self.engine, &console, ScanMode::Scan, &new, None);
        let token = asked.await.unwrap().token;
        let over = async {
            loop {
                let scan = ops::scan::find(&self.engine, &console, &token)
                    .await
                    .unwrap();
                if scan.status.is_over() {
                    return scan.results;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), over)
            .await
            .unwrap()
    }

    async fn end(self) {
        self.workers.cancel();
        self.engine.close().await.unwrap();
    }
}

fn ip_api(service: &Service, time: &Leaping) -> Arc<IpApi> {
    let settings = IpApiSettings {
        url: Some(service.url()),
        key: None,
    };
    Arc::new(IpApi::open(&settings, &here(), time.clock(), time.pace()).unwrap())
}

#[tokio::test]
async fn a_result_says_where_an_address_is_who_runs_it_and_who_told() {
    let (folder, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let record = json!({"country": {"iso_code": "AU", "names": {"en": "Australia"}}, "is_tor_exit_node": true});
    let file = encode("x", 1_799_000_000, &[("1.128.0.0/16", record)]);
    std::fs::write(files.path().join("place.mmdb"), file).unwrap();
    let (service, time) = (Service::new(answer).await, Leaping::default());
    let sources = Sources {
        files: Some(Arc::new(Files::open(files.path().into(), time.clock()))),
        ip_api: Some(ip_api(&service, &time)),
        ..Sources::default()
    };
    let world = World::new(&folder, &time, sources).await;
    let results = world.scan(&["1.128.0.1", "1.200.0.1"]).await;
    let [exit, mobile] = &results[..] else {
        panic!()
    };
    assert_eq!(
        exit.location.as_deref(),
        Some("Melbourne, Victoria, Australia")
    );
    assert_eq!(exit.country.as_deref(), Some("Australia"));
    assert_eq!(exit.provider.as_deref(), Some("Telstra Internet (AS1221)"));
    assert_eq!(exit.service_category, ServiceCategory::Proxy);
    assert_eq!(
        exit.metadata_source.as_deref(),
        Some("place.mmdb, ip-api.com")
    );
    assert_eq!(exit.metadata_problems, [""; 0]);
    assert!(
        exit.findings
            .iter()
            .any(|finding| finding.id == "known_proxy")
    );
    assert_eq!(mobile.service_category, ServiceCategory::Mobile);
    assert_eq!(mobile.metadata_source.as_deref(), Some("ip-api.com"));
    assert_eq!(
        mobile.metadata_problems,
        ["local files: nothing is known of this address"]
    );
    assert_eq!(mobile.findings.len(), 0);
    world.end().await;
}

#[tokio::test]
async fn an_answer_is_kept_for_a_day_also_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (service, time) = (Service::new(answer).await, Leaping::default());
    let sources = || Sources {
        ip_api: Some(ip_api(&service, &time)),
        ..Sources::default()
    };
    let world = World::new(&folder, &time, sources()).await;
    let first = world.scan(&["1.128.0.1"]).await.remove(0);
    world.end().await;
    let world = World::new(&folder, &time, sources()).await;
    time.leap(Duration::from_hours(23));
    let again = world.scan(&["1.128.0.1"]).await.remove(0);
    assert_eq!(service.asked().len(), 1);
    assert_eq!(
        again.metadata, first.metadata,
        "with the time when the source said so"
    );
    assert_eq!(again.location, first.location);
    time.leap(Duration::from_hours(2));
    let anew = world.scan(&["1.128.0.1"]).await.remove(0);
    assert_eq!(service.asked().len(), 2);
    assert!(anew.metadata[0].at > first.metadata[0].at);
    world.end().await;
}

#[tokio::test]
async fn a_private_target_is_told_to_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let (service, time) = (Service::new(answer).await, Leaping::default());
    let sources = Sources {
        ip_api: Some(ip_api(&service, &time)),
        ..Sources::default()
    };
    let world = World::new(&folder, &time, sources).await;
    let subnet = NewSubnet {
        cidr: "10.1.1.0/24".into(),
        name: "inside".into(),
        ..NewSubnet::default()
    };
    ops::subnet::create(&world.engine, &Caller::console(), &subnet)
        .await
        .unwrap();
    let result = world.scan(&["10.1.1.9"]).await.remove(0);
    assert!(result.availability);
    assert_eq!(result.service_category, ServiceCategory::Private);
    assert_eq!(
        (result.metadata.len(), result.metadata_problems.len()),
        (0, 0)
    );
    assert_eq!(service.asked().len(), 0);
    world.end().await;
}

#[tokio::test]
async fn a_scan_without_an_answer_is_complete_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let (service, time) = (
        Service::in_turn(vec![Reply::status(500, "")]).await,
        Leaping::default(),
    );
    let world = World::new(&folder, &time, Sources::default()).await;
    let result = world.scan(&["1.128.0.1"]).await.remove(0);
    assert!(result.availability && result.location.is_none() && result.metadata_source.is_none());
    assert_eq!(result.service_category, ServiceCategory::Unknown);
    assert_eq!(
        result.metadata_problems,
        [
            "location and provider are not looked up: no source of them is on (MMDB_DIR, IP_API_ENABLED, RDAP_ENABLED)"
        ]
    );
    world.end().await;
    let sources = Sources {
        ip_api: Some(ip_api(&service, &time)),
        ..Sources::default()
    };
    let world = World::new(&folder, &time, sources).await;
    for _ in 0..2 {
        let result = world.scan(&["1.128.0.1"]).await.remove(0);
        assert!(result.availability);
        assert_eq!(
            result.metadata_problems,
            ["ip-api.com: it answers with status 500"]
        );
    }
    assert_eq!(service.asked().len(), 2, "a failure is not kept");
    world.end().await;
}

#[tokio::test]
async fn what_an_operator_switches_on_is_asked_in_its_order_and_told_by_the_status() {
    let (folder, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let record = json!({"country": {"iso_code": "NZ", "names": {"en": "New Zealand"}}});
    let file = encode("x", 1_799_000_000, &[("1.128.0.0/16", record)]);
    std::fs::write(files.path().join("place.mmdb"), file).unwrap();
    std::fs::write(files.path().join("torn.mmdb"), "no such file").unwrap();
    let (service, list) = (
        Service::new(answer).await,
        Service::in_turn(vec![Reply::Closed]).await,
    );
    let settings = MetadataSettings {
        folder: Some(files.path().into()),
        ip_api: Some(IpApiSettings {
            url: Some(service.url()),
            key: None,
        }),
        rdap: Some(list.url()),
    };
    let time = Leaping::default();
    let sources = Metadata::open(&settings, &here(), time.clock(), None).unwrap();
    assert_eq!(
        (service.asked().len(), list.asked().len()),
        (0, 0),
        "nothing is sent at the start"
    );
    let world = World::with(&folder, &time, sources).await;
    let result = world.scan(&["1.128.0.1"]).await.remove(0);
    assert_eq!(
        result.location.as_deref(),
        Some("New Zealand"),
        "no city of another country"
    );
    assert_eq!(
        result.provider.as_deref(),
        Some("Telstra Internet (AS1221)")
    );
    let [torn, registry] = &result.metadata_problems[..] else {
        panic!("{:?}", result.metadata_problems)
    };
    assert!(torn.starts_with("torn.mmdb: "), "{torn}");
    assert!(
        registry.starts_with("RDAP: the list of registries: "),
        "{registry}"
    );
    let status = ops::scan::status::find(&world.engine, &Caller::console())
        .await
        .unwrap();
    // After these come who detects versions and who words summaries.
    let told: Vec<_> = status
        .sources
        .iter()
        .take(5)
        .map(|it| {
            (
                it.name.as_str(),
                it.is_on,
                it.sends.is_some(),
                it.problem.is_some(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("place.mmdb", true, false, false),
            ("torn.mmdb", false, false, true),
            ("ip-api.com", true, true, false),
            ("RDAP", true, true, true),
            ("reverse DNS", false, true, false),
        ]
    );
    let terms = status.sources[2].note.as_deref().unwrap();
    assert!(
        terms.contains("Unencrypted") && terms.contains("non-commercial"),
        "{terms}"
    );
    world.end().await;
}
