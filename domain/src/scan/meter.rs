//! How often a source may be asked: as often as it allows, never while it says no. Time is an argument.

use crate::time::Timestamp;
use std::{collections::VecDeque, time::Duration};

/// The span that limits are given for.
const SPAN: Duration = Duration::from_mins(1);
/// After a refusal that says no time.
const REFUSED: Duration = Duration::from_mins(1);
/// The longest time that a source's word is taken for.
const LONGEST: Duration = Duration::from_hours(1);

/// Counts requests to one source: at most so many in any minute, and none while its window is used up.
#[derive(Clone, Debug)]
pub struct Meter {
    most: usize,
    sent: VecDeque<Timestamp>,
    closed_until: Option<Timestamp>,
}

impl Meter {
    /// At most `most` requests in any minute.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            sent: VecDeque::new(),
            closed_until: None,
        }
    }

    /// Takes leave for one request now, or tells how long to wait before asking again.
    pub fn take(&mut self, now: Timestamp) -> Result<(), Duration> {
        // A clock that was stepped back must not close the source for longer than it said.
        if let Some(until) = self.closed_until.filter(|until| *until > now) {
            return Err(until.since(now).min(LONGEST));
        }
        self.closed_until = None;
        self.sent.retain(|at| *at <= now && now.since(*at) < SPAN);
        if self.sent.len() >= self.most {
            let oldest = self.sent.front().copied().unwrap_or(now);
            return Err(SPAN.saturating_sub(now.since(oldest)));
        }
        self.sent.push_back(now);
        Ok(())
    }

    /// Notes what an answer says: how many requests are left in the source's window, and when the next one begins.
    pub fn note(&mut self, now: Timestamp, left: Option<u32>, seconds: Option<u32>) {
        if left == Some(0) {
            self.close(now, seconds);
        }
    }

    /// Notes a refusal (429), which may say when the next window begins.
    pub fn refused(&mut self, now: Timestamp, seconds: Option<u32>) {
        self.close(now, seconds);
    }

    fn close(&mut self, now: Timestamp, seconds: Option<u32>) {
        let wait = seconds.map_or(REFUSED, |s| Duration::from_secs(u64::from(s)));
        // A second more: it counts whole ones.
        let until = now.plus(wait.min(LONGEST) + Duration::from_secs(1));
        self.closed_until = self.closed_until.max(Some(until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    #[test]
    fn nothing_is_sent_while_the_window_is_used_up() {
        let mut meter = Meter::new(45);
        assert_eq!(meter.take(NOW), Ok(()));
        meter.note(NOW, Some(0), Some(30));
        assert_eq!(meter.take(NOW), Err(Duration::from_secs(31)));
        assert!(meter.take(NOW.plus(Duration::from_secs(30))).is_err());
        assert_eq!(meter.take(NOW.plus(Duration::from_secs(31))), Ok(()));
        meter.refused(NOW, None);
        assert!(meter.take(NOW.plus(Duration::from_mins(1))).is_err());
    }

    #[test]
    fn requests_that_are_left_close_nothing() {
        let mut meter = Meter::new(2);
        meter.note(NOW, Some(7), Some(30));
        meter.note(NOW, None, None);
        assert_eq!(meter.take(NOW), Ok(()));
        assert_eq!(meter.take(NOW), Ok(()));
        assert_eq!(meter.take(NOW), Err(SPAN));
    }

    proptest! {
        #[test]
        fn no_minute_has_more_than_is_allowed(
            most in 1usize..50,
            steps in prop::collection::vec((0u64..5_000, any::<bool>(), 0u32..40), 1..500),
        ) {
            let mut meter = Meter::new(most);
            let (mut now, mut sent, mut closed) = (NOW, Vec::new(), NOW);
            for (wait, closes, seconds) in steps {
                now = now.plus(Duration::from_millis(wait));
                if meter.take(now).is_ok() {
                    prop_assert!(now >= closed);
                    sent.push(now);
                    if closes {
                        meter.note(now, Some(0), Some(seconds));
                        closed = now.plus(Duration::from_secs(u64::from(seconds)));
                    }
                }
            }
            for at in &sent {
                let within = sent.iter().filter(|other| **other <= *at && at.since(**other) < SPAN);
                prop_assert!(within.count() <= most);
            }
        }
    }
}
