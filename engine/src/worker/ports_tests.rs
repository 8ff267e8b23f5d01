//! What a job gets that comes between the end of a scan and the worker's next look.

use super::*;
use crate::{
    Caller, EngineSettings,
    probe::{
        Ping, Probes, Round, RoundReport,
        ports::{PortRequest, PortScanner, PortScannerStatus},
    },
};
use domain::{
    job::JobState,
    port::{Coverage, PortReport},
    probe::{Answer, Observation, ProbeStatus, SocketMode},
    subnet::NewSubnet,
};
use futures::{FutureExt as _, future::BoxFuture};
use std::sync::Arc;
use tokio::sync::watch;

/// Finds nothing, at once.
struct Quick;

impl Ping for Quick {
    fn round(&self, _: Round, _: CancellationToken) -> BoxFuture<'_, RoundReport> {
        unreachable!("nobody pings here")
    }

    fn status(&self) -> ProbeStatus {
        ProbeStatus {
            v4: SocketMode::Datagram,
            v6: SocketMode::Datagram,
            warnings: Vec::new(),
        }
    }
}

impl PortScanner for Quick {
    fn scan(
        &self,
        _: PortRequest,
        _: watch::Sender<Option<u8>>,
        _: CancellationToken,
    ) -> BoxFuture<'_, Result<PortReport, PortScanError>> {
        let report = PortReport {
            open: Vec::new(),
            covered: Coverage {
                tcp: (1..=10).collect(),
                ..Coverage::default()
            },
            responded: true,
            versions: true,
        };
        async { Ok(report) }.boxed()
    }

    fn status(&self) -> PortScannerStatus {
        PortScannerStatus {
            name: "quick".into(),
            versions: true,
            missing: None,
        }
    }
}

/// An engine with one living host, in a folder of its own.
async fn lab() -> (tempfile::TempDir, Engine, HostId) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rollcall.db");
    let settings = EngineSettings {
        database_url: format!("sqlite://{}?mode=rwc", file.display()),
        ..EngineSettings::default()
    };
    let probes = Probes {
        ports: Arc::new(Quick),
        ..Arc::new(Quick).into()
    };
    let engine = Engine::open(settings, probes).await.unwrap().engine;
    let new = NewSubnet {
        cidr: "10.0.0.0/29".into(),
        ..NewSubnet::default()
    };
    let subnet = ops::subnet::create(&engine, &Caller::console(), &new)
        .await
        .unwrap();
    let ip = IpAddr::from([10, 0, 0, 1]);
    let seen = Observation {
        ip,
        answer: Answer::Reply { rtt_us: 1 },
        lost: 0,
    };
    ops::sweep::record(&engine, subnet.id, &[seen])
        .await
        .unwrap();
    let id = engine.board().get(ip).unwrap().id;
    (folder, engine, id)
}

#[tokio::test]
async fn a_job_that_takes_over_a_scan_that_is_just_over_ends() {
    let (_folder, engine, id) = lab().await;
    let cancel = CancellationToken::new();
    let mut worker = Ports::new(engine.clone());
    worker.activate(&cancel).await.unwrap();
    let is_over = async {
        while engine.board().ports.scanned_at(id).is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), is_over).await;
    waited.unwrap();
    let console = Caller::console();
    let job = ops::job::start(&engine, &console, id, JobKind::PortScan);
    let job = job.await.unwrap();
    // The worker looks at its jobs before it learns that the scan is over.
    assert!(worker.rota.is_busy(id));
    worker.asked();
    worker.activate(&cancel).await.unwrap();
    let job = ops::job::find(&engine, &console, job.id).unwrap();
    assert_eq!(
        (job.state, job.detail.as_deref()),
        (JobState::Done, Some("no open port"))
    );
}
