//! Small regular chores: ended sessions go, banners and stale statuses are noticed.

use super::supervisor::Worker;
use crate::{Engine, ops, store};
use domain::{host::HostId, live::LiveEvent, status::Cause};
use std::{collections::BTreeSet, time::Duration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Between two looks for hosts that fade out; the first comes as late, when the rounds have said who is silent now.
const FADING: Duration = Duration::from_mins(30);

pub(super) struct Housekeeping {
    engine: Engine,
    /// Hosts whose status went stale, as of the last look.
    stale: BTreeSet<HostId>,
    /// When hosts fade out next.
    fading: Instant,
}

impl Housekeeping {
    pub(super) fn new(engine: Engine) -> Self {
        Self {
            engine,
            stale: BTreeSet::new(),
            fading: Instant::now() + FADING,
        }
    }

    /// A status goes stale by the mere passing of time: no round tells the open pages.
    fn notice_stale(&mut self) {
        let (board, now) = (self.engine.board(), self.engine.now());
        let stale = board
            .all()
            .filter(|(_, entry)| board.shown(entry, now).cause == Some(Cause::Stale))
            .map(|(_, entry)| entry.id)
            .collect();
        drop(board);
        if stale != self.stale {
            self.stale = stale;
            self.engine.bus.publish(LiveEvent::Resync);
        }
    }
}

impl Worker for Housekeeping {
    const NAME: &'static str = "housekeeping";

    fn period(&self) -> Duration {
        Duration::from_secs(15)
    }

    async fn activate(&mut self, _: &CancellationToken) -> anyhow::Result<String> {
        self.notice_stale();
        ops::health::refresh_banners(&self.engine);
        let write = self.engine.store.write().await?;
        let ended = store::session::delete_expired(&write.tx, self.engine.now()).await?;
        drop(write.commit().await?);
        let mut report = Vec::new();
        if ended > 0 {
            report.push(format!("{ended} sessions had ended"));
        }
        let full = ops::subnet::notice_full(&self.engine).await?;
        if full > 0 {
            report.push(format!("nearly full: {full} subnets"));
        }
        if Instant::now() >= self.fading {
            self.fading = Instant::now() + FADING;
            ops::port::tidy(&self.engine).await?;
            let archived = ops::archive::fade(&self.engine).await?;
            if archived > 0 {
                report.push(format!("{archived} silent hosts were archived"));
            }
        }
        Ok(report.join(", "))
    }
}
