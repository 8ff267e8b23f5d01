//! What an hour's rounds and a day's hours are folded into; the part that takes processor time.

use crate::store::samples::{
    block_of,
    chunk::Chunk,
    day::HostDay,
    folded::{self, Period},
    journal::Round,
    newest::Newest,
    tidy,
};
use domain::{aggregate::Aggregate, host::HostId};
use sea_orm::DbErr;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Packed chunks by block, and what they say of when each host was asked and seen last.
pub(super) type Hour = (Vec<(i64, Vec<u8>)>, Vec<(HostId, Newest)>);

/// An hour of some blocks: what is `stored` already and what the rounds add. Only `known` hosts are kept.
pub(super) fn hour_chunks(
    hour: i64,
    stored: Vec<(i64, Chunk)>,
    known: &HashSet<HostId>,
    rounds: &[Round],
) -> Result<Hour, DbErr> {
    let mut chunks: BTreeMap<i64, Chunk> = stored.into_iter().collect();
    let mut newest: HashMap<HostId, Newest> = HashMap::new();
    for round in rounds {
        for (id, sample) in round.samples().filter(|(id, _)| known.contains(id)) {
            let Some(chunk) = chunks.get_mut(&block_of(id)) else {
                continue;
            };
            chunk.entry(id).or_default().push((round.at, sample));
            let one = Newest::of(round.at, sample);
            let newest = newest.entry(id).or_insert(one);
            *newest = newest.and(one);
        }
    }
    let mut packed = Vec::with_capacity(chunks.len());
    for (block, mut chunk) in chunks {
        chunk.retain(|id, _| known.contains(id));
        chunk.values_mut().for_each(tidy);
        if !chunk.is_empty() {
            packed.push((block, folded::pack(Period::Hour, hour, &chunk)?));
        }
    }
    let mut newest: Vec<_> = newest.into_iter().collect();
    newest.sort_unstable_by_key(|(id, _)| *id);
    Ok((packed, newest))
}

/// A day of a block.
pub(super) struct DayBlock {
    /// Its samples; absent when no host is left.
    pub(super) packed: Option<Vec<u8>>,
    /// What it came to, host by host.
    pub(super) days: Vec<HostDay>,
}

/// A day of a block from its hours and what was folded of it before.
pub(super) fn day_block(
    day: i64,
    known: &HashSet<HostId>,
    hours: Vec<(i64, Chunk)>,
    stored: Option<Chunk>,
    days: Vec<HostDay>,
) -> Result<DayBlock, DbErr> {
    // Samples of this day that were dropped can't be counted anew: what comes late is added to what they came to.
    let is_kept = stored.is_some() || days.is_empty();
    let dropped: HashMap<HostId, HostDay> = if stored.is_some() {
        HashMap::new()
    } else {
        days.into_iter().map(|day| (day.id, day)).collect()
    };
    let mut chunk = stored.unwrap_or_default();
    for (id, series) in hours.into_iter().flat_map(|(_, hour)| hour) {
        chunk.entry(id).or_default().extend(series);
    }
    chunk.retain(|id, _| known.contains(id));
    chunk.values_mut().for_each(tidy);
    let days = chunk.iter().filter_map(|(id, series)| {
        let (all, hours) = Aggregate::of_day(series, Period::Day.start(day))?;
        let new = HostDay {
            id: *id,
            day,
            all,
            hours: Some(hours),
        };
        Some(match dropped.get(id) {
            Some(old) => added(old, new),
            None => new,
        })
    });
    Ok(DayBlock {
        days: days.collect(),
        // Beside totals of samples that were dropped no chunk begins anew: the next late round would count it as all.
        packed: if chunk.is_empty() || !is_kept {
            None
        } else {
            Some(folded::pack(Period::Day, day, &chunk)?)
        },
    })
}

fn added(old: &HostDay, new: HostDay) -> HostDay {
    let hours = old.hours.clone().map(|hours| {
        let mut hours: BTreeMap<u8, Aggregate> = hours.into_iter().collect();
        for (hour, aggregate) in new.hours.unwrap_or_default() {
            hours
                .entry(hour)
                .and_modify(|old| *old = old.and(aggregate))
                .or_insert(aggregate);
        }
        hours.into_iter().collect()
    });
    HostDay {
        all: old.all.and(new.all),
        hours,
        ..new
    }
}
