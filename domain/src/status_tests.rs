//! Tests of the status rules: one letter per round, `r` reply, `s` silence, `u` could not send.

use super::*;
use proptest::prelude::*;

const RULES: Thresholds = Thresholds {
    down_after: 3,
    up_after: 1,
};

fn answer(round: char) -> Answer {
    match round {
        'r' => Answer::Reply { rtt_us: 700 },
        's' => Answer::Silence,
        _ => Answer::Unsent(Unsent::NetworkUnreachable),
    }
}

/// Plays rounds a minute apart; returns the state and the statuses that transitions led to.
fn play(rounds: &str, rules: Thresholds) -> (State, Vec<Status>) {
    let mut state = State::default();
    let mut changes = Vec::new();
    for (i, round) in (0i64..).zip(rounds.chars()) {
        let step = advance(&state, answer(round), rules, Timestamp(i * 60_000));
        changes.extend(step.transition.map(|t| t.to));
        state = step.state;
    }
    (state, changes)
}

#[test]
fn the_first_reply_is_up_and_the_first_misses_are_only_suspect() {
    let (state, changes) = play("rss", RULES);
    assert_eq!(
        (state.shown(), state.is_suspect(), changes),
        (Status::Up, true, vec![Status::Up])
    );
}

#[test]
fn three_silent_rounds_are_down_and_one_reply_is_up() {
    assert_eq!(play("rsss", RULES).1, [Status::Up, Status::Down]);
    assert_eq!(
        play("rsssr", RULES).1,
        [Status::Up, Status::Down, Status::Up]
    );
}

#[test]
fn a_reply_between_misses_starts_the_count_anew() {
    let (state, changes) = play("rssrssrss", RULES);
    assert_eq!((state.shown(), changes), (Status::Up, vec![Status::Up]));
}

#[test]
fn what_could_not_be_sent_is_unknown_and_makes_no_event() {
    let (state, changes) = play("rssuuuuu", RULES);
    assert_eq!(
        (state.shown(), state.is_suspect(), changes),
        (Status::Unknown, false, vec![Status::Up])
    );
    let (state, changes) = play("rssuuuuur", RULES);
    assert_eq!((state.shown(), changes), (Status::Up, vec![Status::Up]));
}

#[test]
fn unknown_keeps_the_time_it_began() {
    assert_eq!(
        play("ruuu", RULES).0.unasked,
        Some((Cause::Unreachable, Timestamp(60_000)))
    );
}

#[test]
fn a_host_that_never_answered_is_down_after_the_threshold() {
    assert_eq!(
        play("ss", RULES),
        (
            State {
                silent: 2,
                ..State::default()
            },
            vec![]
        )
    );
    assert_eq!(play("sss", RULES).1, [Status::Down]);
}

#[test]
fn thresholds_of_the_subnet_are_obeyed() {
    let slow = Thresholds {
        down_after: 5,
        up_after: 2,
    };
    assert_eq!(
        play("rrssssrrsssssrr", slow).1,
        [Status::Up, Status::Down, Status::Up]
    );
}

#[test]
fn only_a_suspect_host_is_asked_again_soon() {
    let up = play("r", RULES).0;
    assert!(advance(&up, Answer::Silence, RULES, Timestamp(1)).ask_again);
    let down = play("rsss", RULES).0;
    assert!(!advance(&down, Answer::Silence, RULES, Timestamp(1)).ask_again);
    assert!(!advance(&up, answer('u'), RULES, Timestamp(1)).ask_again);
}

#[test]
fn six_changes_within_an_hour_are_flapping_until_an_hour_of_calm() {
    let (state, _) = play(&"rsss".repeat(4), RULES);
    let last = *state.changes.last().unwrap();
    assert_eq!(
        state.flapping,
        Some(Timestamp(12 * 60_000)),
        "the sixth change"
    );
    let later = |minutes| {
        let now = last.plus(Duration::from_mins(minutes));
        advance(&state, Answer::Silence, RULES, now).state
    };
    assert!(later(59).is_flapping());
    assert!(
        !later(60).is_flapping(),
        "a round that changes nothing else"
    );
    assert!(!play("rsssrsssr", RULES).0.is_flapping());
}

#[test]
fn an_hour_in_which_nothing_could_be_sent_is_not_calm() {
    let (state, _) = play(&"rsss".repeat(4), RULES);
    let later = state.changes.last().unwrap().plus(FLAP_WINDOW);
    assert!(
        advance(&state, answer('u'), RULES, later)
            .state
            .is_flapping()
    );
}

#[test]
fn three_intervals_without_a_round_are_stale_since_the_first_ended() {
    let minute = Duration::from_mins(1);
    let since = |last, now| stale_since(Timestamp(last), Timestamp(now), minute);
    assert_eq!(since(0, 180_000), None);
    assert_eq!(since(0, 180_001), Some(Timestamp(60_000)));
    assert_eq!(since(9_000_000, 0), None, "the clock was stepped back");
}

proptest! {
    #[test]
    fn transitions_always_alternate_and_a_single_miss_never_alarms(rounds in "[rsu]{0,200}") {
        let (_, changes) = play(&rounds, RULES);
        prop_assert!(changes.windows(2).all(|pair| pair[0] != pair[1]));
        if !rounds.contains("sss") { prop_assert!(!changes.contains(&Status::Down)); }
    }
}
