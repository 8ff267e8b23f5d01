//! How long to wait before the stream is opened again.

use std::time::Duration;

/// Doubling pauses with a ceiling, spread so that the tabs of a whole office do not return at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct BackOff {
    failures: u32,
}

impl BackOff {
    /// The next pause: 1, 2, 4, 8, 15 s, each between half and the whole; `chance` is in 0..1.
    pub(super) fn next(&mut self, chance: f64) -> Duration {
        let full = f64::from(1u32 << self.failures.min(4)).min(15.0);
        self.failures += 1;
        Duration::from_secs_f64(full * (0.5 + chance.clamp(0.0, 1.0) / 2.0))
    }

    /// The stream is open: start over next time.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_ceiling_and_start_over() {
        let mut pauses = BackOff::default();
        let seconds: Vec<f64> = (0..6).map(|_| pauses.next(1.0).as_secs_f64()).collect();
        assert_eq!(seconds, [1.0, 2.0, 4.0, 8.0, 15.0, 15.0]);
        pauses.reset();
        assert_eq!(pauses.next(0.0), Duration::from_millis(500));
    }
}
