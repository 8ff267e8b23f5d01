//! What an address of the sample network answers at some moment.

use super::{Member, Network};
use domain::{
    probe::{Answer, Observation, Unsent},
    time::Timestamp,
};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use std::{f64::consts::PI, net::IpAddr};

/// Chance that one answer takes much longer than others.
const SPIKE: f64 = 0.003;
/// Chance that a request is lost and the next one answered.
const LOST: f64 = 0.004;
/// Milliseconds of a day.
const DAY: i64 = 86_400_000;
/// Odd numbers that spread keys and times over all bits.
const SPREAD: (u64, u64) = (0x9e37_79b9_7f4a_7c15, 0xd1b5_4a32_d192_ed03);

/// What falls to one host at one moment.
pub(super) fn chance(seed: u32, key: u64, at: i64) -> StdRng {
    let place = key.wrapping_mul(SPREAD.0);
    let moment = at.cast_unsigned().wrapping_mul(SPREAD.1);
    StdRng::seed_from_u64(u64::from(seed) ^ place.rotate_left(23) ^ moment)
}

impl Network {
    /// What an address answers at some moment to up to `attempts` requests; one that is nobody's is silent.
    pub fn answer(&self, ip: IpAddr, at: Timestamp, attempts: u8) -> Observation {
        let silence = Observation {
            ip,
            answer: Answer::Silence,
            lost: attempts,
        };
        let Some(member) = self.members.get(&ip) else {
            return silence;
        };
        if member.is_cut_off(self.until, at) {
            let answer = Answer::Unsent(Unsent::NetworkUnreachable);
            return Observation {
                answer,
                lost: 0,
                ..silence
            };
        }
        let mut chance = chance(self.seed, member.key, at.0);
        if member.is_silent(self.until, at) || chance.random_bool(member.loss) {
            return silence;
        }
        let slowness = member.slowness(self.until, at) * load(at);
        let rtt_us = member.rtt_us(slowness, &mut chance);
        let lost = u8::from(attempts > 1 && chance.random_bool(LOST));
        Observation {
            answer: Answer::Reply { rtt_us },
            lost,
            ..silence
        }
    }
}

impl Member {
    fn rtt_us(&self, slowness: f64, chance: &mut StdRng) -> u32 {
        // Three throws, so that answers gather around the base.
        let throws: f64 = (0..3).map(|_| chance.random_range(-1.0..1.0)).sum();
        let spike = if chance.random_bool(SPIKE) {
            chance.random_range(2.0..15.0)
        } else {
            1.0
        };
        let us = self.base_us * slowness * (1.0 + self.jitter * throws / 2.0) * spike;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 100 µs and some seconds"
        )]
        let us = us as u32;
        us
    }
}

/// By how much everything is slower than at night: in working hours (UTC), less so on weekends.
fn load(at: Timestamp) -> f64 {
    let day = at.0.div_euclid(DAY);
    #[expect(clippy::cast_precision_loss, reason = "less than a day")]
    let hour = at.0.rem_euclid(DAY) as f64 / (DAY / 24) as f64;
    let curve = (PI * (hour - 6.0) / 12.0).sin().max(0.0);
    // The epoch was a Thursday.
    let is_weekend = matches!((day + 4).rem_euclid(7), 0 | 6);
    1.0 + curve * if is_weekend { 0.08 } else { 0.35 }
}
