//! Folds rounds into hours and hours into days, and drops what is older than it is kept for.
//!
//! Every transaction is small, so that rounds are never held up, and may be the last one before a crash: hours are merged
//! with what is there already and the rounds go last; a day takes the place of its hours in one transaction per block.
//! So repeating any part gives what was there. Rounds that come late, as after a clock was stepped back, are merged in.

mod build;

use self::build::{DayBlock, day_block, hour_chunks};
use crate::{
    Engine, Result,
    store::{
        self, Write,
        samples::{
            BLOCK, DAY, HOUR, day,
            folded::{self, Period},
            journal::{self, Round},
            newest,
        },
        storage,
    },
};
use domain::{host::HostId, time::Timestamp};
use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

/// An hour is folded when it has been over for this long: its last rounds may still be on their way.
const HOUR_GRACE: Duration = Duration::from_mins(2);
/// A day is folded when it has been over for this long.
const DAY_GRACE: Duration = Duration::from_mins(10);
/// Blocks whose hour is written in one transaction.
const BLOCKS: usize = 8;
/// Rounds that are removed in one transaction.
const ROUNDS: usize = 200;
/// Chunks of days that are dropped in one transaction: less than a megabyte.
const CHUNKS: u32 = 8;
/// Hosts whose hours are dropped in one transaction.
const HOSTS: u32 = 64;
/// Free pages that are given back in one transaction.
const PAGES: u64 = 256;
/// Of the file, what may stay free for the next hours: one part of this many.
const FREE_PART: u64 = 64;
/// Free pages that are not worth giving back.
const FEW_PAGES: u64 = 64;

/// What was folded and dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// Hours that were folded.
    pub hours: u64,
    /// Days that were folded.
    pub days: u64,
    /// Chunks of days that were dropped.
    pub dropped_chunks: u64,
    /// Days of hosts that lost their hours.
    pub dropped_hours: u64,
    /// The longest time for which other writes had to wait.
    pub longest_write: Duration,
    /// Whether everything that was due is done.
    pub is_done: bool,
}

/// Folds what is due and moves the log into the file. `go_on` is asked before every transaction; what is left is done
/// the next time.
pub async fn fold(engine: &Engine, go_on: impl FnMut() -> bool + Send) -> Result<Folded> {
    let mut fold = Fold {
        engine,
        go_on,
        done: Folded::default(),
    };
    fold.done.is_done = fold.hours().await? && fold.days().await?;
    engine.store.checkpoint().await?;
    Ok(fold.done)
}

/// Drops what is older than it is kept for, and gives free space back.
pub async fn prune(engine: &Engine, go_on: impl FnMut() -> bool + Send) -> Result<Folded> {
    let mut fold = Fold {
        engine,
        go_on,
        done: Folded::default(),
    };
    fold.done.is_done =
        fold.drop_days().await? && fold.drop_hours().await? && fold.give_back().await?;
    Ok(fold.done)
}

struct Fold<'a, F> {
    engine: &'a Engine,
    go_on: F,
    done: Folded,
}

