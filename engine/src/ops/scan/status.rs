//! What the scanner has at hand, and what of it leaves the network.

use crate::{Caller, Engine, Result, probe::ports::PortScannerStatus};
use domain::{
    scan::source::{ScannerStatus, SourceStatus},
    token::Scope,
};

/// The sources in the order in which they are believed, and what else can be asked for.
pub async fn find(engine: &Engine, caller: &Caller) -> Result<ScannerStatus> {
    caller.require(Scope::Scan)?;
    let (ports, narrator) = (engine.probes.ports.status(), &engine.probes.narrator);
    let mut sources = engine.probes.metadata.status().await;
    let can_detect_versions = ports.versions;
    sources.push(nmap(ports));
    sources.push(narrator.source_status());
    Ok(ScannerStatus {
        sources,
        can_detect_versions,
        can_narrate: narrator.provider().is_some(),
    })
}

fn nmap(ports: PortScannerStatus) -> SourceStatus {
    SourceStatus {
        name: "nmap".into(),
        is_on: ports.versions,
        sends: Some("questions about versions, to the open ports of a target".into()),
        note: Some("asked when a scan wants versions".into()),
        how: (!ports.versions).then(|| "install nmap".into()),
        problem: ports.missing,
    }
}
