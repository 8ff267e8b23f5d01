//! Small regular chores: ended sessions go, banners and stale statuses are noticed.

use super::supervisor::Worker;
use crate::{Engine, ops, store};
use domain::{host::HostId, live::LiveEvent, status::Cause};
use std::{collections::BTreeSet, time::Duration};
use tokio_util::sync::CancellationToken;

pub(super) struct Housekeeping {
    engine: Engine,
    /// Hosts whose status went stale, as of the last look.
    stale: BTreeSet<HostId>,
}

impl Housekeeping {
    pub(super) fn new(engine: Engine) -> Self {
        Self {
            engine,
            stale: BTreeSet::new(),
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
        Ok(if ended == 0 {
            String::new()
        } else {
            format!("{ended} sessions had ended")
        })
    }
}