impl<F: FnMut() -> bool + Send> Fold<'_, F> {
    /// Lets others have their turn, and asks whether to go on.
    async fn may_go_on(&mut self) -> bool {
        tokio::task::yield_now().await;
        (self.go_on)()
    }

    /// Begins a write and its measure.
    async fn write(&self) -> Result<(Write, Instant)> {
        let write = self.engine.store.write().await?;
        Ok((write, Instant::now()))
    }

    async fn commit(&mut self, (write, begun): (Write, Instant)) -> Result<()> {
        drop(write.commit().await?);
        self.done.longest_write = self.done.longest_write.max(begun.elapsed());
        Ok(())
    }

    async fn hours(&mut self) -> Result<bool> {
        let over = Period::Hour.of(self.engine.now().minus(HOUR_GRACE));
        while let Some(oldest) = journal::oldest(self.engine.store.read()).await? {
            let hour = Period::Hour.of(oldest);
            if hour >= over {
                break;
            }
            if !self.hour(hour).await? {
                return Ok(false);
            }
            self.done.hours += 1;
        }
        Ok(true)
    }

    async fn hour(&mut self, hour: i64) -> Result<bool> {
        let from = Period::Hour.start(hour);
        let db = self.engine.store.read();
        let rounds = journal::between(db, from, Timestamp(from.0 + HOUR)).await?;
        let rounds: Arc<[Round]> = rounds.into();
        let hosts = rounds.iter().flat_map(Round::samples).map(|(id, _)| id);
        let blocks: BTreeSet<i64> = hosts.map(store::samples::block_of).collect();
        let blocks: Vec<i64> = blocks.into_iter().collect();
        for group in blocks.chunks(BLOCKS) {
            if !self.may_go_on().await {
                return Ok(false);
            }
            self.hour_of(hour, group, &rounds).await?;
        }
        let ids: Vec<i64> = rounds.iter().map(|round| round.id).collect();
        for ids in ids.chunks(ROUNDS) {
            if !self.may_go_on().await {
                return Ok(false);
            }
            let write = self.write().await?;
            journal::delete(&write.0.tx, ids).await?;
            self.commit(write).await?;
        }
        let write = self.write().await?;
        journal::delete_sets(&write.0.tx).await?;
        self.commit(write).await?;
        Ok(true)
    }

    async fn hour_of(&mut self, hour: i64, blocks: &[i64], rounds: &Arc<[Round]>) -> Result<()> {
        let db = self.engine.store.read();
        let mut known = HashSet::new();
        let mut stored = Vec::new();
        for block in blocks {
            known.extend(hosts_of(self.engine, *block).await?);
            let there = folded::find(db, Period::Hour, hour, *block).await?;
            stored.push((*block, there.unwrap_or_default()));
        }
        let rounds = Arc::clone(rounds);
        let built =
            tokio::task::spawn_blocking(move || hour_chunks(hour, stored, &known, &rounds)).await;
        let (packed, seen) = built.map_err(anyhow::Error::from)??;
        let write = self.write().await?;
        for (block, packed) in packed {
            folded::put(&write.0.tx, Period::Hour, hour, block, packed).await?;
        }
        newest::put(&write.0.tx, &seen).await?;
        self.commit(write).await?;
        Ok(())
    }

    async fn days(&mut self) -> Result<bool> {
        let over = Period::Day.of(self.engine.now().minus(DAY_GRACE));
        let db = self.engine.store.read();
        while let Some((oldest, _)) = folded::span(db, Period::Hour).await? {
            let day = Period::Day.of(Period::Hour.start(oldest));
            if day >= over {
                break;
            }
            let (first, last) = (day * DAY / HOUR, (day + 1) * DAY / HOUR - 1);
            for block in folded::blocks(db, Period::Hour, first, last).await? {
                if !self.may_go_on().await {
                    return Ok(false);
                }
                self.day_of(day, block).await?;
            }
            self.done.days += 1;
        }
        Ok(true)
    }

    async fn day_of(&mut self, day: i64, block: i64) -> Result<()> {
        let db = self.engine.store.read();
        let known = hosts_of(self.engine, block).await?;
        let hours = folded::hours_of_day(db, day, block).await?;
        let stored = folded::find(db, Period::Day, day, block).await?;
        let days = day::of_block(db, day, block).await?;
        let built =
            tokio::task::spawn_blocking(move || day_block(day, &known, hours, stored, days)).await;
        let DayBlock { packed, days } = built.map_err(anyhow::Error::from)??;
        let write = self.write().await?;
        if let Some(packed) = packed {
            folded::put(&write.0.tx, Period::Day, day, block, packed).await?;
        }
        day::put(&write.0.tx, &days).await?;
        folded::delete_hours(&write.0.tx, day, block).await?;
        self.commit(write).await?;
        Ok(())
    }

    async fn drop_days(&mut self) -> Result<bool> {
        let engine = self.engine;
        let first = Period::Day.of(engine.now()) - i64::from(engine.settings.keep_raw_days);
        let db = engine.store.read();
        while let Some((oldest, _)) = folded::span(db, Period::Day).await? {
            if oldest >= first {
                break;
            }
            if !self.may_go_on().await {
                return Ok(false);
            }
            let write = self.write().await?;
            self.done.dropped_chunks +=
                folded::delete_days_before(&write.0.tx, first, CHUNKS).await?;
            self.commit(write).await?;
        }
        Ok(true)
    }

    async fn drop_hours(&mut self) -> Result<bool> {
        let engine = self.engine;
        let first = Period::Day.of(engine.now()) - i64::from(engine.settings.keep_hourly_days);
        let mut from = HostId(0);
        loop {
            let db = engine.store.read();
            let hosts = day::with_hours_before(db, first, from, HOSTS).await?;
            let Some(last) = hosts.last() else {
                return Ok(true);
            };
            if !self.may_go_on().await {
                return Ok(false);
            }
            let write = self.write().await?;
            self.done.dropped_hours += day::drop_hours_before(&write.0.tx, first, &hosts).await?;
            self.commit(write).await?;
            from = HostId(last.0 + 1);
        }
    }

    async fn give_back(&mut self) -> Result<bool> {
        loop {
            let pages = storage::pages(self.engine.store.read()).await?;
            if pages.free <= (pages.all / FREE_PART).max(FEW_PAGES) {
                return Ok(true);
            }
            if !self.may_go_on().await {
                return Ok(false);
            }
            let write = self.write().await?;
            storage::give_back(&write.0.tx, PAGES.min(pages.free)).await?;
            self.commit(write).await?;
            let left = storage::pages(self.engine.store.read()).await?.free;
            if left >= pages.free {
                // Nothing can be given back now.
                return Ok(true);
            }
        }
    }
}

/// The hosts of a block that still exist: samples of the others go.
async fn hosts_of(engine: &Engine, block: i64) -> Result<HashSet<HostId>> {
    let (first, last) = (HostId(block * BLOCK), HostId(block * BLOCK + BLOCK - 1));
    Ok(store::host::ids_between(engine.store.read(), first, last).await?)
}
