//! How long an answer is waited for: as RFC 6298 derives it from the answers so far.

use std::time::Duration;

/// Before the first answer, and never longer.
const LONGEST: Duration = Duration::from_secs(1);
/// A host that answers at once may still be busy for a moment.
const SHORTEST: Duration = Duration::from_millis(100);

/// The round-trip time of one host.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RoundTrip(Option<(Duration, Duration)>);

impl RoundTrip {
    /// Learns from an answer.
    pub(super) fn learn(&mut self, sample: Duration) {
        self.0 = Some(match self.0 {
            None => (sample, sample / 2),
            Some((smoothed, variation)) => (
                (smoothed * 7 + sample) / 8,
                (variation * 3 + smoothed.abs_diff(sample)) / 4,
            ),
        });
    }

    /// How long to wait for the next answer.
    pub(super) fn timeout(self) -> Duration {
        self.0.map_or(LONGEST, |(smoothed, variation)| {
            (smoothed + variation * 4).clamp(SHORTEST, LONGEST)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timeout_follows_the_answers_within_its_bounds() {
        let mut rtt = RoundTrip::default();
        assert_eq!(rtt.timeout(), LONGEST);
        rtt.learn(Duration::from_millis(200));
        assert_eq!(rtt.timeout(), Duration::from_millis(600));
        (0..100).for_each(|_| rtt.learn(Duration::from_millis(200)));
        let settled = rtt.timeout();
        assert!(settled < Duration::from_millis(210), "{settled:?}");
        rtt.learn(Duration::from_secs(5));
        assert_eq!(rtt.timeout(), LONGEST);
        let mut near = RoundTrip::default();
        near.learn(Duration::from_micros(30));
        assert_eq!(near.timeout(), SHORTEST);
    }
}
