//! A round in the air: who is still to be asked, who must answer until when, and what came of it.
//!
//! Pure bookkeeping on times that are passed in. Timeout and spacing are the same for a whole round, so both deadlines
//! are plain queues in order of time; only back-off after an error needs a heap.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::net::IpAddr;

use domain::probe::{Answer, Observation, Unsent};

use super::Round;
use super::clock::{Nanos, nanos};
use super::neighbours::ENTRY_LIFE;
use super::pacer::Pacer;

/// Tries of one request against passing errors: with doubled pauses that is about three seconds.
const TRIES: u8 = 7;
const FIRST_PAUSE: Nanos = 50_000_000;
const MOST_ATTEMPTS: u8 = 3;

/// A round under way.
#[derive(Debug)]
pub(super) struct Flight {
    id: u32,
    started: Nanos,
    attempts: u8,
    timeout: Nanos,
    spacing: Nanos,
    targets: Vec<Target>,
    unsettled: usize,
    /// Targets to ask for the first time.
    fresh: VecDeque<u32>,
    /// Targets that need a new entry in the neighbour table first.
    paced: VecDeque<u32>,
    /// Targets to ask again unless they answer before.
    again: VecDeque<(Nanos, u32)>,
    /// Targets that are silent unless they answer before.
    last: VecDeque<(Nanos, u32)>,
    /// Targets whose request the kernel refused for the moment.
    paused: BinaryHeap<Reverse<(Nanos, u32)>>,
}

#[derive(Debug)]
struct Target {
    ip: IpAddr,
    sent_at: Nanos,
    sent: u8,
    tries: u8,
    attached: bool,
    outcome: Option<Answer>,
    lost: u8,
}

/// How a target is asked, decided when the round starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// As fast as the process-wide pace allows.
    Open { attached: bool },
    /// Only as fast as the neighbour table allows.
    Paced,
    /// Not at all.
    Closed(Unsent),
}

/// One request to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) flight: u32,
    pub(super) index: u32,
    pub(super) attempt: u8,
    pub(super) ip: IpAddr,
}

impl Flight {
    pub(super) fn new(
        id: u32,
        round: &Round,
        now: Nanos,
        mut lane: impl FnMut(IpAddr) -> Lane,
    ) -> Self {
        let mut flight = Self {
            id,
            started: now,
            attempts: round.attempts.clamp(1, MOST_ATTEMPTS),
            timeout: nanos(round.timeout),
            spacing: nanos(round.spacing),
            targets: Vec::with_capacity(round.addresses.len()),
            unsettled: round.addresses.len(),
            fresh: VecDeque::new(),
            paced: VecDeque::new(),
            again: VecDeque::new(),
            last: VecDeque::new(),
            paused: BinaryHeap::new(),
        };
        for (index, &ip) in (0_u32..).zip(&round.addresses) {
            let lane = lane(ip);
            flight.targets.push(Target {
                ip,
                sent_at: 0,
                sent: 0,
                tries: 0,
                attached: matches!(lane, Lane::Paced | Lane::Open { attached: true }),
                outcome: None,
                lost: 0,
            });
            match lane {
                Lane::Open { .. } => flight.fresh.push_back(index),
                Lane::Paced => flight.paced.push_back(index),
                Lane::Closed(reason) => flight.fail(index, reason),
            }
        }
        flight
    }

    pub(super) fn id(&self) -> u32 {
        self.id
    }

    pub(super) fn started(&self) -> Nanos {
        self.started
    }

    pub(super) fn is_finished(&self) -> bool {
        self.unsettled == 0
    }

    /// The next request that may leave now; `neighbours` yields a token for each new entry in the neighbour table.
    pub(super) fn next(&mut self, now: Nanos, neighbours: &mut Pacer) -> Option<Request> {
        loop {
            let index = if let Some(&Reverse((due, index))) = self.paused.peek()
                && due <= now
            {
                self.paused.pop();
                index
            } else if let Some(&(due, index)) = self.again.front()
                && due <= now
            {
                self.again.pop_front();
                let target = self.target(index)?;
                if target.attached && now.saturating_sub(target.sent_at) > ENTRY_LIFE {
                    self.paced.push_back(index);
                    continue;
                }
                index
            } else if let Some(index) = self.fresh.pop_front() {
                index
            } else if !self.paced.is_empty() && neighbours.available(now) > 0 {
                neighbours.take(1);
                self.paced.pop_front()?
            } else {
                return None;
            };
            let target = self.target(index)?;
            if target.outcome.is_none() {
                return Some(Request {
                    flight: self.id,
                    index,
                    attempt: target.sent + 1,
                    ip: target.ip,
                });
            }
        }
    }

    /// Whether a request waits for nothing but the pace.
    pub(super) fn is_ready(&self, now: Nanos) -> bool {
        let due = |front: Option<Nanos>| front.is_some_and(|due| due <= now);
        !self.fresh.is_empty()
            || due(self.paused.peek().map(|entry| entry.0.0))
            || due(self.again.front().map(|entry| entry.0))
    }

