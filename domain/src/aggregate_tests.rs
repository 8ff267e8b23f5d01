//! Tests of what samples come to.

use super::*;
use proptest::prelude::*;

const HOUR: i64 = 3_600_000;

fn at(ms: i64) -> Timestamp {
    Timestamp(ms)
}

/// A reply every minute from `first` on, in milliseconds.
fn minutes(first: i64, count: i64) -> Vec<(Timestamp, Sample)> {
    (0..count)
        .map(|n| (at(first + n * 60_000), Sample::reply(1_000, 0)))
        .collect()
}

fn of_hour(samples: &[(Timestamp, Sample)]) -> Aggregate {
    Aggregate::of(samples, at(0), at(HOUR)).unwrap()
}

#[test]
fn a_whole_hour_is_observed_wherever_its_rounds_lie() {
    for first in [0, 1, 20_000, 59_999] {
        assert_eq!(of_hour(&minutes(first, 60)).observed_s, 3_600, "{first}");
    }
}

#[test]
fn what_lies_between_two_distant_samples_is_not_observed() {
    let mut samples = minutes(0, 20);
    samples.extend(minutes(40 * 60_000, 20));
    // The sample before the gap stands for three intervals.
    assert_eq!(of_hour(&samples).observed_s, (19 + 3 + 19 + 1) * 60);
}

#[test]
fn a_lone_sample_stands_for_a_minute_on_each_side() {
    assert_eq!(of_hour(&minutes(HOUR / 2, 1)).observed_s, 120);
    assert_eq!(Aggregate::of(&[], at(0), at(HOUR)), None);
}

#[test]
fn loss_is_the_mean_over_the_rounds() {
    let samples = [
        (at(0), Sample::reply(1_000, 0)),
        (at(1), Sample::reply(1_000, 1)),
        (at(2), Sample::SILENCE),
        (at(3), Sample::reply(1_000, 0)),
    ];
    let all = of_hour(&samples);
    assert_eq!((all.samples, all.up, all.loss), (4, 3, 3_750));
    assert!(all.is_up());
}

#[test]
fn latencies_are_of_the_replies_alone() {
    let samples: Vec<_> = (1..=100)
        .map(|n| (at(n), Sample::reply(u32::try_from(n).unwrap() * 10_000, 0)))
        .chain([(at(101), Sample::SILENCE)])
        .collect();
    let latency = of_hour(&samples).latency.unwrap();
    let ms = |step: u16| (us_of(step) + 500) / 1_000;
    assert!(
        (998..=1_002).contains(&ms(latency.max)),
        "{}",
        ms(latency.max)
    );
    assert_eq!(ms(latency.min), 10);
    assert!(
        (945..=955).contains(&ms(latency.p95)),
        "{}",
        ms(latency.p95)
    );
    assert!(
        (503..=507).contains(&ms(latency.mean)),
        "{}",
        ms(latency.mean)
    );
}

#[test]
fn two_halves_come_to_the_whole() {
    let samples = minutes(0, 60);
    let half = |range: std::ops::Range<usize>, from, to| {
        Aggregate::of(&samples[range], at(from), at(to)).unwrap()
    };
    let joined = half(0..30, 0, HOUR / 2).and(half(30..60, HOUR / 2, HOUR));
    assert_eq!(joined, of_hour(&samples));
}

fn aggregates() -> impl Strategy<Value = Aggregate> {
    let latency = (0_u16..3_600, 0_u16..3_600, 0_u16..3_600, 0_u16..3_600);
    (
        0_u32..5_000,
        0_u32..5_000,
        0_u16..=10_000,
        0_u32..=3_600,
        latency,
    )
        .prop_map(|(samples, up, loss, observed_s, (a, b, c, d))| {
            let up = up.min(samples);
            let min = a.min(b).min(c).min(d);
            let latency = Latencies {
                min,
                mean: b,
                p95: c,
                max: d,
            };
            Aggregate {
                samples,
                up,
                loss,
                observed_s,
                latency: (up > 0).then_some(latency),
            }
        })
}

proptest! {
    #[test]
    fn packed_hours_come_back(days in prop::collection::btree_map(0_u8..24, aggregates(), 0..24)) {
        let hours: Vec<_> = days.into_iter().collect();
        prop_assert_eq!(unpack_hours(&pack_hours(&hours)), hours);
    }

    #[test]
    fn damaged_hours_make_no_trouble(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        unpack_hours(&bytes);
    }

    #[test]
    fn numbers_come_back(number in any::<i64>()) {
        let mut bytes = Vec::new();
        put(&mut bytes, zigzag(number));
        prop_assert_eq!(take(&mut bytes.as_slice()).map(unzigzag), Some(number));
    }
}

#[test]
fn a_silent_day_packs_into_a_few_bytes() {
    let silent = Aggregate {
        samples: 60,
        up: 0,
        loss: 10_000,
        observed_s: 3_600,
        latency: None,
    };
    let hours: Vec<_> = (0..24).map(|hour| (hour, silent)).collect();
    assert!(pack_hours(&hours).len() <= 12);
}
