//! Looks up what hosts are called: new ones at once, each again every day.

use super::supervisor::Worker;
use crate::{
    Engine,
    ops::{
        name::{self, Looked},
        snmp,
    },
};
use domain::name::NameAnswer;
use futures::{StreamExt as _, stream};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it is looked who is due.
const TICK: Duration = Duration::from_secs(5);
/// Hosts of one transaction.
const BATCH: u32 = 128;
/// Hosts that are asked about at the same time.
const AT_ONCE: usize = 32;

pub(super) struct Names(Engine);

impl Names {
    pub(super) fn new(engine: Engine) -> Self {
        Self(engine)
    }
}

impl Worker for Names {
    const NAME: &'static str = "look up names";

    fn period(&self) -> Duration {
        TICK
    }

    async fn activate(&mut self, cancel: &CancellationToken) -> anyhow::Result<String> {
        let engine = &self.0;
        if !engine.settings.scheduler || engine.settings.simulated {
            return Ok(String::new());
        }
        let (mut asked, mut renamed) = (0, 0);
        // Nobody is asked while the name servers do not answer; who is due stays due.
        while engine.probes.names.dns.trouble().is_none() && !cancel.is_cancelled() {
            let hosts = name::due(engine, BATCH).await?;
            if hosts.is_empty() {
                break;
            }
            let accesses = snmp::accesses(engine, &hosts).await?;
            let accesses = &accesses;
            let ask = |host| async move { name::ask(engine, &host, accesses, false).await };
            let answers = stream::iter(hosts).map(ask).buffer_unordered(AT_ONCE);
            let answers: Vec<Looked> = tokio::select! {
                () = cancel.cancelled() => break,
                answers = answers.collect() => answers,
            };
            asked += answers.len();
            renamed += name::record(engine, &answers).await?;
            if answers.iter().any(|it| it.dns == NameAnswer::LeftAlone) {
                break;
            }
        }
        crate::ops::health::refresh_banners(engine);
        Ok(match asked {
            0 => String::new(),
            asked => format!("{asked} hosts were looked up, {renamed} have another name"),
        })
    }
}
