//! Somebody is told once when few addresses of a subnet are left.

use crate::{
    Engine, Result,
    store::{self, event::NewEvent},
};
use domain::{event::EventKind, fullness, live::LiveEvent, subnet::SubnetId, time::Timestamp};
use ipnetwork::IpNetwork;
use std::collections::HashMap;

/// A subnet that has reached or left a level.
struct Change {
    id: SubnetId,
    block: IpNetwork,
    used: u64,
    before: u8,
    now: u8,
}

/// Looks how full every subnet is; returns of how many somebody is told.
pub async fn notice_full(engine: &Engine) -> Result<usize> {
    if changes(
        engine,
        &store::subnet::full_levels(engine.store.read()).await?,
    )
    .is_empty()
    {
        return Ok(0);
    }
    let write = engine.store.write().await?;
    let at = engine.now();
    let changes = changes(engine, &store::subnet::full_levels(&write.tx).await?);
    for change in &changes {
        store::subnet::told_full(&write.tx, change.id, change.now).await?;
    }
    let risen = changes.iter().filter(|change| change.now > change.before);
    let news: Vec<NewEvent> = risen.map(|change| event(change, at)).collect();
    let events = store::event::insert_many(&write.tx, &news).await?;
    drop(write.commit().await?);
    let count = events.len();
    for event in events {
        engine.bus.publish(LiveEvent::Event(event));
    }
    Ok(count)
}

fn changes(engine: &Engine, told: &HashMap<SubnetId, u8>) -> Vec<Change> {
    let board = engine.board();
    let change = |id: SubnetId, block: IpNetwork| {
        let used = board.within(block).count() as u64;
        let before = told.get(&id).copied().unwrap_or_default();
        let now = fullness::level(block, used, before);
        (now != before).then_some(Change {
            id,
            block,
            used,
            before,
            now,
        })
    };
    let subnets = board.subnets().filter(|(_, rules)| rules.cidr.is_ipv4());
    subnets
        .filter_map(|(id, rules)| change(id, rules.cidr))
        .collect()
}

fn event(change: &Change, at: Timestamp) -> NewEvent {
    NewEvent {
        at,
        kind: EventKind::NearlyFull,
        host_id: None,
        subnet_id: Some(change.id),
        ip: change.block.network(),
        hostname: None,
        detail: fullness::words(change.block, change.used),
        lasted_seconds: None,
    }
}
