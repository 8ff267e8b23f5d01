//! Tests of the uptime figures: intervals in minutes, `u` up, `d` down, `?` unknown.

use super::*;
use proptest::prelude::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp(minutes * 60_000)
}

fn span(start: i64, end: impl Into<Option<i64>>, state: char) -> Span {
    Span {
        start: at(start),
        end: end.into().map(at),
        state: match state {
            'u' => Status::Up,
            'd' => Status::Down,
            _ => Status::Unknown,
        },
    }
}

fn period(from: i64, to: i64, looked_until: i64) -> Period {
    Period {
        from: at(from),
        to: at(to),
        looked_until: at(looked_until),
    }
}

#[test]
fn unknown_time_counts_for_neither() {
    let spans = [span(0, 60, 'u'), span(60, 500, '?'), span(500, None, 'd')];
    let found = uptime(&spans, period(0, 520, 520));
    assert_eq!(found.percent, Some(75.0));
    assert_eq!(
        (found.observed_seconds, found.up_seconds, found.down_seconds),
        (80 * 60, 60 * 60, 20 * 60)
    );
}

#[test]
fn nothing_observed_is_no_percentage() {
    assert_eq!(uptime(&[], period(0, 60, 60)), Uptime::default());
    let unknown = uptime(&[span(0, None, '?')], period(0, 60, 60));
    assert_eq!((unknown.percent, unknown.observed_seconds), (None, 0));
}

#[test]
fn an_open_interval_counts_as_long_as_somebody_looked() {
    let found = uptime(&[span(0, None, 'u')], period(0, 600, 11));
    assert_eq!((found.percent, found.up_seconds), (Some(100.0), 11 * 60));
    let before = uptime(&[span(0, None, 'u')], period(100, 600, 11));
    assert_eq!((before.percent, before.up_seconds), (None, 0));
}

#[test]
fn an_outage_that_began_before_the_period_is_cut_for_the_sum_only() {
    let spans = [span(0, 50, 'd'), span(50, None, 'u')];
    let found = outages(&spans, period(40, 100, 100));
    let one = Outage {
        began_at: at(0),
        ended_at: Some(at(50)),
        down_seconds: 600,
    };
    assert_eq!(found, [one]);
}

#[test]
fn what_nobody_observed_does_not_split_an_outage() {
    let spans = [
        span(0, 10, 'd'),
        span(10, 20, '?'),
        span(20, 25, 'd'),
        span(25, 30, 'u'),
        span(30, None, 'd'),
    ];
    let found = outages(&spans, period(0, 31, 31));
    let lengths: Vec<_> = found
        .iter()
        .map(|o| (o.down_seconds / 60, o.ended_at))
        .collect();
    assert_eq!(lengths, [(15, Some(at(25))), (1, None)]);
}

#[test]
fn an_outage_of_this_moment_is_there() {
    let spans = [span(0, 10, 'u'), span(10, None, 'd')];
    assert_eq!(outages(&spans, period(0, 11, 10)).len(), 1);
    assert_eq!(outages(&spans, period(0, 10, 10)).len(), 0);
}

#[test]
fn windows_read_back() {
    for window in Window::ALL {
        assert_eq!(window.as_str().parse(), Ok(window));
        let json = serde_json::to_string(&window).unwrap();
        assert_eq!(json, format!("\"{window}\""));
    }
}

proptest! {
    #[test]
    fn figures_stay_within_the_period_whatever_the_clock_did(
        spans in prop::collection::vec((-50i64..50, -50i64..50, any::<bool>(), "[ud?]"), 0..30),
        from in -50i64..50, length in 0i64..60, looked in -50i64..80,
    ) {
        let spans: Vec<Span> = spans.iter()
            .map(|(a, b, open, state)| span(*a, (!open).then_some(*b), state.chars().next().unwrap()))
            .collect();
        let found = uptime(&spans, period(from, from + length, looked));
        prop_assert!(found.percent.is_none_or(|p| (0.0..=100.0).contains(&p)));
        prop_assert!(found.observed_seconds <= u64::try_from(length * 60).unwrap());
        prop_assert_eq!(found.observed_seconds, found.up_seconds + found.down_seconds);
        let of_outages: u64 = outages(&spans, period(from, from + length, looked)).iter().map(|o| o.down_seconds).sum();
        prop_assert_eq!(of_outages, found.down_seconds);
    }
}
