//! Adding, changing and deleting subnets, and what becomes of their hosts.

use super::{NOT_FOUND, numbers::numbered, publish, rules};
use crate::{
    Caller, Engine, Error, Result,
    board::{Board, Rules},
    ops::{check_version, clean_line, clean_notes, clean_tags, history::MANY, host},
    store::{self, Write, samples::journal, subnet::Documented},
};
use domain::{
    cidr::{self, CidrError},
    event::{Event, EventKind},
    host::HostId,
    live::{HostsRemoved, LiveEvent, SubnetRemoved},
    problem::FieldError,
    subnet::{NewSubnet, Subnet, SubnetId, SubnetPatch},
    token::Scope,
};
use ipnetwork::IpNetwork;

/// Most subnets of one installation.
const LIMIT: usize = 5_000;

fn cidr_error(error: &CidrError) -> Error {
    let mut field = FieldError::new("/cidr", error.to_string());
    field.suggestion = error.suggestion().map(|s| s.to_string());
    Error::Invalid(vec![field])
}

/// Whether the whole subnet is swept: as asked where that is possible.
fn discover(block: IpNetwork, asked: Option<bool>) -> Result<bool> {
    match (asked, cidr::can_discover(block)) {
        (Some(true), Err(reason)) => Err(Error::field("/discover", reason)),
        (Some(asked), _) => Ok(asked),
        (None, possible) => Ok(possible.is_ok()),
    }
}

fn check_numbers(interval_seconds: Option<u32>, down_after: Option<u16>) -> Result<()> {
    let mut errors = Vec::new();
    if interval_seconds.is_some_and(|s| !(5..=86_400).contains(&s)) {
        errors.push(FieldError::new(
            "/interval_seconds",
            "between 5 and 86,400 seconds",
        ));
    }
    if down_after.is_some_and(|n| !(1..=100).contains(&n)) {
        errors.push(FieldError::new("/down_after", "between 1 and 100 rounds"));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(errors))
    }
}

fn known_host(engine: &Engine, id: HostId) -> Result<HostId> {
    let is_known = engine.board().find(id).is_some();
    let unknown = || Error::field("/uplink_host_id", "there is no such host");
    is_known.then_some(id).ok_or_else(unknown)
}

/// Adds a subnet; hosts that it contains move into it, and its first sweep begins.
pub async fn create(engine: &Engine, caller: &Caller, new: &NewSubnet) -> Result<Subnet> {
    caller.require(Scope::Write)?;
    let block = cidr::parse(&new.cidr).map_err(|e| cidr_error(&e))?;
    check_numbers(new.interval_seconds, new.down_after)?;
    let now = engine.now();
    let mut subnet = Documented {
        id: SubnetId(0),
        cidr: block,
        name: clean_line("/name", Some(&new.name))?.unwrap_or_default(),
        notes: clean_notes("/notes", new.notes.as_deref())?,
        tags: clean_tags("/tags", &new.tags)?,
        ping: new.ping.unwrap_or(true),
        discover: discover(block, new.discover)?,
        port_scan: new.port_scan.unwrap_or(true),
        interval_seconds: new.interval_seconds,
        down_after: new.down_after,
        swept_at: None,
        created_at: now,
        version: 1,
        uplink: None,
    };
    let write = engine.store.write().await?;
    let (parent, taken): (_, Vec<HostId>) = {
        let board = engine.board();
        if board.subnet(block).is_some() {
            return Err(Error::Conflict {
                detail: format!("{block} is documented already"),
            });
        }
        if board.subnets().count() >= LIMIT {
            return Err(Error::Conflict {
                detail: "there are 5,000 subnets already".into(),
            });
        }
        let parent = board.parent(block);
        let inside = board.within(block);
        let taken = inside.filter(|(_, entry)| Some(entry.subnet_id) == parent);
        (parent, taken.map(|(_, entry)| entry.id).collect())
    };
    subnet.id = store::subnet::insert(&write.tx, &subnet).await?;
    store::host::rehome(&write.tx, &taken, subnet.id).await?;
    if let Some(parent) = parent {
        store::host::rehome_archived(&write.tx, parent, block, subnet.id).await?;
    }
    let id = subnet.id;
    let rules = rules(&subnet, &engine.settings);
    let apply = move |board: &mut Board| {
        board.set_rules(id, rules);
        board.rehome(&taken, id);
    };
    engine.commit(write, apply).await?;
    tracing::info!(subnet.cidr = %block, caller.name, "subnet added");
    engine.triggers.rounds.notify_one();
    engine.triggers.sweep.notify_one();
    publish(engine, id).await?;
    Ok(numbered(subnet, &engine.board(), engine.now()))
}

