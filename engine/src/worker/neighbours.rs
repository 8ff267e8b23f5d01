//! Looks at the kernel's neighbour table: what hardware the hosts are, and which IPv6 hosts there are.

use super::supervisor::Worker;
use crate::{Engine, ops::neighbour, probe::names::Neighbour};
use std::{collections::HashSet, net::IpAddr, time::Duration};
use tokio_util::sync::CancellationToken;

pub(super) struct Neighbours {
    engine: Engine,
    /// Addresses in the table that became hosts once. The kernel keeps some for long after their hosts have gone, and a
    /// host that somebody deletes shall not come back by that.
    offered: HashSet<IpAddr>,
}

impl Neighbours {
    pub(super) fn new(engine: Engine) -> Self {
        Self {
            engine,
            offered: HashSet::new(),
        }
    }
}

impl Worker for Neighbours {
    const NAME: &'static str = "read the neighbour table";

    fn period(&self) -> Duration {
        Duration::from_mins(1)
    }

    async fn activate(&mut self, _: &CancellationToken) -> anyhow::Result<String> {
        let engine = &self.engine;
        if !engine.settings.scheduler {
            return Ok(String::new());
        }
        let Some(table) = neighbour::read(engine).await? else {
            return Ok(String::new());
        };
        let changed = neighbour::record(engine, &table).await?;
        let present: HashSet<IpAddr> = table.iter().map(|it| it.ip).collect();
        self.offered.retain(|ip| present.contains(ip));
        let new: Vec<Neighbour> = {
            let board = engine.board();
            let known = table.iter().filter(|it| board.get(it.ip).is_some());
            self.offered.extend(known.map(|it| it.ip));
            let new = table
                .iter()
                .filter(|it| neighbour::is_discoverable(&board, it.ip));
            let new = new.filter(|it| !self.offered.contains(&it.ip));
            new.copied().collect()
        };
        let found = neighbour::discover(engine, &new).await?;
        Ok(match (changed, found) {
            (0, 0) => String::new(),
            _ => format!("{changed} hosts have another hardware address, {found} are new"),
        })
    }
}
