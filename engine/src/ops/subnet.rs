//! Subnets: add, read, change, delete, and the numbers beside them.

mod numbers;
mod rows;

pub(super) use numbers::{publish, tree};
pub use rows::{allocate, free, page, rows};

use self::numbers::numbered;
use super::{check_version, clean_line, clean_notes, clean_tags};
use crate::{
    Caller, Engine, EngineSettings, Error, Result,
    board::Rules,
    store::{self, subnet::Documented},
};
use domain::{
    cidr::{self, CidrError},
    live::{LiveEvent, SubnetRemoved},
    problem::FieldError,
    status::Thresholds,
    subnet::{NewSubnet, Subnet, SubnetId, SubnetPatch},
    token::Scope,
};
use ipnetwork::IpNetwork;
use std::time::Duration;

/// Most subnets of one installation.
const LIMIT: usize = 5_000;
const NOT_FOUND: Error = Error::NotFound { what: "subnet" };

/// What the rounds need to know of a subnet.
pub(crate) fn rules(subnet: &Documented, settings: &EngineSettings) -> Rules {
    Rules {
        cidr: subnet.cidr,
        ping: subnet.ping,
        discover: subnet.discover,
        interval: subnet
            .interval_seconds
            .map_or(settings.icmp_interval, |s| Duration::from_secs(s.into())),
        thresholds: Thresholds {
            down_after: subnet.down_after.unwrap_or(settings.down_after),
            up_after: settings.up_after,
        },
        swept_at: subnet.swept_at,
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
    };
    let write = engine.store.write().await?;
    {
        let board = engine.board();
        if board.rules.values().any(|r| r.cidr == block) {
            return Err(Error::Conflict {
                detail: format!("{block} is documented already"),
            });
        }
        if board.rules.len() >= LIMIT {
            return Err(Error::Conflict {
                detail: "there are 5,000 subnets already".into(),
            });
        }
    }
    subnet.id = store::subnet::insert(&write.tx, &subnet).await?;
    let moves = {
        let board = engine.board();
        let inside = |entry: &crate::board::Entry| {
            board
                .rules
                .get(&entry.subnet_id)
                .is_some_and(|home| cidr::is_inside(block, home.cidr))
        };
        board
            .within(block)
            .filter(|(_, entry)| inside(entry))
            .map(|(_, entry)| (entry.id, subnet.id))
            .collect::<Vec<_>>()
    };
    store::host::rehome(&write.tx, &moves).await?;
    let committed = write.commit().await?;
    {
        let mut board = engine.board_mut();
        board
            .rules
            .insert(subnet.id, rules(&subnet, &engine.settings));
        board.rehome(block);
    }
    drop(committed);
    tracing::info!(subnet.cidr = %block, caller.name, "subnet added");
    engine.triggers.rounds.notify_one();
    engine.triggers.sweep.notify_one();
    let id = subnet.id;
    publish(engine, id).await?;
    find(engine, &Caller::console(), id).await
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
    subnet.version += 1;
    store::subnet::update(&write.tx, &subnet).await?;
    let committed = write.commit().await?;
    {
        let mut board = engine.board_mut();
        let kept = board.rules.get(&id).map(|r| (r.swept_at, r.trouble));
        let mut rules = rules(&subnet, &engine.settings);
        if let Some((swept_at, trouble)) = kept {
            (rules.swept_at, rules.trouble) = (swept_at, trouble);
        }
        board.rules.insert(id, rules);
    }
    drop(committed);
    engine.triggers.rounds.notify_one();
    engine.triggers.sweep.notify_one();
    publish(engine, id).await?;
    Ok(numbered(subnet, &engine.board(), engine.now()))
}

/// Deletes a subnet. Its hosts move to the subnet around it; where there is none they go with it.
pub async fn delete(engine: &Engine, caller: &Caller, id: SubnetId) -> Result<()> {
    caller.require(Scope::Write)?;
    let write = engine.store.write().await?;
    let subnet = store::subnet::find(&write.tx, id).await?.ok_or(NOT_FOUND)?;
    let parent = engine.board().parent(subnet.cidr);
    let members: Vec<domain::host::HostId> = engine
        .board()
        .members(id)
        .map(|(_, entry)| entry.id)
        .collect();
    if let Some(parent) = parent {
        let moves: Vec<_> = members.iter().map(|host| (*host, parent)).collect();
        store::host::rehome(&write.tx, &moves).await?;
    } else {
        store::host::delete_members(&write.tx, id).await?;
    }
    store::subnet::delete(&write.tx, id).await?;
    let committed = write.commit().await?;
    {
        let mut board = engine.board_mut();
        board.rules.remove(&id);
        if parent.is_some() {
            board.rehome(subnet.cidr);
        } else {
            for host in members {
                board.remove(host);
            }
        }
    }
    drop(committed);
    tracing::info!(subnet.cidr = %subnet.cidr, caller.name, "subnet deleted");
    engine
        .bus
        .publish(LiveEvent::SubnetRemoved(SubnetRemoved { id }));
    if let Some(parent) = parent {
        publish(engine, parent).await?;
    }
    super::health::refresh_banners(engine);
    Ok(())
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
        .filter(|block| {
            !board
                .rules
                .values()
                .any(|r| r.cidr == *block || cidr::is_inside(*block, r.cidr))
        })
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
