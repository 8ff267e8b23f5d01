//! What sources know of the address of a scan's target.

use crate::{
    Engine,
    ops::scan::metadata::{self, Fresh},
    probe::metadata::{Said, Source, may_ask},
};
use domain::scan::metadata::{Known, MetadataFact};
use futures::future::join_all;
use std::{collections::HashMap, net::IpAddr, sync::Arc, time::Duration};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// However long a source takes: a target has two minutes in all.
const LONGEST: Duration = Duration::from_mins(1);

/// Asks every source that is on, at the same time, but for those whose answer is kept. Only public addresses are told to
/// anybody. Nothing here fails a target: what is missing is said.
pub(super) async fn known(engine: &Engine, ip: IpAddr, cancel: &CancellationToken) -> Known {
    let ip = ip.to_canonical();
    if !may_ask(ip) {
        return Known::default();
    }
    let asked = cancel.run_until_cancelled(ask(engine, ip)).await;
    asked.unwrap_or_default()
}

async fn ask(engine: &Engine, ip: IpAddr) -> Known {
    let kept = metadata::kept(engine, ip).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "what sources said earlier can't be read");
        HashMap::new()
    });
    let sources: Vec<&Arc<dyn Source>> = engine.probes.metadata.on().collect();
    let asking = sources
        .iter()
        .map(|source| ask_one(source.as_ref(), ip, kept.get(source.name())));
    let (mut facts, mut problems, mut fresh) = (Vec::new(), Vec::new(), Vec::new());
    for (source, (said, is_kept)) in sources.iter().zip(join_all(asking).await) {
        if let Some(keep) = source.keep()
            && !is_kept
            && said.problems.is_empty()
        {
            fresh.push(Fresh {
                source: source.name(),
                facts: said.facts.clone(),
                keep,
            });
        }
        if said.facts.is_empty() && said.problems.is_empty() {
            problems.push(format!(
                "{}: nothing is known of this address",
                source.name()
            ));
        }
        facts.extend(said.facts);
        problems.extend(said.problems);
    }
    if !sources.iter().any(|source| source.tells_places()) {
        problems.push(
            "location and provider are not looked up: no source of them is on (MMDB_DIR, IP_API_ENABLED, RDAP_ENABLED)"
                .into(),
        );
    }
    if let Err(error) = metadata::keep(engine, ip, &fresh).await {
        tracing::warn!(%error, "what sources said can't be kept");
    }
    Known::merge(&facts, problems)
}

/// What a source says, and whether it said so earlier.
async fn ask_one(
    source: &dyn Source,
    ip: IpAddr,
    kept: Option<&Vec<MetadataFact>>,
) -> (Said, bool) {
    if let Some(facts) = kept.filter(|_| source.keep().is_some()) {
        let said = Said {
            facts: facts.clone(),
            problems: Vec::new(),
        };
        return (said, true);
    }
    let said = timeout(LONGEST, source.ask(ip)).await;
    let said = said.unwrap_or_else(|_| Said::nothing(format!("{} took too long", source.name())));
    (said, false)
}
