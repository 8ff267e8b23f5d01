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
const AT_ONCE: usize = 4;
/// In subnets of at most this many addresses, each is asked twice.
const SMALL: usize = 4096;

pub(super) struct Sweep {
    engine: Engine,
    turns: HashMap<SubnetId, Instant>,
    asked: HashSet<SubnetId>,
    rota: Rota<(usize, usize)>,
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
        self.turns.retain(|id, _| board.rules.contains_key(id));
        self.asked.retain(|id| board.rules.contains_key(id));
        let mut due = Vec::new();
        for (id, rules) in &board.rules {
            // A subnet that was never swept is swept at once; the others wait for the rest of their interval.
            let turn = self.turns.entry(*id).or_insert_with(|| {
                now + rules
                    .swept_at
                    .map_or(Duration::ZERO, |at| interval.saturating_sub(wall.since(at)))
            });
            let asked = self.asked.contains(id);
            let by_schedule = rules.discover && self.engine.settings.scheduler && now >= *turn;
            if (!asked && !by_schedule)
                || self.rota.is_busy(*id)
                || self.rota.len() + due.len() >= AT_ONCE
            {
                continue;
            }
            *turn = next_turn(now, interval);
            self.asked.remove(id);
            due.push(*id);
        }
        due
    }
}

impl Worker for Sweep {
    const NAME: &'static str = "discover hosts";

    fn period(&self) -> Duration {
        TICK
    }

    async fn activate(&mut self, cancel: &CancellationToken) -> anyhow::Result<String> {
        for id in self.due(Instant::now()) {
            let targets = ops::sweep::targets(&self.engine, id);
            self.rota
                .begin(id, sweep(self.engine.clone(), id, targets, cancel.clone()));
        }
        let (mut report, mut failure) = (String::new(), None);
        for (id, result) in self.rota.wait(Duration::ZERO).await {
            match result {
                Ok((new, asked)) => report = format!("{new} new hosts among {asked} addresses"),
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
) -> anyhow::Result<(usize, usize)> {
    let asked = addresses.len();
    ops::sweep::begin(&engine, id, asked);
    let attempts = if asked <= SMALL { 2 } else { 1 };
    let round = Round {
        addresses,
        attempts,
        timeout: engine.settings.ping_timeout,
        spacing: Duration::from_secs(1),
    };
    let report = engine.ping.round(round, cancel.clone()).await;
    if cancel.is_cancelled() {
        return Ok((0, asked));
    }
    Ok((
        ops::sweep::record(&engine, id, &report.observations).await?,
        asked,
    ))
}