    /// When something happens next without a reply, readiness aside.
    pub(super) fn next_due(&mut self, now: Nanos, neighbours: &Pacer) -> Option<Nanos> {
        // Answered targets at the front would only cause idle wake-ups.
        while let Some(&(_, index)) = self.again.front()
            && self.is_settled(index)
        {
            self.again.pop_front();
        }
        while let Some(&(_, index)) = self.last.front()
            && self.is_settled(index)
        {
            self.last.pop_front();
        }
        let paced = (!self.paced.is_empty()).then(|| neighbours.ready_at(now));
        let paused = self.paused.peek().map(|entry| entry.0.0);
        let again = self.again.front().map(|entry| entry.0);
        let last = self.last.front().map(|entry| entry.0);
        [paced, paused, again, last].into_iter().flatten().min()
    }

    /// The request left at `now`.
    pub(super) fn sent(&mut self, request: Request, now: Nanos) {
        let (attempts, spacing, timeout) = (self.attempts, self.spacing, self.timeout);
        let Some(target) = self.target_mut(request.index) else {
            return;
        };
        target.sent = request.attempt;
        target.sent_at = now;
        target.tries = 0;
        if target.sent < attempts {
            self.again
                .push_back((now.saturating_add(spacing), request.index));
        } else {
            self.last
                .push_back((now.saturating_add(timeout), request.index));
        }
    }

    /// The request did not leave, for no fault of its own: it is next in line.
    pub(super) fn held_back(&mut self, request: Request) {
        self.fresh.push_front(request.index);
    }

    /// The kernel refused the request for a reason that may pass.
    pub(super) fn refused(&mut self, request: Request, reason: Unsent, now: Nanos) {
        let Some(target) = self.target_mut(request.index) else {
            return;
        };
        target.tries += 1;
        if target.tries >= TRIES {
            self.fail(request.index, reason);
        } else {
            let pause = FIRST_PAUSE << (target.tries - 1);
            self.paused
                .push(Reverse((now.saturating_add(pause), request.index)));
        }
    }

    /// Nothing can be known about the target in this round.
    pub(super) fn fail(&mut self, index: u32, reason: Unsent) {
        self.settle(index, Answer::Unsent(reason));
    }

    /// A reply to request `attempt`, sent and received at these times. Duplicates and late replies change nothing.
    pub(super) fn replied(
        &mut self,
        index: u32,
        attempt: u8,
        source: IpAddr,
        sent: Nanos,
        received: Nanos,
    ) {
        let elapsed = received.saturating_sub(sent);
        if elapsed > self.timeout {
            return;
        }
        let Some(target) = self.target_mut(index) else {
            return;
        };
        if target.ip != source || target.outcome.is_some() {
            return;
        }
        target.lost = attempt.saturating_sub(1);
        let rtt_us = u32::try_from(elapsed / 1_000).unwrap_or(u32::MAX).max(1);
        self.settle(index, Answer::Reply { rtt_us });
    }

    /// Declares silent whose last request went unanswered until `now`. Replies that came by then must be in already.
    pub(super) fn expire(&mut self, now: Nanos) {
        while let Some(&(due, index)) = self.last.front()
            && due <= now
        {
            self.last.pop_front();
            if let Some(target) = self.target_mut(index)
                && target.outcome.is_none()
            {
                target.lost = target.sent;
                self.settle(index, Answer::Silence);
            }
        }
    }

    /// Ends the round now.
    pub(super) fn cancel(&mut self, reason: Unsent) {
        for index in (0_u32..).take(self.targets.len()) {
            if !self.is_settled(index) {
                self.fail(index, reason);
            }
        }
    }

    /// What the round learnt. `doubt` names a reason why the silence of an address proves nothing.
    pub(super) fn observations(
        &self,
        doubt: impl Fn(IpAddr) -> Option<Unsent>,
    ) -> Vec<Observation> {
        let observe = |target: &Target| Observation {
            ip: target.ip,
            answer: match target.outcome {
                Some(Answer::Silence) => doubt(target.ip).map_or(Answer::Silence, Answer::Unsent),
                Some(answer) => answer,
                None => Answer::Unsent(Unsent::Cancelled),
            },
            lost: target.lost,
        };
        self.targets.iter().map(observe).collect()
    }

    /// Attached addresses that were asked, and whether they answered.
    pub(super) fn neighbours(&self) -> impl Iterator<Item = (IpAddr, bool)> + '_ {
        let asked = |target: &&Target| target.attached && target.sent > 0;
        self.targets.iter().filter(asked).map(|target| {
            let answered = matches!(target.outcome, Some(Answer::Reply { .. }));
            (target.ip, answered)
        })
    }

    fn settle(&mut self, index: u32, answer: Answer) {
        if let Some(target) = self.target_mut(index)
            && target.outcome.is_none()
        {
            target.outcome = Some(answer);
            self.unsettled -= 1;
        }
    }

    fn is_settled(&self, index: u32) -> bool {
        self.target(index)
            .is_none_or(|target| target.outcome.is_some())
    }

    fn target(&self, index: u32) -> Option<&Target> {
        self.targets.get(usize::try_from(index).ok()?)
    }

    fn target_mut(&mut self, index: u32) -> Option<&mut Target> {
        self.targets.get_mut(usize::try_from(index).ok()?)
    }
}

#[cfg(test)]
mod tests;
