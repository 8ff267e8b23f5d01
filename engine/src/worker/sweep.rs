//! Looks for new hosts in whole subnets.

use super::{
    rota::{Rota, next_turn},
    supervisor::Worker,
};
use crate::{Engine, ops, probe::Round};
use domain::subnet::SubnetId;
use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    time::Duration,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often the schedule is looked at.
const TICK: Duration = Duration::from_millis(500);
/// Subnets swept at the same time; they share the one rate.
const AT_ONCE: usize = 16;
/// A sweep that could not be sent is tried again after this long.
const AGAIN: Duration = Duration::from_secs(30);
/// In subnets of at most this many addresses, each is asked twice.
const SMALL: usize = 4096;

pub(super) struct Sweep {
    engine: Engine,
    turns: HashMap<SubnetId, Instant>,
    asked: HashSet<SubnetId>,
    rota: Rota<(Option<usize>, usize)>,
}

impl Sweep {
    pub(super) fn new(engine: Engine) -> Self {
        Self {
            engine,
            turns: HashMap::new(),
            asked: HashSet::new(),
            rota: Rota::new(),
        }
    }

    fn due(&mut self, now: Instant) -> Vec<SubnetId> {
        self.asked.extend(self.engine.triggers.take_sweeps());
        let interval = self.engine.settings.sweep_interval;
        let (board, wall) = (self.engine.board(), self.engine.now());
        self.turns.retain(|id, _| board.rules(*id).is_some());
        self.asked.retain(|id| board.rules(*id).is_some());
        let mut due = Vec::new();
        for (id, rules) in board.subnets() {
            // A subnet that was never swept is swept at once; the others wait for the rest of their interval.
            let turn = *self.turns.entry(id).or_insert_with(|| {
                let left = |at| interval.saturating_sub(wall.since(at));
                now + rules.swept_at.map_or(Duration::ZERO, left)
            });
            let asked = self.asked.contains(&id);
            let by_schedule = rules.discover && self.engine.settings.scheduler && now >= turn;
            if (asked || by_schedule) && !self.rota.is_busy(id) {
                due.push((!asked, turn, id));
            }
        }
        // Who was asked for comes first, then who has waited longest: nobody starves.
        due.sort_unstable_by_key(|(unasked, turn, id)| (*unasked, *turn, id.0));
        let free = AT_ONCE.saturating_sub(self.rota.len());
        due.into_iter().take(free).map(|(_, _, id)| id).collect()
    }
}

impl Worker for Sweep {
    const NAME: &'static str = "discover hosts";

    fn period(&self) -> Duration {
        TICK
    }

    async fn activate(&mut self, cancel: &CancellationToken) -> anyhow::Result<String> {
        for id in self.due(Instant::now()) {
            let interval = self.engine.settings.sweep_interval;
            self.turns.insert(id, next_turn(Instant::now(), interval));
            self.asked.remove(&id);
            let targets = ops::sweep::targets(&self.engine, id);
            self.rota
                .begin(id, sweep(self.engine.clone(), id, targets, cancel.clone()));
        }
        let (mut report, mut failure) = (String::new(), None);
        for (id, result) in self.rota.wait(Duration::ZERO).await {
            match result {
                Ok((Some(new), asked)) => {
                    report = format!("{new} new hosts among {asked} addresses");
                }
                Ok((None, _)) => {
                    self.turns.insert(id, Instant::now() + AGAIN);
                    "a sweep could not be sent".clone_into(&mut report);
                }
                Err(error) => failure = Some(error.context(format!("sweep subnet {}", id.0))),
            }
        }
        failure.map_or(Ok(report), Err)
    }
}

async fn sweep(
    engine: Engine,
    id: SubnetId,
    addresses: Vec<IpAddr>,
    cancel: CancellationToken,
) -> anyhow::Result<(Option<usize>, usize)> {
    let asked = addresses.len();
    ops::sweep::begin(&engine, id, asked);
    let round = Round {
        addresses,
        attempts: if asked <= SMALL { 2 } else { 1 },
        timeout: engine.settings.ping_timeout,
        spacing: Duration::from_secs(1),
    };
    let report = engine.probes.ping.round(round, cancel.clone()).await;
    let recorded = if cancel.is_cancelled() {
        Ok(None)
    } else {
        ops::sweep::record(&engine, id, &report.observations).await
    };
    ops::sweep::end(
        &engine,
        id,
        asked,
        recorded.as_ref().ok().copied().flatten(),
    );
    Ok((recorded?, asked))
}
