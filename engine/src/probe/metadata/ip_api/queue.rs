//! Who waits for an answer, and when the next request may be sent.

use super::{Failed, answer::Told};
use crate::probe::outward::Answer;
use domain::{scan::meter::Meter, time::Timestamp};
use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// Addresses of one request.
const BATCH: usize = 100;
/// Requests a minute that the service allows without a key, and what is polite with one.
const FREE: usize = 15;
const PAID: usize = 300;
/// Without a key, requests beyond the first few are spread, so that nobody waits for a minute.
const APART: Duration = Duration::from_secs(6);
const AT_ONCE: u32 = 5;
/// Failures in a row after which the service is left alone for a while.
const FAILURES: u32 = 3;
const ALONE: Duration = Duration::from_mins(1);
/// After a refusal of everything: bans last an hour.
const BANNED: Duration = Duration::from_hours(1);
/// Least seconds to wait after so many refusals in a row, whatever the service says: who goes on asking is banned.
const REFUSALS: [u32; 4] = [0, 0, 120, 600];

struct State {
    meter: Meter,
    /// When the next request would be due if all were spread.
    due: Timestamp,
    order: VecDeque<IpAddr>,
    waiting: HashMap<IpAddr, watch::Sender<Option<Told>>>,
    /// Until when nobody is asked, and why.
    shut: Option<(Timestamp, String)>,
    failures: u32,
    refusals: usize,
}

pub(super) struct Queue {
    state: Mutex<State>,
    apart: Duration,
}

/// Addresses that are being asked for. Dropped without an answer, those who wait for them ask anew.
pub(super) struct Ticket<'a> {
    queue: &'a Queue,
    addresses: Vec<IpAddr>,
}

impl Ticket<'_> {
    pub(super) fn addresses(&self) -> &[IpAddr] {
        &self.addresses
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut state = self.queue.state();
        for ip in &self.addresses {
            state.waiting.remove(ip);
        }
    }
}

impl Queue {
    pub(super) fn new(is_free: bool) -> Self {
        let state = State {
            meter: Meter::new(if is_free { FREE } else { PAID }),
            due: Timestamp::default(),
            order: VecDeque::new(),
            waiting: HashMap::new(),
            shut: None,
            failures: 0,
            refusals: 0,
        };
        Self {
            state: Mutex::new(state),
            apart: if is_free { APART } else { Duration::ZERO },
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why nobody is asked now.
    pub(super) fn trouble(&self, now: Timestamp) -> Option<String> {
        let state = self.state();
        let (_, why) = state.shut.as_ref().filter(|(until, _)| *until > now)?;
        Some(why.clone())
    }

    /// Waits for what is told of an address, with all who wait for it already. An error: nobody is asked now.
    pub(super) fn join(
        &self,
        ip: IpAddr,
        now: Timestamp,
    ) -> Result<watch::Receiver<Option<Told>>, String> {
        if let Some(why) = self.trouble(now) {
            return Err(why);
        }
        let mut state = self.state();
        if let Some(answer) = state.waiting.get(&ip) {
            return Ok(answer.subscribe());
        }
        let (tell, answer) = watch::channel(None);
        state.waiting.insert(ip, tell);
        state.order.push_back(ip);
        Ok(answer)
    }

    /// Whether a request may be sent now, or how long to wait before asking again. Takes nothing.
    pub(super) fn leave(&self, now: Timestamp) -> Result<(), Duration> {
        let state = self.state();
        let spread = state.due.minus(self.apart * (AT_ONCE - 1)).since(now);
        if !spread.is_zero() {
            return Err(spread);
        }
        // Of a copy: leave is taken when something is sent.
        state.meter.clone().take(now)
    }

    /// The addresses of the next request; none when nobody waits any more. It is sent, and counts.
    pub(super) fn take(&self, now: Timestamp) -> Option<Ticket<'_>> {
        let mut state = self.state();
        let mut addresses = Vec::new();
        while addresses.len() < BATCH
            && let Some(ip) = state.order.pop_front()
        {
            let is_wanted = |tell: &watch::Sender<_>| tell.receiver_count() > 0;
            if state.waiting.get(&ip).is_some_and(is_wanted) {
                addresses.push(ip);
            } else {
                state.waiting.remove(&ip);
            }
        }
        if addresses.is_empty() || state.meter.take(now).is_err() {
            // Leave was there a moment ago, and nobody else takes it.
            state.order.extend(addresses);
            return None;
        }
        state.due = state.due.max(now).plus(self.apart);
        Some(Ticket {
            queue: self,
            addresses,
        })
    }

    /// Notes what an answer says of the service's window.
    pub(super) fn note(&self, answer: &Answer, now: Timestamp) {
        let (left, seconds) = (answer.number("x-rl"), answer.number("x-ttl"));
        self.state().meter.note(now, left, seconds);
    }

    /// Tells everybody what came of a request; what was refused for its number waits on.
    pub(super) fn settle(
        &self,
        mut ticket: Ticket<'_>,
        outcome: Result<Vec<(IpAddr, Told)>, Failed>,
        now: Timestamp,
    ) {
        let mut state = self.state();
        let why = match outcome {
            Ok(told) => {
                (state.failures, state.refusals) = (0, 0);
                let mut told: HashMap<IpAddr, Told> = told.into_iter().collect();
                for ip in &ticket.addresses {
                    let silent = || Err("it did not answer for this address".into());
                    state.tell(*ip, told.remove(ip).unwrap_or_else(silent));
                }
                None
            }
            Err(Failed::TooMany(seconds)) => {
                let least = REFUSALS[state.refusals.min(REFUSALS.len() - 1)];
                state.refusals += 1;
                let seconds = seconds.unwrap_or(60).max(least);
                state.meter.refused(now, Some(seconds));
                for ip in ticket.addresses.drain(..).rev() {
                    state.order.push_front(ip);
                }
                None
            }
            Err(failed @ Failed::Refused(_)) => {
                let why = format!("{failed}; it is asked again after an hour");
                state.shut(now.plus(BANNED), &why);
                Some(why)
            }
            Err(failed) => {
                state.failures += 1;
                if state.failures >= FAILURES {
                    let why = format!("{failed}; it is left alone for a minute");
                    state.shut(now.plus(ALONE), &why);
                }
                Some(failed.to_string())
            }
        };
        for ip in why.iter().flat_map(|_| &ticket.addresses) {
            state.tell(*ip, Err(why.clone().unwrap_or_default()));
        }
        // Before the ticket, which locks it.
        drop(state);
    }
}

impl State {
    /// Nobody is asked until then; who waits is told.
    fn shut(&mut self, until: Timestamp, why: &str) {
        self.shut = Some((until, why.to_owned()));
        self.order.clear();
        for (_, tell) in self.waiting.drain() {
            tell.send_replace(Some(Err(why.to_owned())));
        }
    }

    fn tell(&mut self, ip: IpAddr, told: Told) {
        if let Some(tell) = self.waiting.remove(&ip) {
            tell.send_replace(Some(told));
        }
    }
}
