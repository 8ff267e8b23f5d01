//! One host's answer in one round as two bytes: silence, or a latency on a logarithmic scale and how many requests were
//! lost before the reply.
//!
//! The scale has 3,600 steps of about 0.5 % from 1 µs to 60 s. Encoding and decoding a latency changes it by at most
//! 0.25 %, or half a microsecond where that is more; what lies outside the scale becomes its nearest end.

use crate::probe::{Answer, Observation};
use std::sync::LazyLock;

/// Steps of the scale.
const STEPS: u16 = 3_600;
/// The longest latency of the scale in microseconds.
const LONGEST_US: f64 = 60_000_000.0;
/// Codes below this are no latencies.
const FIRST: u16 = 2;
/// Bands of the scale: 0, 1 or 2 requests lost before the reply.
const BANDS: u16 = 3;
/// Steps of the scale that a [`Coarse`] latency takes together: about 7 %.
const COARSE: u16 = 15;

/// The answer of one host in one round, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sample(pub u16);

impl Sample {
    /// The host was not asked, or nothing could be sent.
    pub const NOT_ASKED: Self = Self(0);
    /// It was asked and did not answer.
    pub const SILENCE: Self = Self(1);

    /// What an observation is stored as.
    pub fn of(observation: &Observation) -> Self {
        match observation.answer {
            Answer::Reply { rtt_us } => Self::reply(rtt_us, observation.lost),
            Answer::Silence => Self::SILENCE,
            Answer::Unsent(_) => Self::NOT_ASKED,
        }
    }

    /// A reply after `lost` unanswered requests; more than two count as two.
    pub fn reply(rtt_us: u32, lost: u8) -> Self {
        Self::from_step(step_of(rtt_us), lost)
    }

    /// The reply of a step of the scale.
    pub fn from_step(step: u16, lost: u8) -> Self {
        Self(FIRST + u16::from(lost).min(BANDS - 1) * STEPS + step.min(STEPS - 1))
    }

    /// Whether the host answered.
    pub fn is_reply(self) -> bool {
        self.step().is_some()
    }

    /// The step of the scale on which the latency lies.
    pub fn step(self) -> Option<u16> {
        let above = self.0.checked_sub(FIRST)?;
        (above < BANDS * STEPS).then_some(above % STEPS)
    }

    /// The latency in microseconds.
    pub fn rtt_us(self) -> Option<u32> {
        self.step().map(us_of)
    }

    /// Requests lost before the reply, 0 to 2; `None` for what is no reply.
    pub fn lost(self) -> Option<u8> {
        self.step()?;
        u8::try_from((self.0 - FIRST) / STEPS).ok()
    }

    /// The share of the round's requests that stayed unanswered, in hundredths of a percent.
    pub fn loss(self) -> u16 {
        match self.lost() {
            Some(0) => 0,
            Some(1) => 5_000,
            Some(_) => 6_667,
            None => 10_000,
        }
    }

    /// The latency, coarser.
    pub fn coarse(self) -> Option<Coarse> {
        let step = self.step()?;
        u8::try_from(step / COARSE + 1).ok().map(Coarse)
    }
}

/// A latency in one byte, in steps of about 7 %: enough for a line a few pixels high. Never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coarse(pub u8);

impl Coarse {
    /// The latency in microseconds, in the middle of its step.
    pub fn rtt_us(self) -> u32 {
        let first = u16::from(self.0.saturating_sub(1)) * COARSE;
        us_of((first + COARSE / 2).min(STEPS - 1))
    }
}

/// The step of the scale nearest to a latency.
pub fn step_of(rtt_us: u32) -> u16 {
    let share = f64::from(rtt_us.max(1)).ln() / LONGEST_US.ln();
    let step = (share * f64::from(STEPS - 1)).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the scale"
    )]
    let step = step.clamp(0.0, f64::from(STEPS - 1)) as u16;
    step
}

/// The latency of a step in microseconds; what lies above the scale is its end.
pub fn us_of(step: u16) -> u32 {
    static SCALE: LazyLock<Vec<u32>> = LazyLock::new(|| (0..STEPS).map(scale).collect());
    SCALE[usize::from(step.min(STEPS - 1))]
}

fn scale(step: u16) -> u32 {
    let us = (LONGEST_US.ln() * f64::from(step) / f64::from(STEPS - 1)).exp();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 1 and 60,000,000"
    )]
    let us = us.round() as u32;
    us
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_latency_comes_back_within_a_quarter_percent(rtt_us in 1_u32..=60_000_000, lost in 0_u8..=2) {
            let sample = Sample::reply(rtt_us, lost);
            let back = sample.rtt_us().unwrap();
            let error = f64::from(back.abs_diff(rtt_us));
            prop_assert!(error <= (f64::from(rtt_us) * 0.0025).max(0.5), "{rtt_us} {back}");
            prop_assert_eq!(sample.lost(), Some(lost));
        }

        #[test]
        fn what_was_decoded_encodes_to_the_same_time(rtt_us in any::<u32>()) {
            let once = Sample::reply(rtt_us, 0).rtt_us().unwrap();
            prop_assert_eq!(Sample::reply(once, 0).rtt_us(), Some(once));
        }

        #[test]
        fn no_code_makes_trouble(code in any::<u16>()) {
            let sample = Sample(code);
            prop_assert_eq!(sample.is_reply(), sample.rtt_us().is_some());
            prop_assert_eq!(sample.is_reply(), sample.lost().is_some());
            prop_assert_eq!(sample.is_reply(), sample.coarse().is_some());
            prop_assert!(sample.loss() <= 10_000);
        }

        #[test]
        fn a_coarse_latency_is_within_four_percent(rtt_us in 200_u32..=60_000_000) {
            let coarse = Sample::reply(rtt_us, 0).coarse().unwrap().rtt_us();
            prop_assert!(f64::from(coarse.abs_diff(rtt_us)) <= f64::from(rtt_us) * 0.04);
        }
    }

    #[test]
    fn the_ends_of_the_scale_hold() {
        assert_eq!(Sample::reply(0, 0).rtt_us(), Some(1));
        assert_eq!(Sample::reply(u32::MAX, 9).rtt_us(), Some(60_000_000));
        assert_eq!(Sample::reply(u32::MAX, 9).lost(), Some(2));
        assert_eq!(Sample::reply(u32::MAX, 0).coarse().map(|c| c.0), Some(240));
    }

    #[test]
    fn short_latencies_are_exact() {
        for us in 1..=99 {
            assert_eq!(Sample::reply(us, 0).rtt_us(), Some(us));
        }
    }

    #[test]
    fn silence_is_neither_a_latency_nor_unasked() {
        assert_eq!(Sample::SILENCE.rtt_us(), None);
        assert_ne!(Sample::SILENCE, Sample::NOT_ASKED);
        assert_eq!(Sample::SILENCE.loss(), 10_000);
    }
}
