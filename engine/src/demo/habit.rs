//! What each host of the sample network does: most are steady, some have the troubles that hosts have.

use super::{
    Member, PAST,
    answers::chance,
    site::{BLOCKS, CAMERAS, GUESTS, OFFICE, Place, SERVERS},
};
use domain::time::Timestamp;
use rand::{Rng as _, rngs::StdRng};
use std::time::Duration;

/// Milliseconds of an hour and of a day.
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// What a host does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Habit {
    /// It answers.
    Steady,
    /// It never did.
    Silent,
    /// It broke at some time.
    DownSince(Timestamp),
    /// It goes and comes, from some time on.
    Flapping(Timestamp),
    /// It becomes slower from day to day.
    Slowing,
    /// It restarts every night: milliseconds after midnight (UTC), and how long that takes.
    Nightly(i64, i64),
    /// It is elsewhere for a part of each day: milliseconds after the end of the past, and how long.
    Visiting(i64, i64),
}

/// A flapping host is silent for as long as it answers after that: six changes are within an hour.
const FLAP: i64 = 9 * 60_000 + 30_000;
/// A link was gone for so long, and so long before the end of the past.
const LINK_GONE: (i64, i64) = (2 * DAY + 3 * HOUR, 41 * 60_000);
/// The subnet behind that link.
const BEHIND_LINK: usize = CAMERAS;

impl Member {
    pub(super) fn new(seed: u32, until: Timestamp, block: usize, place: Place) -> Self {
        let number = place.number;
        let key = (block as u64) << 16 | u64::from(number);
        let mut chance = chance(seed, key, 0);
        let within = &BLOCKS[block];
        let (fastest, slowest) = within.rtt_us;
        let base_us = fastest * (slowest / fastest).powf(chance.random());
        Self {
            text: place.text,
            since: since(until, block, number),
            key,
            block,
            habit: habit(until, block, number, &mut chance),
            base_us,
            jitter: chance.random_range(0.06..0.22),
            loss: within.loss,
        }
    }

    /// Whether it is silent at some moment, whoever asks.
    pub(super) fn is_silent(&self, until: Timestamp, at: Timestamp) -> bool {
        if at < self.since {
            return true;
        }
        match self.habit {
            Habit::Steady | Habit::Slowing => false,
            Habit::Silent => true,
            Habit::DownSince(since) => at >= since,
            // Shifted, so that it answers when the past ends and for some minutes after it.
            Habit::Flapping(since) => {
                at >= since && (at.0 - until.0 + FLAP / 3).div_euclid(FLAP).rem_euclid(2) == 1
            }
            Habit::Nightly(begin, length) => {
                (begin..begin + length).contains(&at.0.rem_euclid(DAY))
            }
            Habit::Visiting(begin, length) => {
                (begin..begin + length).contains(&(at.0 - until.0).rem_euclid(DAY))
            }
        }
    }

    /// Whether nobody can ask it at some moment: the link is gone.
    pub(super) fn is_cut_off(&self, until: Timestamp, at: Timestamp) -> bool {
        let (before, length) = LINK_GONE;
        let begin = until.0 - before;
        self.block == BEHIND_LINK && (begin..begin + length).contains(&at.0)
    }

    /// By how much it is slower than on a quiet day, for reasons of its own.
    pub(super) fn slowness(&self, until: Timestamp, at: Timestamp) -> f64 {
        if self.habit != Habit::Slowing {
            return 1.0;
        }
        let passed = at.since(until.minus(PAST)).as_secs_f64() / PAST.as_secs_f64();
        1.0 + 9.0 * passed.min(1.0).powi(2)
    }
}

fn since(until: Timestamp, block: usize, number: u16) -> Timestamp {
    match (block, number) {
        (OFFICE, 187) => until.minus(Duration::from_mins(6 * 60 + 20)),
        (CAMERAS, 84) => until.minus(Duration::from_hours(4 * 24 + 7)),
        _ => Timestamp(0),
    }
}

fn habit(until: Timestamp, block: usize, number: u16, chance: &mut StdRng) -> Habit {
    match (block, number) {
        (SERVERS, 61) => Habit::DownSince(until.minus(Duration::from_mins((3 * 24 + 4) * 60 + 12))),
        (OFFICE, 10) => Habit::DownSince(until.minus(Duration::from_mins(5 * 60 + 3))),
        (CAMERAS, 16) => Habit::DownSince(until.minus(Duration::from_mins(26))),
        (CAMERAS, 21) => Habit::Flapping(until.minus(Duration::from_mins(58))),
        (SERVERS, 42) => Habit::Slowing,
        (SERVERS, 62) => Habit::Nightly(2 * HOUR + 10 * 60_000, 34 * 60_000),
        (SERVERS, 200) => Habit::Silent,
        (GUESTS, 101..) => Habit::Visiting(
            chance.random_range(2 * HOUR..10 * HOUR),
            chance.random_range(4 * HOUR..10 * HOUR),
        ),
        _ => Habit::Steady,
    }
}
