//! What an hour's rounds and a day's hours are folded into; the part that takes processor time.

use crate::store::samples::{
    HOUR, Series, block_of,
    chunk::Chunk,
    day::HostDay,
    folded::{self, Period},
    journal::Round,
    newest::Newest,
    tidy,
};
use domain::{aggregate::Aggregate, host::HostId, time::Timestamp};
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
        let new = host_day(*id, day, series)?;
        Some(match dropped.get(id) {
            Some(old) => added(old, new),
            None => new,
        })
    });
    Ok(DayBlock {
        days: days.collect(),
        packed: if chunk.is_empty() {
            None
        } else {
            Some(folded::pack(Period::Day, day, &chunk)?)
        },
    })
}

/// What a host's day and its hours came to.
fn host_day(id: HostId, day: i64, series: &Series) -> Option<HostDay> {
    let from = Period::Day.start(day);
    let to = Period::Day.start(day + 1);
    let hours = series.chunk_by(|a, b| Period::Hour.of(a.0) == Period::Hour.of(b.0));
    let hours: Vec<(u8, Aggregate)> = hours.filter_map(|hour| hour_of(hour, day)).collect();
    let all = Aggregate::of(series, from, to)?;
    // The hours know better for how long the host was observed when its interval changed during the day.
    let observed_s = hours.iter().map(|(_, hour)| hour.observed_s).sum();
    Some(HostDay {
        id,
        day,
        all: Aggregate { observed_s, ..all },
        hours: Some(hours),
    })
}

fn hour_of(series: &[(Timestamp, domain::sample::Sample)], day: i64) -> Option<(u8, Aggregate)> {
    let number = Period::Hour.of(series.first()?.0);
    let from = Period::Hour.start(number);
    let aggregate = Aggregate::of(series, from, Timestamp(from.0 + HOUR))?;
    Some((u8::try_from(number - day * 24).ok()?, aggregate))
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