/// Changes what is documented about a subnet and how it is probed.
pub async fn update(
    engine: &Engine,
    caller: &Caller,
    id: SubnetId,
    expected: Option<i64>,
    patch: &SubnetPatch,
) -> Result<Subnet> {
    caller.require(Scope::Write)?;
    let write = engine.store.write().await?;
    let mut subnet = store::subnet::find(&write.tx, id).await?.ok_or(NOT_FOUND)?;
    check_version("subnet", subnet.version, expected)?;
    if let Some(name) = &patch.name {
        subnet.name = clean_line("/name", name.as_deref())?.unwrap_or_default();
    }
    if let Some(notes) = &patch.notes {
        subnet.notes = clean_notes("/notes", notes.as_deref())?;
    }
    if let Some(tags) = &patch.tags {
        subnet.tags = clean_tags("/tags", tags.as_deref().unwrap_or_default())?;
    }
    if let Some(ping) = patch.ping {
        subnet.ping = ping;
    }
    if patch.discover.is_some() {
        subnet.discover = discover(subnet.cidr, patch.discover)?;
    }
    if let Some(port_scan) = patch.port_scan {
        subnet.port_scan = port_scan;
    }
    if let Some(seconds) = patch.interval_seconds {
        subnet.interval_seconds = seconds;
    }
    if let Some(rounds) = patch.down_after {
        subnet.down_after = rounds;
    }
    check_numbers(subnet.interval_seconds, subnet.down_after)?;
    if let Some(uplink) = patch.uplink_host_id {
        subnet.uplink = uplink.map(|id| known_host(engine, id)).transpose()?;
    }
    subnet.version += 1;
    store::subnet::update(&write.tx, &subnet).await?;
    let changed = rules(&subnet, &engine.settings);
    let apply = move |board: &mut Board| {
        let kept = board.rules(id).map(|r| (r.swept_at, r.trouble));
        let (swept_at, trouble) = kept.unwrap_or_default();
        // What is not asked any more can't be in trouble.
        let trouble = trouble.filter(|_| changed.ping);
        board.set_rules(
            id,
            Rules {
                swept_at,
                trouble,
                ..changed
            },
        );
    };
    engine.commit(write, apply).await?;
    engine.triggers.rounds.notify_one();
    engine.triggers.sweep.notify_one();
    engine.triggers.ports.notify_one();
    if patch.ping.is_some() || patch.interval_seconds.is_some() {
        // The status of every host may be shown differently now.
        engine.bus.publish(LiveEvent::Resync);
    }
    publish(engine, id).await?;
    super::super::health::refresh_banners(engine);
    Ok(numbered(subnet, &engine.board(), engine.now()))
}

/// Deletes a subnet. Its hosts move to the subnet around it; where there is none they go with it.
pub async fn delete(
    engine: &Engine,
    caller: &Caller,
    id: SubnetId,
    expected: Option<i64>,
) -> Result<()> {
    caller.require(Scope::Write)?;
    let write = engine.store.write().await?;
    let subnet = store::subnet::find(&write.tx, id).await?.ok_or(NOT_FOUND)?;
    check_version("subnet", subnet.version, expected)?;
    let (parent, members) = {
        let board = engine.board();
        let members: Vec<HostId> = board.members(id).map(|(_, entry)| entry.id).collect();
        (board.parent(subnet.cidr), members)
    };
    let removed = match parent {
        Some(parent) => {
            store::host::rehome(&write.tx, &members, parent).await?;
            store::host::rehome_archived(&write.tx, id, subnet.cidr, parent).await?;
            journal::hand_over(&write.tx, id, parent).await?;
            Vec::new()
        }
        None => remove_members(engine, caller, &write, id).await?,
    };
    store::subnet::delete(&write.tx, id).await?;
    let gone = members.clone();
    let apply = move |board: &mut Board| {
        board.remove_rules(id);
        match parent {
            Some(parent) => board.rehome(&members, parent),
            None => members.iter().for_each(|host| board.delete(*host)),
        }
    };
    engine.commit(write, apply).await?;
    tracing::info!(subnet.cidr = %subnet.cidr, caller.name, "subnet deleted");
    engine
        .bus
        .publish(LiveEvent::SubnetRemoved(SubnetRemoved { id }));
    match parent {
        Some(parent) => publish(engine, parent).await?,
        None if gone.len() > MANY => engine.bus.publish(LiveEvent::Resync),
        None => {
            let ids = gone;
            engine
                .bus
                .publish(LiveEvent::HostsRemoved(HostsRemoved { ids }));
            for event in removed {
                engine.bus.publish(LiveEvent::Event(event));
            }
        }
    }
    super::super::health::refresh_banners(engine);
    Ok(())
}

/// Removes the hosts of a subnet that nothing contains; their events stay.
async fn remove_members(
    engine: &Engine,
    caller: &Caller,
    write: &Write,
    id: SubnetId,
) -> Result<Vec<Event>> {
    let (hosts, at) = (store::host::members(&write.tx, id).await?, engine.now());
    let events: Vec<_> = hosts
        .iter()
        .map(|host| {
            let detail = format!("with its subnet, by {}", caller.name);
            host::event(host, EventKind::Removed, detail, at)
        })
        .collect();
    let events = store::event::insert_many(&write.tx, &events).await?;
    store::host::delete_members(&write.tx, id).await?;
    let forget = |event: Event| Event {
        host_id: None,
        subnet_id: None,
        ..event
    };
    Ok(events.into_iter().map(forget).collect())
}
