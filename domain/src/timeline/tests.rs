//! Laws of the timeline, whatever the rounds and the clock do.

use super::*;
use crate::probe::Unsent;
use proptest::prelude::*;

/// Minutes that pass before the round, back too, and what it brings.
fn rounds() -> impl Strategy<Value = Vec<(i64, char)>> {
    let minutes = prop_oneof![20 => Just(1i64), 1 => 2..600i64, 1 => -90..0i64];
    prop::collection::vec(
        (minutes, prop::char::ranges(vec!['r'..='u'].into())),
        0..200,
    )
}

proptest! {
    #[test]
    fn unknown_and_known_alternate_and_no_down_comes_from_what_was_not_seen(rounds in rounds()) {
        let rules = Thresholds { down_after: 3, up_after: 1 };
        let interval = Duration::from_mins(1);
        let mut state = State::default();
        let mut look = Look { looked_at: Timestamp(0), interval, rules };
        let (mut now, mut misses, mut told, mut open) = (Timestamp(1_000_000_000), 0, false, false);
        for (minutes, round) in rounds {
            now = Timestamp(now.0 + minutes * 60_000);
            let answer = match round {
                'r' => Answer::Reply { rtt_us: 1 },
                's' | 't' => Answer::Silence,
                _ => Answer::Unsent(Unsent::NetworkUnreachable),
            };
            let gap = status::stale_since(look.looked_at, now, interval).is_some();
            misses = match answer {
                Answer::Silence if gap => 1,
                Answer::Silence => misses + 1,
                _ => 0,
            };
            let turn = turn(&state, &look, answer, now);
            for news in &turn.news {
                prop_assert!(news.at <= now);
                match news.kind {
                    EventKind::Unknown => prop_assert!(!std::mem::replace(&mut told, true)),
                    EventKind::Known => prop_assert!(std::mem::replace(&mut told, false)),
                    // Before the first decision there is no gap: misses count on.
                    EventKind::Down => prop_assert!(misses >= 3 || state.known == Status::Unknown),
                    EventKind::FlappingBegan => prop_assert!(!std::mem::replace(&mut open, true)),
                    EventKind::FlappingEnded => prop_assert!(std::mem::replace(&mut open, false)),
                    _ => {}
                }
            }
            prop_assert_eq!(told, turn.state.told_unknown);
            prop_assert_eq!(open, turn.state.is_flapping());
            // What the intervals say last is what is shown.
            if let Some(last) = turn.began.last() {
                prop_assert_eq!(last.state, turn.state.shown());
            }
            state = turn.state;
            look.looked_at = now;
        }
    }
}
