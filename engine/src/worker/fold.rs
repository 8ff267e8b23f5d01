//! Folds the history into hours and days, and once a day drops what is no longer kept.

use super::supervisor::Worker;
use crate::{
    Engine,
    ops::fold::{self, Folded},
};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

pub(super) struct Fold {
    engine: Engine,
    /// The day on which everything too old was last dropped.
    pruned_on: Option<i64>,
}

impl Fold {
    pub(super) fn new(engine: Engine) -> Self {
        Self {
            engine,
            pruned_on: None,
        }
    }
}

impl Worker for Fold {
    const NAME: &'static str = "fold history";

    fn period(&self) -> Duration {
        Duration::from_mins(1)
    }

    async fn activate(&mut self, cancel: &CancellationToken) -> anyhow::Result<String> {
        let go_on = || !cancel.is_cancelled();
        let folded = fold::fold(&self.engine, go_on).await?;
        let today = self.engine.now().0.div_euclid(DAY);
        // After the day before was folded, so that its hours' room is given back too.
        let is_due = folded.is_done && (self.pruned_on != Some(today) || folded.days > 0);
        let mut pruned = Folded::default();
        if is_due {
            pruned = fold::prune(&self.engine, go_on).await?;
            self.pruned_on = Some(today).filter(|_| pruned.is_done);
        }
        Ok(words(folded, pruned))
    }
}

fn words(folded: Folded, pruned: Folded) -> String {
    let mut words = Vec::new();
    if folded.hours + folded.days > 0 {
        words.push(format!(
            "{} hours and {} days folded",
            folded.hours, folded.days
        ));
    }
    if pruned.dropped_chunks + pruned.dropped_hours > 0 {
        words.push("what is no longer kept was dropped".to_owned());
    }
    words.join("; ")
}
