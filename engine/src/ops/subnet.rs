//! Subnets: add, read, change, delete, and the numbers beside them.

mod edit;
mod full;
mod numbers;
mod rows;

pub use edit::{create, delete, update};
pub use full::notice_full;
pub(super) use numbers::{publish, tree};
pub use rows::{allocate, free, page, rows};

use self::numbers::numbered;
use crate::{
    Caller, Engine, EngineSettings, Error, Result,
    board::Rules,
    store::{self, subnet::Documented},
};
use domain::{
    cidr,
    status::Thresholds,
    subnet::{Subnet, SubnetId},
    token::Scope,
};
use ipnetwork::IpNetwork;
use std::time::Duration;

const NOT_FOUND: Error = Error::NotFound { what: "subnet" };

/// What the rounds need to know of a subnet.
pub(crate) fn rules(subnet: &Documented, settings: &EngineSettings) -> Rules {
    Rules {
        cidr: subnet.cidr,
        ping: subnet.ping,
        discover: subnet.discover,
        port_scan: subnet.port_scan,
        interval: subnet
            .interval_seconds
            .map_or(settings.icmp_interval, |s| Duration::from_secs(s.into())),
        thresholds: Thresholds {
            down_after: subnet.down_after.unwrap_or(settings.down_after),
            up_after: settings.up_after,
        },
        swept_at: subnet.swept_at,
        uplink: subnet.uplink,
        trouble: None,
    }
}

async fn documented(engine: &Engine, id: SubnetId) -> Result<Documented> {
    store::subnet::find(engine.store.read(), id)
        .await?
        .ok_or(NOT_FOUND)
}

/// Every subnet in tree order.
pub async fn list(engine: &Engine, caller: &Caller) -> Result<Vec<Subnet>> {
    caller.require(Scope::Read)?;
    tree(engine).await
}

/// One subnet.
pub async fn find(engine: &Engine, caller: &Caller, id: SubnetId) -> Result<Subnet> {
    caller.require(Scope::Read)?;
    let subnet = documented(engine, id).await?;
    Ok(numbered(subnet, &engine.board(), engine.now()))
}

/// This machine's own networks that are not documented yet, to begin with.
pub async fn suggestions(engine: &Engine, caller: &Caller) -> Result<Vec<IpNetwork>> {
    caller.require(Scope::Read)?;
    let own = tokio::task::spawn_blocking(crate::probe::own_networks)
        .await
        .map_err(|e| Error::Internal(e.into()))?;
    let board = engine.board();
    Ok(own
        .into_iter()
        .filter(|block| board.around(*block).next().is_none())
        .collect())
}

/// Begins a sweep of one subnet now.
pub async fn sweep_now(
    engine: &Engine,
    caller: &Caller,
    id: SubnetId,
) -> Result<domain::live::SweepProgress> {
    caller.require(Scope::Scan)?;
    let subnet = documented(engine, id).await?;
    cidr::can_discover(subnet.cidr).map_err(|reason| Error::Conflict {
        detail: reason.into(),
    })?;
    engine.triggers.ask_sweep(id, engine.now())?;
    let total = u64::try_from(cidr::size(subnet.cidr).0).unwrap_or(u64::MAX);
    Ok(domain::live::SweepProgress {
        subnet_id: id,
        running: true,
        total,
        alive: None,
    })
}
