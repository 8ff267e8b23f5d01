//! The packed form of one hour or day of up to 64 hosts.
//!
//! A version byte, the length of the rest before compression, then zstd over: the times of the rounds (differences in
//! milliseconds), the distinct sets of hosts that were asked (64 bits each) and which of them each round asked, a base
//! per host (the median of its latencies), and the samples, host by host: all low bytes, then all high bytes. A sample is
//! 0 for silence, else 1 and the latency's distance from the base, so that one host's bytes look like another's. Rounds
//! that asked only a few hosts cost the others nothing; a host that never answers is a run of zeros.

use super::{BLOCK, Series};
use domain::{
    aggregate::{put, take, unzigzag, zigzag},
    host::HostId,
    sample::Sample,
    time::Timestamp,
};
use std::collections::BTreeMap;

const VERSION: u8 = 1;
/// Higher levels take several times as long and save less than a hundredth: what is left is noise.
const LEVEL: i32 = 3;
/// A day of 64 hosts that are asked every five seconds is a tenth of this.
const MOST_BYTES: u64 = 1 << 26;
/// Distances from the base stay below this; the requests lost before a reply are counted above.
const BAND: u16 = 1 << 13;

/// Samples by host; all hosts are of one block.
pub type Chunk = BTreeMap<HostId, Series>;

/// A chunk can't be read.
#[derive(Debug, thiserror::Error)]
#[error("damaged samples")]
pub struct Damaged(#[source] Option<std::io::Error>);

/// Packs samples that are tidy and not earlier than `base`.
pub fn pack(base: Timestamp, chunk: &Chunk) -> Result<Vec<u8>, Damaged> {
    let mut asked: BTreeMap<i64, u64> = BTreeMap::new();
    for (id, series) in chunk {
        for (at, _) in series {
            *asked.entry(at.0).or_default() |= bit(*id);
        }
    }
    let mut masks: Vec<u64> = asked.values().copied().collect();
    masks.sort_unstable();
    masks.dedup();
    let mut plain = Vec::new();
    put(&mut plain, asked.len() as u64);
    let mut before = base.0;
    for at in asked.keys() {
        put(&mut plain, zigzag(at - before));
        before = *at;
    }
    put(&mut plain, masks.len() as u64);
    plain.extend(masks.iter().flat_map(|mask| mask.to_le_bytes()));
    for mask in asked.values() {
        put(&mut plain, masks.partition_point(|m| m < mask) as u64);
    }
    let hosts: Vec<(u16, &Series)> = chunk
        .values()
        .filter(|series| !series.is_empty())
        .map(|series| (median(series), series))
        .collect();
    for (median, _) in &hosts {
        put(&mut plain, u64::from(*median));
    }
    let codes: Vec<u16> = hosts
        .iter()
        .flat_map(|(median, series)| series.iter().map(|(_, sample)| distance(*sample, *median)))
        .collect();
    plain.extend(codes.iter().map(|code| code.to_le_bytes()[0]));
    plain.extend(codes.iter().map(|code| code.to_le_bytes()[1]));
    let mut packed = vec![VERSION];
    put(&mut packed, plain.len() as u64);
    packed.extend(zstd::bulk::compress(&plain, LEVEL).map_err(|e| Damaged(Some(e)))?);
    Ok(packed)
}

/// Unpacks the samples of a block, or of one of its hosts.
pub fn unpack(
    base: Timestamp,
    block: i64,
    packed: &[u8],
    only: Option<HostId>,
) -> Result<Chunk, Damaged> {
    let Some((&VERSION, mut packed)) = packed.split_first() else {
        return Err(Damaged(None));
    };
    let length = take(&mut packed)
        .filter(|length| *length <= MOST_BYTES)
        .and_then(|length| usize::try_from(length).ok())
        .ok_or(Damaged(None))?;
    let plain = zstd::bulk::decompress(packed, length).map_err(|e| Damaged(Some(e)))?;
    Plain::read(base, &plain)
        .and_then(|plain| plain.chunk(block, only))
        .ok_or(Damaged(None))
}

fn bit(id: HostId) -> u64 {
    1 << id.0.rem_euclid(BLOCK)
}

fn median(series: &Series) -> u16 {
    let mut steps: Vec<u16> = series.iter().filter_map(|(_, s)| s.step()).collect();
    let middle = steps.len() / 2;
    if steps.is_empty() {
        0
    } else {
        *steps.select_nth_unstable(middle).1
    }
}

fn distance(sample: Sample, base: u16) -> u16 {
    match (sample.step(), sample.lost()) {
        (Some(step), Some(lost)) => {
            let far = zigzag(i64::from(step) - i64::from(base));
            1 + u16::from(lost) * BAND + u16::try_from(far).unwrap_or(BAND - 1).min(BAND - 1)
        }
        _ => 0,
    }
}

fn sample_at(distance: u16, base: u16) -> Sample {
    let Some(above) = distance.checked_sub(1) else {
        return Sample::SILENCE;
    };
    let step = i64::from(base) + unzigzag(u64::from(above % BAND));
    let lost = u8::try_from(above / BAND).unwrap_or(u8::MAX);
    Sample::from_step(u16::try_from(step.max(0)).unwrap_or(u16::MAX), lost)
}

/// The parts of what was compressed.
struct Plain<'a> {
    /// When each round ended, and whom it asked.
    rounds: Vec<(Timestamp, u64)>,
    rest: &'a [u8],
}

impl<'a> Plain<'a> {
    fn read(base: Timestamp, mut rest: &'a [u8]) -> Option<Self> {
        let rounds = usize::try_from(take(&mut rest)?).ok()?;
        let mut times = Vec::with_capacity(rounds.min(rest.len()));
        let mut at = base.0;
        for _ in 0..rounds {
            at = at.checked_add(unzigzag(take(&mut rest)?))?;
            times.push(Timestamp(at));
        }
        let length = usize::try_from(take(&mut rest)?).ok()?.checked_mul(8)?;
        let (masks, mut rest) = rest.split_at_checked(length)?;
        let masks = masks.as_chunks::<8>().0;
        let mut of_rounds = Vec::with_capacity(times.len());
        for at in times {
            let mask = masks.get(usize::try_from(take(&mut rest)?).ok()?)?;
            of_rounds.push((at, u64::from_le_bytes(*mask)));
        }
        Some(Self {
            rounds: of_rounds,
            rest,
        })
    }

    fn chunk(&self, block: i64, only: Option<HostId>) -> Option<Chunk> {
        let all = self.rounds.iter().fold(0, |all, (_, mask)| all | mask);
        let hosts = (0..BLOCK)
            .map(|n| HostId(block * BLOCK + n))
            .filter(|id| all & bit(*id) != 0);
        let mut rest = self.rest;
        let mut medians = Vec::new();
        for id in hosts {
            medians.push((id, u16::try_from(take(&mut rest)?).ok()?));
        }
        let (low, high) = rest.split_at_checked(rest.len() / 2)?;
        let (mut chunk, mut begin) = (Chunk::new(), 0);
        for (id, median) in medians {
            let asked = self.rounds.iter().filter(|(_, mask)| mask & bit(id) != 0);
            if only.is_some_and(|only| only != id) {
                begin += asked.count();
                continue;
            }
            let mut series = Series::new();
            for (n, (at, _)) in asked.enumerate() {
                let code = u16::from_le_bytes([*low.get(begin + n)?, *high.get(begin + n)?]);
                series.push((*at, sample_at(code, median)));
            }
            begin += series.len();
            chunk.insert(id, series);
        }
        Some(chunk)
    }
}

#[cfg(test)]
#[path = "chunk_tests.rs"]
mod tests;
