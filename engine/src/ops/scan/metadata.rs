//! What sources said of an address is kept, so that each is asked once as long as its answer holds.

use crate::{Engine, Result, probe::metadata::Keep, store};
use domain::scan::metadata::MetadataFact;
use std::{collections::HashMap, net::IpAddr};
use store::metadata::Answer;

/// What a source said, and for how long it holds.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// The source.
    pub source: &'static str,
    /// What it said; nothing = it knows nothing.
    pub facts: Vec<MetadataFact>,
    /// For how long.
    pub keep: Keep,
}

/// The answers about an address that still hold, by source.
pub async fn kept(engine: &Engine, ip: IpAddr) -> Result<HashMap<String, Vec<MetadataFact>>> {
    let found = store::metadata::find(engine.store.read(), ip, engine.now()).await?;
    Ok(found.into_iter().collect())
}

/// Keeps what sources said.
pub async fn keep(engine: &Engine, ip: IpAddr, fresh: &[Fresh]) -> Result<()> {
    if fresh.is_empty() {
        return Ok(());
    }
    let now = engine.now();
    let write = engine.store.write().await?;
    for Fresh {
        source,
        facts,
        keep,
    } in fresh
    {
        let span = if facts.is_empty() {
            keep.unknown
        } else {
            keep.known
        };
        let answer = Answer {
            source,
            facts,
            expires_at: now.plus(span),
        };
        store::metadata::put(&write.tx, ip, &answer, now).await?;
    }
    drop(write.commit().await?);
    Ok(())
}
