//! The last 24 hours of every host in memory, in quarters of an hour of two bytes: sparklines and strips come from here.
//!
//! The order in which rounds are noted does not matter, and noting one twice changes nothing; so what is filled from the
//! database at the start is what was there before.

use domain::{
    history::{BUCKET, BUCKETS, Bucket},
    host::HostId,
    sample::Sample,
    time::Timestamp,
};
use std::collections::HashMap;

/// The last 24 hours of every host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ring {
    tracks: HashMap<HostId, Track>,
}

/// The buckets of one host: number `n` is at `n % BUCKETS`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Track {
    newest: i64,
    cells: Box<[[u8; 2]; BUCKETS]>,
}

const SPAN: i64 = BUCKETS.cast_signed() as i64;

fn number(at: Timestamp) -> i64 {
    let bucket = i64::try_from(BUCKET.as_millis()).unwrap_or(i64::MAX);
    at.0.div_euclid(bucket)
}

fn place(number: i64) -> usize {
    usize::try_from(number.rem_euclid(SPAN)).unwrap_or(0)
}

/// When the oldest bucket that is shown at `now` begins.
pub fn start(now: Timestamp) -> Timestamp {
    let bucket = i64::try_from(BUCKET.as_millis()).unwrap_or(i64::MAX);
    Timestamp((number(now) - SPAN + 1).saturating_mul(bucket))
}

impl Ring {
    /// Takes one round of a host in.
    pub fn note(&mut self, id: HostId, at: Timestamp, sample: Sample) {
        if sample == Sample::NOT_ASKED {
            return;
        }
        let number = number(at);
        let track = self.tracks.entry(id).or_insert_with(|| Track {
            newest: number,
            cells: Box::new([[0; 2]; BUCKETS]),
        });
        if number <= track.newest - SPAN {
            // The clock was a day ahead and is right again: what it noted then is still to come.
            (track.newest, *track.cells) = (number, [[0; 2]; BUCKETS]);
        }
        if number > track.newest {
            let stale = (track.newest + 1).max(number - SPAN + 1)..=number;
            for stale in stale {
                track.cells[place(stale)] = [0; 2];
            }
            track.newest = number;
        }
        if number > track.newest - SPAN {
            let cell = &mut track.cells[place(number)];
            *cell = Bucket::of_bytes(*cell).with(sample).bytes();
        }
    }

    /// Forgets the hosts that do not fit.
    pub fn retain(&mut self, fits: impl Fn(HostId) -> bool) {
        self.tracks.retain(|id, _| fits(*id));
    }

    /// Forgets a host.
    pub fn remove(&mut self, id: HostId) {
        self.tracks.remove(&id);
    }

    /// The buckets of a host up to `now`, oldest first.
    pub fn buckets(&self, id: HostId, now: Timestamp) -> impl Iterator<Item = Bucket> + '_ {
        let track = self.tracks.get(&id);
        let last = number(now);
        (last - SPAN + 1..=last).map(move |n| {
            track
                .filter(|t| n <= t.newest && n > t.newest - SPAN)
                .map(|t| Bucket::of_bytes(t.cells[place(n)]))
                .unwrap_or_default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const ID: HostId = HostId(7);

    fn shown(ring: &Ring, now: Timestamp) -> Vec<(usize, Bucket)> {
        let buckets = ring.buckets(ID, now).enumerate();
        buckets.filter(|(_, b)| *b != Bucket::default()).collect()
    }

    #[test]
    fn a_round_is_shown_for_a_day_and_then_no_more() {
        let mut ring = Ring::default();
        let sample = Sample::reply(500, 0);
        ring.note(ID, NOW, sample);
        let bucket = Bucket::default().with(sample);
        assert_eq!(shown(&ring, NOW), [(95, bucket)]);
        assert_eq!(shown(&ring, NOW.plus(BUCKET * 95)), [(0, bucket)]);
        assert_eq!(shown(&ring, NOW.plus(BUCKET * 96)), []);
    }

    #[test]
    fn what_is_older_than_a_day_makes_room() {
        let mut ring = Ring::default();
        ring.note(ID, NOW, Sample::SILENCE);
        ring.note(ID, NOW.plus(BUCKET * 96), Sample::reply(9, 0));
        let later = NOW.plus(BUCKET * 96);
        assert_eq!(
            shown(&ring, later),
            [(95, Bucket::default().with(Sample::reply(9, 0)))]
        );
        ring.note(ID, NOW.plus(Duration::from_hours(1_000)), Sample::SILENCE);
        assert_eq!(shown(&ring, NOW.plus(Duration::from_hours(1_000))).len(), 1);
    }

    #[test]
    fn a_clock_that_was_days_ahead_and_is_right_again_begins_anew() {
        let mut ring = Ring::default();
        ring.note(ID, NOW.plus(Duration::from_hours(72)), Sample::SILENCE);
        ring.note(ID, NOW, Sample::reply(9, 0));
        let bucket = Bucket::default().with(Sample::reply(9, 0));
        assert_eq!(shown(&ring, NOW), [(95, bucket)]);
    }

    #[test]
    fn the_order_of_rounds_does_not_matter() {
        let rounds: Vec<_> = (0..200_u32)
            .map(|n| {
                (
                    NOW.plus(BUCKET * (n * 37 % 150) / 2),
                    Sample::reply(n + 1, 0),
                )
            })
            .collect();
        let (mut there, mut back) = (Ring::default(), Ring::default());
        for (at, sample) in &rounds {
            there.note(ID, *at, *sample);
        }
        for (at, sample) in rounds.iter().rev() {
            back.note(ID, *at, *sample);
            back.note(ID, *at, *sample);
        }
        let now = NOW.plus(BUCKET * 75);
        assert_eq!(shown(&there, now), shown(&back, now));
    }

    #[test]
    fn a_clock_that_steps_back_shows_nothing_of_the_future() {
        let mut ring = Ring::default();
        ring.note(ID, NOW, Sample::SILENCE);
        let before = NOW.minus(Duration::from_hours(1));
        assert_eq!(shown(&ring, before), []);
        ring.note(ID, before, Sample::reply(5, 0));
        assert_eq!(shown(&ring, before).len(), 1);
        assert_eq!(shown(&ring, NOW).len(), 2);
    }
}
