//! The numbers beside a subnet: how full it is, and where it stands in the tree.

use crate::{
    Engine, Result,
    board::Board,
    store::{self, subnet::Documented},
};
use domain::{
    cidr,
    live::LiveEvent,
    subnet::{Subnet, SubnetId, utilisation},
    time::Timestamp,
};
use ipnetwork::IpNetwork;

/// The subnet with its numbers.
pub(super) fn numbered(subnet: Documented, board: &Board, now: Timestamp) -> Subnet {
    let parent_id = board.parent(subnet.cidr);
    placed(subnet, parent_id, board, now)
}

fn placed(
    subnet: Documented,
    parent_id: Option<SubnetId>,
    board: &Board,
    now: Timestamp,
) -> Subnet {
    let size = cidr::size(subnet.cidr);
    let counts = board.count(Some(subnet.cidr), now);
    // An archived host is on no list, so it is nobody's uplink.
    let uplink = subnet
        .uplink
        .and_then(|id| board.locate(id))
        .map(|(ip, _)| ip);
    Subnet {
        id: subnet.id,
        cidr: subnet.cidr,
        parent_id,
        name: subnet.name,
        notes: subnet.notes,
        tags: subnet.tags,
        ping: subnet.ping,
        discover: subnet.discover,
        port_scan: subnet.port_scan,
        interval_seconds: subnet.interval_seconds,
        down_after: subnet.down_after,
        size,
        used: counts.total,
        alive: counts.up,
        down: counts.down,
        unknown: counts.unknown,
        utilisation: utilisation(counts.total, size),
        swept_at: board
            .rules(subnet.id)
            .and_then(|r| r.swept_at)
            .or(subnet.swept_at),
        created_at: subnet.created_at,
        version: subnet.version,
        uplink_host_id: subnet.uplink.filter(|_| uplink.is_some()),
        uplink_ip: uplink,
    }
}

/// Every subnet in tree order: by address, a parent before what it contains.
pub(crate) async fn tree(engine: &Engine) -> Result<Vec<Subnet>> {
    let mut subnets = store::subnet::list(engine.store.read()).await?;
    subnets.sort_by_key(|s| (s.cidr.network(), s.cidr.prefix()));
    let (board, now) = (engine.board(), engine.now());
    // In this order the subnets around the next one are the end of those that were passed.
    let mut around: Vec<(SubnetId, IpNetwork)> = Vec::new();
    let place = |subnet: Documented| {
        while around
            .pop_if(|(_, outer)| !cidr::is_inside(subnet.cidr, *outer))
            .is_some()
        {}
        let parent_id = around.last().map(|(id, _)| *id);
        around.push((subnet.id, subnet.cidr));
        placed(subnet, parent_id, &board, now)
    };
    Ok(subnets.into_iter().map(place).collect())
}

/// Tells the open pages a subnet's numbers, and those of the subnets around it.
pub(crate) async fn publish(engine: &Engine, id: SubnetId) -> Result<()> {
    let around: Vec<SubnetId> = {
        let board = engine.board();
        let block = board.rules(id).map(|r| r.cidr);
        block
            .map(|block| board.around(block).collect())
            .unwrap_or_default()
    };
    for id in around {
        if let Some(subnet) = store::subnet::find(engine.store.read(), id).await? {
            let subnet = numbered(subnet, &engine.board(), engine.now());
            engine.bus.publish(LiveEvent::Subnet(subnet));
        }
    }
    Ok(())
}
