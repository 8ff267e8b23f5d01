//! The prober's clock: monotonic nanoseconds, and the kernel's receive stamps brought onto it.

use std::time::{Duration, Instant};

use nix::sys::time::TimeSpec;
use nix::time::ClockId;

/// Nanoseconds since the prober started.
pub(super) type Nanos = u64;

/// A monotonic clock with its own zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    zero: Instant,
}

/// The monotonic and the wall clock, read at the same moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// Monotonic.
    pub(super) now: Nanos,
    /// Wall clock since 1970, in nanoseconds, because the kernel stamps packets with it.
    wall: i128,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self {
            zero: Instant::now(),
        }
    }

    pub(super) fn now(&self) -> Nanos {
        nanos(self.zero.elapsed())
    }

    /// How long the machine has slept since it was started, during which the monotonic clock stood still.
    pub(super) fn slept() -> Nanos {
        let read = |clock: ClockId| clock.now().map_or(0, |time| total_nanos(&time));
        let slept = read(ClockId::CLOCK_BOOTTIME) - read(ClockId::CLOCK_MONOTONIC);
        u64::try_from(slept).unwrap_or(0)
    }

    pub(super) fn reading(&self) -> Reading {
        let wall = ClockId::CLOCK_REALTIME
            .now()
            .map_or(0, |time| total_nanos(&time));
        Reading {
            now: self.now(),
            wall,
        }
    }
}

impl Reading {
    /// When the kernel received a packet it stamped with `stamp`, on the monotonic clock.
    ///
    /// Only the time the packet waited for us is measured on the wall clock. So a step of the wall clock between
    /// request and reply cannot bend a round-trip time.
    pub(super) fn arrival(&self, stamp: Option<TimeSpec>) -> Nanos {
        let waited = stamp.map_or(0, |stamp| self.wall - total_nanos(&stamp));
        self.now
            .saturating_sub(u64::try_from(waited.max(0)).unwrap_or(0))
    }
}

/// A duration in nanoseconds, capped at 584 years.
pub(super) fn nanos(duration: Duration) -> Nanos {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn total_nanos(time: &TimeSpec) -> i128 {
    i128::from(time.tv_sec()) * 1_000_000_000 + i128::from(time.tv_nsec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const READING: Reading = Reading {
        now: 5_000_000,
        wall: 1_000_000_000_000,
    };

    #[test]
    fn a_packet_that_waited_arrived_earlier() {
        let stamp = TimeSpec::new(999, 999_998_000);
        assert_eq!(READING.arrival(Some(stamp)), 5_000_000 - 2_000);
    }

    #[test]
    fn a_stamp_from_the_future_counts_as_now() {
        assert_eq!(READING.arrival(Some(TimeSpec::new(2_000, 0))), 5_000_000);
        assert_eq!(READING.arrival(None), 5_000_000);
    }
}
