//! The end of a round: what its silence is worth, and the report.

use std::collections::{BTreeSet, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::probe::{Disturbance, Unsent};
use tokio::sync::oneshot;

use super::{CURRENT, Prober};
use crate::probe::RoundReport;
use crate::probe::clock::Nanos;
use crate::probe::flight::Flight;
use crate::probe::paths::Paths;

/// Slept longer than this, the machine was suspended.
const ASLEEP: Nanos = 500_000_000;

/// A flight with what its report needs.
pub(super) struct Airborne {
    pub(super) flight: Flight,
    report: oneshot::Sender<RoundReport>,
    /// Routes when the round started.
    paths: Arc<Paths>,
    /// Networks that were out of reach at some moment of the round.
    lost: BTreeSet<String>,
    /// The counters when the round started.
    before: Losses,
}

/// Counters of what this machine lost by itself: they differ between two moments when something was lost between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Losses {
    /// Packets that did not fit a receive buffer.
    pub(super) drops: u32,
    /// Requests the kernel had no room for.
    pub(super) crowdings: u32,
    /// Time the machine was suspended, which no reply outlives.
    pub(super) slept: Nanos,
}

impl Airborne {
    pub(super) fn new(
        flight: Flight,
        report: oneshot::Sender<RoundReport>,
        paths: &Arc<Paths>,
        before: Losses,
    ) -> Self {
        let mut airborne = Self {
            flight,
            report,
            lost: BTreeSet::new(),
            before,
            paths: Arc::clone(paths),
        };
        airborne.compare(paths);
        airborne
    }

    /// Notes the networks that have been lost since the round started.
    pub(super) fn compare(&mut self, now: &Paths) {
        self.lost
            .extend(self.paths.lost_in(now).map(ToOwned::to_owned));
    }

    /// Why the silence of `ip` proves nothing.
    fn doubt(&self, now: Losses, ip: IpAddr) -> Option<Unsent> {
        let crowded = now.crowdings != self.before.crowdings;
        let path = if crowded || !self.lost.is_empty() {
            self.paths.find(ip)
        } else {
            None
        };
        let disturbance = Disturbance {
            overflowed: self.overflowed(now),
            // Two clocks are read one after the other, so a difference alone says nothing.
            slept: now.slept.saturating_sub(self.before.slept) > ASLEEP,
            link_down: path.is_some_and(|path| self.lost.contains(&path.network)),
            // An entry of the table may have been lost to others.
            crowded: crowded && path.is_some_and(|path| path.attached),
        };
        disturbance.doubt()
    }

    /// Not `>`: a socket that was opened again counts from zero, and then nothing is known either.
    fn overflowed(&self, now: Losses) -> bool {
        now.drops != self.before.drops
    }
}

impl Prober {
    /// Reports the rounds that are over.
    pub(super) fn land(&mut self) {
        if !self.flights.iter().any(|air| air.flight.is_finished()) {
            return;
        }
        let now = self.clock.now();
        self.look_around(now, CURRENT);
        let losses = self.losses();
        let (over, flying): (VecDeque<_>, _) = std::mem::take(&mut self.flights)
            .into_iter()
            .partition(|air| air.flight.is_finished());
        self.flights = flying;
        for airborne in over {
            for (ip, answered) in airborne.flight.neighbours() {
                self.neighbours.learn(ip, answered);
            }
            let observations = airborne
                .flight
                .observations(|ip| airborne.doubt(losses, ip));
            let elapsed = now.saturating_sub(airborne.flight.started());
            let report = RoundReport {
                observations,
                overflowed: airborne.overflowed(losses),
                elapsed: Duration::from_nanos(elapsed),
            };
            // Nobody waits for a round that was recalled.
            let _ = airborne.report.send(report);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::Round;
    use crate::probe::flight::Lane;

    const NOTHING: Losses = Losses {
        drops: 0,
        crowdings: 0,
        slept: 7_000,
    };

    fn airborne() -> Airborne {
        let round = Round {
            addresses: Vec::new(),
            attempts: 1,
            timeout: Duration::ZERO,
            spacing: Duration::ZERO,
        };
        let flight = Flight::new(1, &round, 0, |_| Lane::Paced);
        Airborne::new(flight, oneshot::channel().0, &Arc::default(), NOTHING)
    }

    #[test]
    fn silence_is_doubted_when_this_machine_lost_something() {
        let airborne = airborne();
        let ip = IpAddr::from([192, 0, 2, 1]);
        let (dropped, slept, jitter) = (
            Losses {
                drops: 1,
                ..NOTHING
            },
            Losses {
                slept: NOTHING.slept + 2 * ASLEEP,
                ..NOTHING
            },
            Losses {
                slept: NOTHING.slept + 300,
                ..NOTHING
            },
        );
        assert_eq!(airborne.doubt(NOTHING, ip), None);
        assert_eq!(airborne.doubt(jitter, ip), None);
        assert_eq!(airborne.doubt(dropped, ip), Some(Unsent::Overflow));
        assert_eq!(airborne.doubt(slept, ip), Some(Unsent::Other));
    }

    #[test]
    fn a_full_neighbour_table_does_not_discredit_routed_addresses() {
        let crowded = Losses {
            crowdings: 1,
            ..NOTHING
        };
        assert_eq!(
            airborne().doubt(crowded, IpAddr::from([192, 0, 2, 1])),
            None
        );
    }
}
