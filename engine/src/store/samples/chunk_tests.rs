//! Tests of packed chunks.

use super::super::tidy;
use super::*;
use proptest::prelude::*;

const BASE: Timestamp = Timestamp(1_800_000_000_000);
const BLOCK_7: i64 = 7;

fn samples() -> impl Strategy<Value = Sample> {
    prop_oneof![
        Just(Sample::SILENCE),
        (any::<u32>(), 0_u8..3).prop_map(|(us, lost)| Sample::reply(us, lost)),
    ]
}

prop_compose! {
    fn chunks()(series in prop::collection::btree_map(
        0_i64..64,
        prop::collection::vec((0_i64..86_400_000, samples()), 1..50),
        0..10,
    )) -> Chunk {
        series.into_iter().map(|(n, series)| {
            let mut series: Series = series.into_iter().map(|(ms, s)| (Timestamp(BASE.0 + ms), s)).collect();
            tidy(&mut series);
            (HostId(BLOCK_7 * BLOCK + n), series)
        }).collect()
    }
}

proptest! {
    #[test]
    fn a_chunk_comes_back(chunk in chunks()) {
        let packed = pack(BASE, &chunk).unwrap();
        prop_assert_eq!(&unpack(BASE, BLOCK_7, &packed, None).unwrap(), &chunk);
        for (id, series) in &chunk {
            let one = unpack(BASE, BLOCK_7, &packed, Some(*id)).unwrap();
            prop_assert_eq!(one.get(id), Some(series));
            prop_assert_eq!(one.len(), 1);
        }
    }

    #[test]
    fn damage_is_an_error_or_other_samples_but_no_panic(chunk in chunks(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut packed = pack(BASE, &chunk).unwrap();
        let at = at.index(packed.len());
        packed[at] = byte;
        let _ = unpack(BASE, BLOCK_7, &packed, None);
    }

    #[test]
    fn any_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = unpack(BASE, BLOCK_7, &bytes, None);
        let _ = Plain::read(BASE, &bytes).and_then(|plain| plain.chunk(BLOCK_7, None));
    }
}

/// Minutes of an hour for the hosts of a block, the silent ones as given.
fn hour(is_silent: impl Fn(i64) -> bool) -> Chunk {
    let mut noise = 1_u32;
    (0..BLOCK)
        .map(|n| {
            let series = (0..60).map(|minute| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let us = 300 * u32::try_from(n + 1).unwrap() + noise % 40;
                let sample = if is_silent(n) {
                    Sample::SILENCE
                } else {
                    Sample::reply(us, 0)
                };
                (Timestamp(BASE.0 + minute * 61_234), sample)
            });
            (HostId(BLOCK_7 * BLOCK + n), series.collect())
        })
        .collect()
}

#[test]
fn silent_hosts_cost_next_to_nothing() {
    let packed = pack(BASE, &hour(|_| true)).unwrap();
    assert!(packed.len() < 250, "{}", packed.len());
}

#[test]
fn a_retry_of_one_host_costs_the_others_nothing() {
    let plain = hour(|_| false);
    let mut with = plain.clone();
    let series = with.values_mut().next().unwrap();
    series.extend((0..30).map(|n| (Timestamp(BASE.0 + n * 61_234 + 5_000), Sample::SILENCE)));
    tidy(series);
    let (before, after) = (pack(BASE, &plain).unwrap(), pack(BASE, &with).unwrap());
    assert!(
        after.len() < before.len() + 160,
        "{} {}",
        before.len(),
        after.len()
    );
}
