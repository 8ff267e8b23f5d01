//! Tests of a chart's shapes and words.

use super::*;
use domain::{
    chart::Stretch,
    host::HostId,
    uptime::{Outage, Uptime, Uptimes},
};
use std::time::Duration;

const NOW: Timestamp = Timestamp(100 * 86_400_000 + 1);

fn answered(ms: f64) -> Slot {
    Slot {
        min: Some(ms / 2.0),
        median: Some(ms),
        max: Some(ms * 2.0),
        loss: 0.0,
        rounds: 10,
        answered: 10,
    }
}

/// A day of answers in 2 ms.
fn past() -> HostPast {
    let mut chart = Chart::until(NOW, Stretch::Day, Duration::from_mins(1));
    chart.slots.fill(answered(2.0));
    let uptime = Uptime {
        percent: Some(100.0),
        observed_seconds: 86_400,
        up_seconds: 86_400,
        down_seconds: 0,
        outages: 0,
    };
    HostPast {
        id: HostId(1),
        chart,
        uptimes: Uptimes::of(|_| uptime),
        outages: vec![],
        outages_in_all: 0,
        down_seconds: 0,
    }
}

#[test]
fn a_steady_host_is_one_line_and_one_band_below_a_round_edge() {
    let shape = Shape::of(&past(), NOW);
    assert!((shape.top - 5.0).abs() < 1e-9, "{}", shape.top);
    assert_eq!(shape.line.matches('M').count(), 1);
    assert_eq!(shape.band.matches('Z').count(), 1);
    assert_eq!(
        (&shape.losses[..], &shape.unobserved[..]),
        (&[][..], &[][..])
    );
}

#[test]
fn silence_breaks_the_line_and_a_round_off_the_beat_does_not() {
    let mut past = past();
    past.chart.slots[20] = Slot::default();
    let shape = Shape::of(&past, NOW);
    assert_eq!(shape.line.matches('M').count(), 1);
    assert_eq!(shape.unobserved, []);
    past.chart.slots[40] = Slot {
        rounds: 10,
        loss: 100.0,
        ..Slot::default()
    };
    assert_eq!(Shape::of(&past, NOW).line.matches('M').count(), 2);
}

#[test]
fn where_nobody_looked_is_told_apart_and_the_future_is_not() {
    let mut past = past();
    past.chart.slots[10..16].fill(Slot::default());
    if let Some(last) = past.chart.slots.last_mut() {
        *last = Slot::default();
    }
    let shape = Shape::of(&past, NOW);
    assert_eq!(shape.unobserved.len(), 1);
    let hole = shape.unobserved[0];
    assert!((hole.width - 6.0 * WIDTH / 144.0).abs() < 0.01, "{hole:?}");
}

#[test]
fn an_outage_is_where_it_was_and_wide_enough_to_be_seen() {
    let mut past = past();
    past.outages = vec![
        Outage {
            began_at: NOW.minus(Duration::from_hours(6)),
            ended_at: None,
            down_seconds: 21_600,
        },
        Outage {
            began_at: NOW.minus(Duration::from_hours(12)),
            ended_at: Some(NOW.minus(Duration::from_secs(12 * 3600 - 5))),
            down_seconds: 5,
        },
    ];
    let shape = Shape::of(&past, NOW);
    let quarter = WIDTH / 4.0;
    assert!((shape.outages[0].width - quarter).abs() < WIDTH / 144.0);
    assert!((shape.outages[1].width - LEAST).abs() < 1e-9);
}

#[test]
fn one_slow_reply_does_not_flatten_the_rest() {
    let mut past = past();
    past.chart.slots[70].max = Some(900.0);
    assert!(Shape::of(&past, NOW).top < 10.0);
}

#[test]
fn an_empty_chart_is_empty() {
    let mut past = past();
    past.chart.slots.fill(Slot::default());
    let shape = Shape::of(&past, NOW);
    assert_eq!((shape.line.as_str(), shape.band.as_str()), ("", ""));
    assert_eq!(shape.unobserved.len(), 1);
    assert_eq!(summary(&past.chart), "nobody looked");
    assert_eq!(outages_in_words(&past), "no outage in 24 h");
}

#[test]
fn words_say_what_a_slot_held() {
    assert_eq!(words(&Slot::default()), "nobody looked");
    assert_eq!(
        words(&answered(2.0)),
        "2.00 ms (1.00 ms – 4.00 ms), 10 rounds"
    );
    let lossy = Slot {
        loss: 12.4,
        answered: 9,
        ..answered(2.0)
    };
    assert!(words(&lossy).ends_with("12 % lost, 10 rounds, 1 silent"));
    let silent = Slot {
        rounds: 3,
        loss: 100.0,
        ..Slot::default()
    };
    assert_eq!(words(&silent), "no answer, 3 rounds");
}

#[test]
fn a_percentage_is_never_better_than_it_was() {
    assert_eq!(percent(100.0), "100 %");
    assert_eq!(percent(99.999), "99.99 %");
    assert_eq!(percent(0.0), "0.00 %");
}

#[test]
fn the_pointer_finds_the_first_and_the_last_slot() {
    assert_eq!(slot_at(-0.1, 144), 0);
    assert_eq!(slot_at(0.5, 144), 72);
    assert_eq!(slot_at(1.0, 144), 143);
}
