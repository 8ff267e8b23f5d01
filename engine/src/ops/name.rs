//! What hosts are called: asking whoever knows, and what becomes of the answers.

use super::{
    history, neighbour,
    snmp::{self, Accesses},
};
use crate::{
    Engine, Error, Result,
    store::{
        self,
        host::{Documented, due::Unchanged},
    },
};
use domain::{
    event::EventKind,
    host::HostId,
    name::{self, NameAnswer},
    status::Status,
    subnet::SubnetId,
    time::Timestamp,
};
use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

/// Between two lookups of a host, up to a tenth more or less.
const AGAIN: Duration = Duration::from_hours(24);
/// After DNS did not answer.
const AFTER_FAILURE: Duration = Duration::from_hours(1);

/// What was said about a host.
#[derive(Clone, Debug)]
pub(crate) struct Looked {
    pub(crate) id: HostId,
    pub(crate) dns: NameAnswer,
    pub(crate) snmp: NameAnswer,
}

/// The hosts whose names are looked up now, at most `limit`.
pub(crate) async fn due(engine: &Engine, limit: u32) -> Result<Vec<Documented>> {
    let db = engine.store.read();
    let ids = store::host::due::lookups(db, engine.now(), limit).await?;
    Ok(store::host::by_ids(db, &ids).await?)
}

/// Asks everybody who may know a host's name. `insist` asks its agent even if the host does not answer.
pub(crate) async fn ask(
    engine: &Engine,
    host: &Documented,
    accesses: &Accesses,
    insist: bool,
) -> Looked {
    let names = &engine.probes.names;
    let is_up = || {
        let (board, now) = (engine.board(), engine.now());
        let entry = board.get(host.ip);
        entry.is_some_and(|entry| board.shown(entry, now).status == Status::Up)
    };
    let access = accesses.of(host);
    let agent = async {
        match access {
            Some(Ok(access)) if insist || is_up() => {
                names.snmp.sys_name(host.ip, access.clone()).await
            }
            // Its silence is no news of its name.
            Some(Ok(_)) => NameAnswer::Failed("not asked, as the host is not up".into()),
            Some(Err(why)) => NameAnswer::Failed(why.clone()),
            None => NameAnswer::NotAsked,
        }
    };
    let (dns, snmp) = tokio::join!(names.dns.name_of(host.ip), agent);
    Looked {
        id: host.id,
        dns,
        snmp,
    }
}

/// Stores what was said in one transaction; returns how many hosts have another name now.
pub(crate) async fn record(engine: &Engine, looked: &[Looked]) -> Result<usize> {
    let write = engine.store.write().await?;
    let now = engine.now();
    let ids: Vec<HostId> = looked.iter().map(|it| it.id).collect();
    let hosts = store::host::by_ids(&write.tx, &ids).await?;
    let mut hosts: HashMap<HostId, Documented> = hosts.into_iter().map(|h| (h.id, h)).collect();
    let (mut unchanged, mut renamed, mut news) = (Vec::new(), Vec::new(), Vec::new());
    for it in looked {
        let Some(before) = hosts.remove(&it.id) else {
            continue;
        };
        let after = named(&before, it, now);
        if after.hostname == before.hostname && after.dns_name == before.dns_name {
            unchanged.push(Unchanged {
                id: it.id,
                due_at: after.lookup_due_at.unwrap_or(now),
                dns_checked_at: after.dns_checked_at,
            });
            continue;
        }
        store::host::update(&write.tx, &after).await?;
        if let Some(words) = name::change(&before.hostname, &after.hostname) {
            news.push(super::host::event(&after, EventKind::Changed, words, now));
        }
        if after.hostname != before.hostname {
            renamed.push(after);
        }
    }
    store::host::due::put_off(&write.tx, &unchanged).await?;
    let events = store::event::insert_many(&write.tx, &news).await?;
    engine.commit(write, |_| ()).await?;
    let count = renamed.len();
    publish(engine, renamed, events, now).await?;
    Ok(count)
}

/// The host after a lookup.
fn named(before: &Documented, it: &Looked, now: Timestamp) -> Documented {
    let mut after = before.clone();
    after.hostname = name::settle(before.hostname.clone(), &it.dns, &it.snmp);
    match &it.dns {
        NameAnswer::Name(name) => after.dns_name = Some(name.to_string()),
        NameAnswer::Nameless => after.dns_name = None,
        NameAnswer::NotAsked | NameAnswer::Failed(_) | NameAnswer::LeftAlone => {}
    }
    if matches!(it.dns, NameAnswer::Name(_) | NameAnswer::Nameless) {
        after.dns_checked_at = Some(now);
    }
    let pause = match it.dns {
        NameAnswer::Failed(_) => Some(AFTER_FAILURE),
        // Nobody was asked: who is due stays due.
        NameAnswer::LeftAlone => None,
        _ => Some(AGAIN),
    };
    if let Some(pause) = pause {
        after.lookup_due_at = Some(now.plus(pause.mul_f64(rand::random_range(0.9..1.1))));
    }
    // What a person reads and edits is another version; what DNS says beside it is not.
    if after.hostname != before.hostname {
        after.version += 1;
    }
    after
}

async fn publish(
    engine: &Engine,
    renamed: Vec<Documented>,
    events: Vec<domain::event::Event>,
    now: Timestamp,
) -> Result<()> {
    let mut by_subnet: BTreeMap<i64, (Vec<HostId>, Vec<_>)> = BTreeMap::new();
    for host in &renamed {
        by_subnet
            .entry(host.subnet_id.0)
            .or_default()
            .0
            .push(host.id);
    }
    for event in events {
        let subnet = event.subnet_id.map_or(0, |id| id.0);
        by_subnet.entry(subnet).or_default().1.push(event);
    }
    let hosts = renamed.into_iter().map(|host| (host.id, host)).collect();
    for (subnet, (ids, events)) in by_subnet {
        history::publish(engine, SubnetId(subnet), &ids, &hosts, events, now).await?;
    }
    Ok(())
}

/// Looks up everything about one host now, and says in words what came of it: `DNS: nas.lan; SNMP: no answer;
/// hardware: 00:1b:21:3c:4d:5e (Intel Corporate)`.
pub async fn lookup(engine: &Engine, id: HostId) -> Result<String> {
    let db = engine.store.read();
    let host = store::host::find(db, id)
        .await?
        .ok_or(Error::NotFound { what: "host" })?;
    let accesses = snmp::accesses(engine, std::slice::from_ref(&host)).await?;
    let (looked, table) =
        tokio::join!(ask(engine, &host, &accesses, true), neighbour::read(engine));
    record(engine, std::slice::from_ref(&looked)).await?;
    let hardware = match table {
        Ok(table) => {
            let mut here = table.unwrap_or_default();
            here.retain(|neighbour| neighbour.ip == host.ip);
            neighbour::record(engine, &here).await?;
            hardware(store::host::find(db, id).await?)
        }
        Err(error) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(error = cause, "the neighbour table can't be read");
            "the neighbour table can't be read".to_owned()
        }
    };
    let Looked { dns, snmp, .. } = looked;
    Ok(format!("DNS: {dns}; SNMP: {snmp}; hardware: {hardware}"))
}

/// A host's hardware in words.
fn hardware(host: Option<Documented>) -> String {
    match host.and_then(|host| Some((host.mac?, host.vendor))) {
        None => "not known".to_owned(),
        Some((mac, None)) => mac,
        Some((mac, Some(vendor))) => format!("{mac} ({vendor})"),
    }
}
