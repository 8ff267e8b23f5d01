//! Asks for the scans that are repeated, and compares what they found.

use super::supervisor::Worker;
use crate::{Engine, ops};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it is looked whose turn has come. Runs that are over wake it.
const TICK: Duration = Duration::from_secs(20);

pub(super) struct Schedules {
    engine: Engine,
}

impl Schedules {
    pub(super) fn new(engine: Engine) -> Self {
        Self { engine }
    }
}

impl Worker for Schedules {
    const NAME: &'static str = "scan schedules";

    fn period(&self) -> Duration {
        TICK
    }

    async fn activate(&mut self, _: &CancellationToken) -> anyhow::Result<String> {
        let changed = ops::scan::compare_runs(&self.engine).await?;
        let asked = if self.engine.settings.scheduler {
            ops::scan::schedule::ask(&self.engine).await?
        } else {
            0
        };
        let mut report = Vec::new();
        if asked > 0 {
            report.push(format!("{asked} scans asked for"));
        }
        if changed > 0 {
            report.push(format!("{changed} runs found something else"));
        }
        Ok(report.join(", "))
    }
}
