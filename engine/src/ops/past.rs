//! What the database remembers at the start: who was asked and seen last, and the last 24 hours.

use crate::{
    Result,
    ring::{self, Ring},
    store::samples::{
        folded::{self, Period},
        journal,
        newest::{self, Newest},
    },
};
use domain::{host::HostId, sample::Sample, time::Timestamp};
use sea_orm::ConnectionTrait;
use std::{collections::HashMap, ops::RangeInclusive};

/// What was there before the restart.
pub(crate) struct Past {
    pub(crate) newest: HashMap<HostId, Newest>,
    pub(crate) ring: Ring,
}

/// Reads it: one chunk at a time, then the journal.
pub(crate) async fn read(db: &impl ConnectionTrait, now: Timestamp) -> Result<Past> {
    let mut past = Past {
        newest: newest::all(db).await?,
        ring: Ring::default(),
    };
    let start = ring::start(now);
    for period in [Period::Day, Period::Hour] {
        let Some((oldest, last)) = folded::span(db, period).await? else {
            continue;
        };
        // A clock that was ahead once may have left samples that are still to come.
        for number in period.of(start).max(oldest)..=last.min(period.of(now)) {
            for block in folded::blocks(db, period, number, number).await? {
                let chunk = folded::find(db, period, number, block).await;
                // A damaged chunk leaves a hole in the pictures of the last day; that is no reason not to start.
                let chunk = chunk.unwrap_or_else(|error| {
                    tracing::error!(%error, "failed to read samples of the last day");
                    None
                });
                for (id, series) in chunk.into_iter().flatten() {
                    past.note(id, &series, start..=now);
                }
            }
        }
    }
    for round in journal::between(db, Timestamp(i64::MIN), Timestamp(i64::MAX)).await? {
        for (id, sample) in round.samples() {
            let one = Newest::of(round.at, sample);
            let newest = past.newest.entry(id).or_insert(one);
            *newest = newest.and(one);
            past.note(id, &[(round.at, sample)], start..=now);
        }
    }
    Ok(past)
}

impl Past {
    fn note(&mut self, id: HostId, series: &[(Timestamp, Sample)], day: RangeInclusive<Timestamp>) {
        for (at, sample) in series.iter().filter(|(at, _)| day.contains(at)) {
            self.ring.note(id, *at, *sample);
        }
    }
}
