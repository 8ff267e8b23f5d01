//! What the scanner has at hand, and what of it leaves the network.

use crate::{Caller, Engine, Result};
use domain::{scan::source::ScannerStatus, token::Scope};

/// The sources in the order in which they are believed, and what else can be asked for.
pub async fn find(engine: &Engine, caller: &Caller) -> Result<ScannerStatus> {
    caller.require(Scope::Scan)?;
    let mut sources = engine.probes.metadata.status().await;
    sources.push(engine.probes.narrator.source_status());
    Ok(ScannerStatus {
        sources,
        can_detect_versions: engine.probes.ports.status().versions,
        can_narrate: engine.probes.narrator.provider().is_some(),
    })
}
