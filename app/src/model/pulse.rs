//! When to ask the server again about work that goes on: soon after news of it, and by the clock where none come.

/// What was heard since the server was asked last. Ticks once a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pulse {
    wanted: bool,
    /// The stream has told of it before, so it can be relied on while it is up.
    heard: bool,
    ticks: u32,
}

/// Seconds between two questions where the stream tells nothing.
const ALONE: u32 = 2;
/// Seconds between two questions all the same: news may have been lost.
const DOUBT: u32 = 10;

impl Pulse {
    /// News came.
    pub fn hear(&mut self) {
        self.wanted = true;
        self.heard = true;
    }

    /// A second has passed: whether to ask now. `is_open` while the work goes on, `is_live` while the stream is up.
    pub fn tick(&mut self, is_open: bool, is_live: bool) -> bool {
        self.ticks += 1;
        let patience = if is_live && self.heard { DOUBT } else { ALONE };
        let ask = self.wanted || (is_open && self.ticks >= patience);
        if ask {
            self.wanted = false;
            self.ticks = 0;
        }
        ask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pulse: &mut Pulse, ticks: u32, is_open: bool, is_live: bool) -> usize {
        (0..ticks).filter(|_| pulse.tick(is_open, is_live)).count()
    }

    #[test]
    fn without_a_stream_the_server_is_asked_by_the_clock_until_the_work_is_over() {
        let mut pulse = Pulse::default();
        assert_eq!(asked(&mut pulse, 10, true, false), 5);
        assert_eq!(asked(&mut pulse, 10, false, false), 0);
    }

    #[test]
    fn news_ask_once_a_second_at_most_and_also_after_the_end() {
        let mut pulse = Pulse::default();
        pulse.hear();
        pulse.hear();
        assert_eq!(asked(&mut pulse, 1, true, true), 1);
        assert_eq!(
            asked(&mut pulse, 9, true, true),
            0,
            "the stream is relied on"
        );
        assert_eq!(asked(&mut pulse, 1, true, true), 1, "but not for ever");
        pulse.hear();
        assert_eq!(asked(&mut pulse, 3, false, true), 1);
        assert_eq!(asked(&mut pulse, 2, true, false), 1, "the stream is lost");
    }
}
