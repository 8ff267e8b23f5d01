//! What the scanner has at hand, and what of it leaves the network.

use crate::{Caller, Engine, Result};
use domain::{
    scan::source::{ScannerStatus, SourceStatus},
    token::Scope,
};

/// What the scanner has at hand.
#[expect(
    clippy::unused_async,
    reason = "sources that answer later are asked here"
)]
pub async fn find(engine: &Engine, caller: &Caller) -> Result<ScannerStatus> {
    caller.require(Scope::Scan)?;
    let ports = engine.probes.ports.status();
    let nmap = SourceStatus {
        name: "nmap".into(),
        is_on: ports.versions,
        sends: Some(
            "probes for versions, to the open ports of a target, when a scan asks for it".into(),
        ),
        note: None,
        how: (!ports.versions).then(|| "install nmap".into()),
        problem: ports.missing,
    };
    Ok(ScannerStatus {
        can_detect_versions: ports.versions,
        can_narrate: false,
        sources: vec![nmap],
    })
}
