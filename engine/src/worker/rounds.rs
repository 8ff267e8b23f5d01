//! Pings the known hosts of each subnet, every interval; a suspect host again after five seconds.

use super::{
    rota::{Rota, next_turn},
    supervisor::Worker,
};
use crate::{
    Engine,
    ops::history::{self, Recorded},
    probe::Round,
};
use domain::{status::SUSPECT_AFTER, subnet::SubnetId};
use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    time::Duration,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often the schedule is looked at.
const TICK: Duration = Duration::from_millis(500);
/// Between two echo requests to one host in one round.
const SPACING: Duration = Duration::from_secs(1);

pub(super) struct Rounds {
    engine: Engine,
    turns: HashMap<SubnetId, Instant>,
    /// When a subnet's suspects are asked again.
    suspects: HashMap<SubnetId, Instant>,
    rota: Rota<Recorded>,
}

impl Rounds {
    pub(super) fn new(engine: Engine) -> Self {
        Self {
            engine,
            turns: HashMap::new(),
            suspects: HashMap::new(),
            rota: Rota::new(),
        }
    }

    /// What is due now, and whether it is a whole round.
    fn due(&mut self, now: Instant) -> Vec<(SubnetId, Vec<IpAddr>, bool)> {
        let asked = self.engine.triggers.take_rounds();
        let board = self.engine.board();
        self.turns.retain(|id, _| board.rules(*id).is_some());
        self.suspects.retain(|id, _| board.rules(*id).is_some());
        let mut due = Vec::new();
        let mut postponed = HashSet::new();
        for (id, rules) in board.subnets().filter(|(_, rules)| rules.ping) {
            let first = now
                + rules
                    .interval
                    .mul_f64(rand::random_range(0.0..0.1))
                    .min(Duration::from_secs(3));
            let turn = self.turns.entry(id).or_insert(first);
            // A shorter interval holds at once.
            *turn = (*turn).min(now + rules.interval.mul_f64(1.05));
            let whole = asked.contains(&id) || (self.engine.settings.scheduler && now >= *turn);
            let again = self.suspects.get(&id).is_some_and(|at| now >= *at);
            if !whole && !again {
                continue;
            }
            if self.rota.is_busy(id) {
                if asked.contains(&id) {
                    postponed.insert(id);
                }
                continue;
            }
            if whole {
                *turn = next_turn(now, rules.interval);
            }
            self.suspects.remove(&id);
            let addresses: Vec<IpAddr> = board
                .members(id)
                .filter(|(_, entry)| whole || entry.state.is_suspect())
                .map(|(ip, _)| ip)
                .collect();
            if !addresses.is_empty() {
                due.push((id, addresses, whole));
            }
        }
        drop(board);
        for id in postponed {
            self.engine.triggers.ask_round(id);
        }
        due
    }
}

impl Worker for Rounds {
    const NAME: &'static str = "ping known hosts";

    fn period(&self) -> Duration {
        TICK
    }

    async fn activate(&mut self, cancel: &CancellationToken) -> anyhow::Result<String> {
        for (id, addresses, whole) in self.due(Instant::now()) {
            self.rota.begin(
                id,
                round(self.engine.clone(), id, addresses, whole, cancel.clone()),
            );
        }
        let (mut total, mut failure) = (Recorded::default(), None);
        for (id, result) in self.rota.wait(Duration::ZERO).await {
            match result {
                Ok(recorded) => {
                    if recorded.suspects {
                        self.suspects.insert(id, Instant::now() + SUSPECT_AFTER);
                    }
                    total.asked += recorded.asked;
                    total.answered += recorded.answered;
                }
                Err(error) => {
                    failure = Some(error.context(format!("ping the hosts of subnet {}", id.0)));
                }
            }
        }
        if let Some(error) = failure {
            return Err(error);
        }
        Ok(if total.asked == 0 {
            String::new()
        } else {
            format!("{} of {} hosts answered", total.answered, total.asked)
        })
    }
}

async fn round(
    engine: Engine,
    id: SubnetId,
    addresses: Vec<IpAddr>,
    whole: bool,
    cancel: CancellationToken,
) -> anyhow::Result<Recorded> {
    let settings = &engine.settings;
    let round = Round {
        addresses,
        attempts: settings.ping_attempts,
        timeout: settings.ping_timeout,
        spacing: SPACING,
    };
    let report = engine.probes.ping.round(round, cancel).await;
    Ok(history::record(&engine, id, &report.observations, whole).await?)
}
