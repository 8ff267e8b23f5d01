//! One scan of one host, with the second look that keeps a lost packet from being news.

use crate::{
    Engine, ops,
    probe::ports::{PortRequest, PortScanError},
};
use domain::{
    host::HostId,
    job::JobKind,
    port::{
        OpenPort, PortReport, Proto, Service,
        profile::{Ports as Asked, ScanProfile},
        set::PortSet,
    },
};
use std::{net::IpAddr, time::Duration};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// A scan may take so long, and so much longer for each port that it asks.
const LONGEST: Duration = Duration::from_mins(5);
/// See [`LONGEST`].
const PER_PORT: Duration = Duration::from_millis(50);
/// Asking again for single ports may take so long.
const SECOND_LOOK: Duration = Duration::from_mins(1);
/// A scanner that does not keep its deadline is given up so long after it.
const GRACE: Duration = Duration::from_secs(30);
/// Between two words about how far a scan is.
const TELL: Duration = Duration::from_millis(500);

type Looked = Result<PortReport, PortScanError>;

/// Scans a host, and asks once more at the ports that seem to have closed: one lost packet is no news.
pub(super) async fn look(
    engine: &Engine,
    id: HostId,
    ip: IpAddr,
    cancel: &CancellationToken,
) -> anyhow::Result<Looked> {
    let profile = engine.settings.scan_profile.clone();
    let asked = match &profile.ports {
        Asked::Top(count) => u32::from(*count),
        Asked::List(ports) => ports.len(),
    };
    let (percent, heard) = watch::channel(None);
    let request = PortRequest {
        ip,
        profile: profile.clone(),
        deadline: LONGEST + PER_PORT * asked,
    };
    let first = tokio::select! {
        looked = ask(engine, request, percent, cancel) => looked,
        never = tell(engine, id, heard) => match never {},
    };
    let report = match first {
        Ok(report) => report,
        Err(error) => return Ok(Err(error)),
    };
    let closing = ops::port::closing(engine, id, &report).await?;
    if closing.is_empty() {
        return Ok(Ok(report));
    }
    // A port that answered a moment ago tells a host that is gone from one that closed its ports.
    let mut open = report.open.iter().filter(|it| it.proto == Proto::Tcp);
    let witness = open.next().map(|it| it.port);
    let request = PortRequest {
        ip,
        profile: ScanProfile {
            ports: Asked::List(closing.iter().chain(witness).collect()),
            versions: false,
            ..profile
        },
        deadline: SECOND_LOOK,
    };
    let (percent, _heard) = watch::channel(None);
    Ok(match ask(engine, request, percent, cancel).await {
        Ok(again) => {
            let is_there = match witness {
                Some(port) => again.open.iter().any(|it| it.port == port),
                None => again.responded || ops::port::is_up(engine, id),
            };
            Ok(corrected(report, &again, &closing, is_there))
        }
        Err(PortScanError::Cancelled) => Err(PortScanError::Cancelled),
        Err(_) => Ok(ops::port::unsure(report, &closing)),
    })
}

/// The first report with what the second look at some of its ports found.
fn corrected(
    mut report: PortReport,
    again: &PortReport,
    closing: &PortSet,
    is_there: bool,
) -> PortReport {
    if !is_there {
        return ops::port::unsure(report, closing);
    }
    let open = again.open.iter().filter(|it| closing.contains(it.port));
    // What answers there is known better than by the number alone.
    report.open.extend(open.map(|it| OpenPort {
        service: Service::default(),
        ..*it
    }));
    report
}

async fn ask(
    engine: &Engine,
    request: PortRequest,
    percent: watch::Sender<Option<u8>>,
    cancel: &CancellationToken,
) -> Looked {
    let at_most = request.deadline + GRACE;
    let scan = engine
        .probes
        .ports
        .scan(request, percent, cancel.child_token());
    tokio::time::timeout(at_most, scan)
        .await
        .unwrap_or_else(|_| Err(PortScanError::NotScanned("it took too long".into())))
}

/// Tells whoever asked for the scan how far it is.
async fn tell(
    engine: &Engine,
    id: HostId,
    mut heard: watch::Receiver<Option<u8>>,
) -> std::convert::Infallible {
    while heard.changed().await.is_ok() {
        let percent = *heard.borrow_and_update();
        ops::job::progress(engine, id, JobKind::PortScan, percent);
        tokio::time::sleep(TELL).await;
    }
    std::future::pending().await
}
