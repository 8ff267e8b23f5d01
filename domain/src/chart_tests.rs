//! Tests of a chart's slots.

use super::*;
use crate::sample::Sample;

const MINUTE: Duration = Duration::from_mins(1);

fn round(at: i64, sample: Sample) -> HistoryPoint {
    HistoryPoint::of_round(Timestamp(at), sample).unwrap()
}

#[test]
fn the_slot_that_is_filling_is_the_last_one() {
    let now = Timestamp(7 * 86_400_000 + 12_345);
    for stretch in Stretch::ALL {
        let chart = Chart::until(now, stretch, MINUTE);
        assert!(chart.to > now && chart.to.0 - now.0 <= chart.slot_ms);
        assert_eq!(
            chart.to.0 - chart.from.0,
            chart.slot_ms * i64::try_from(chart.slots.len()).unwrap()
        );
        assert!((60..=168).contains(&chart.slots.len()), "{stretch:?}");
    }
}

#[test]
fn a_slot_is_never_shorter_than_the_interval() {
    let chart = Chart::until(Timestamp(0), Stretch::Hour, Duration::from_mins(10));
    assert_eq!((chart.slot_ms, chart.slots.len()), (600_000, 6));
    let chart = Chart::until(Timestamp(0), Stretch::Hour, Duration::from_hours(24));
    assert_eq!(chart.slots.len(), 1);
}

#[test]
fn rounds_of_a_slot_come_to_a_band_a_median_and_a_loss() {
    let mut chart = Chart::until(Timestamp(3_599_000), Stretch::Day, MINUTE);
    let last = chart.slots.len() - 1;
    let at = chart.to.0 - chart.slot_ms;
    chart.fill(&[
        round(at - 1, Sample::reply(9_000, 0)),
        round(at, Sample::reply(1_000, 0)),
        round(at + 60_000, Sample::reply(5_000, 1)),
        round(at + 120_000, Sample::reply(2_000, 0)),
        round(at + 180_000, Sample::SILENCE),
        round(chart.to.0, Sample::reply(7_000, 0)),
    ]);
    let slot = chart.slots[last];
    let near = |value: Option<f64>, wanted: f64| (value.unwrap() / wanted - 1.0).abs() < 0.01;
    assert!(near(slot.min, 1.0) && near(slot.median, 2.0) && near(slot.max, 5.0));
    assert_eq!((slot.rounds, slot.answered), (4, 3));
    assert!(slot.loss > 25.0 && slot.loss < 50.0, "{}", slot.loss);
    assert!(near(chart.slots[last - 1].median, 9.0));
    assert_eq!(chart.slots[0], Slot::default());
}
