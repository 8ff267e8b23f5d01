//! Sending: whose turn it is, and what becomes of a request the kernel refuses.

use domain::probe::Unsent;
use nix::errno::Errno;

use super::Prober;
use super::port::Port;
use crate::probe::clock::Nanos;
use crate::probe::fault::Fault;
use crate::probe::flight::{Flight, Request};
use crate::probe::packet::Tag;
use crate::probe::socket::Family;

/// A socket that was full this long is given up for the requests at hand.
const BLOCKED_TOO_LONG: Nanos = 10_000_000_000;

impl Prober {
    /// Sends what the pace allows, one request of each round in turn.
    pub(super) fn transmit(&mut self) {
        let mut allowed = self.pacer.available(self.clock.now());
        let mut barren = 0;
        while allowed > 0 && barren < self.flights.len() {
            let Some(mut airborne) = self.flights.pop_front() else {
                return;
            };
            let now = self.clock.now();
            let request = airborne.flight.next(now, self.neighbours.pacer());
            let mut goes_on = true;
            if let Some(request) = request {
                barren = 0;
                allowed -= 1;
                self.pacer.take(1);
                goes_on = self.send(&mut airborne.flight, request);
            } else {
                barren += 1;
            }
            self.flights.push_back(airborne);
            if !goes_on {
                return;
            }
        }
    }

    /// Sends one request; false when its socket is full.
    fn send(&mut self, flight: &mut Flight, request: Request) -> bool {
        let port = Port::of_mut(&mut self.ports, Family::of(request.ip));
        let Ok(wire) = &port.wire else {
            flight.fail(request.index, Unsent::NoPermission);
            return true;
        };
        let mut retried = false;
        loop {
            let sent = self.clock.now();
            let tag = Tag {
                flight: request.flight,
                index: request.index,
                attempt: request.attempt,
                sent,
            };
            let packet = self.sealer.request(tag, request.ip);
            let fault = match wire.send(&packet, request.ip) {
                Ok(()) => {
                    port.blocked_since = None;
                    flight.sent(request, sent);
                    return true;
                }
                Err(Errno::EINTR) => continue,
                Err(errno) => Fault::of(errno),
            };
            match fault {
                Fault::Blocked => {
                    let since = *port.blocked_since.get_or_insert(sent);
                    if sent.saturating_sub(since) > BLOCKED_TOO_LONG {
                        flight.fail(request.index, Unsent::BufferFull);
                        return true;
                    }
                    flight.held_back(request);
                    return false;
                }
                // The kernel may have kept this error from another address; returning it has cleared it.
                _ if !retried => retried = true,
                Fault::Passing(reason) => {
                    if reason == Unsent::BufferFull {
                        self.crowdings = self.crowdings.wrapping_add(1);
                    }
                    flight.refused(request, reason, sent);
                    return true;
                }
                Fault::Lasting(reason) => {
                    flight.fail(request.index, reason);
                    return true;
                }
            }
        }
    }
}
