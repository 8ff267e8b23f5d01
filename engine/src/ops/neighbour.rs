//! What the kernel's neighbour table tells: the hardware of known hosts, and IPv6 hosts that nobody could sweep for.

mod crowd;
mod told;

pub use crowd::Crowded;
pub(crate) use crowd::MOST as MOST_STRANGERS;
pub use told::Told;

use super::{archive, history};
use crate::{
    Engine, Result,
    board::{Board, Entry},
    probe::names::Neighbour,
    store::{self, host::Documented},
    vendor::Vendors,
};
use crowd::Room;
use domain::{cidr, event::EventKind, host::HostId, mac::Mac, subnet::SubnetId};
use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
};
use told::Change;

/// New hosts of one look at the table: whoever floods a segment with addresses does not flood the database at once.
const MOST_NEW: usize = 256;

/// Everybody in the table; none when it is not looked at.
pub(crate) async fn read(engine: &Engine) -> Result<Option<Vec<Neighbour>>> {
    let table = engine.probes.names.neighbours.clone();
    let read = tokio::task::spawn_blocking(move || table.read()).await;
    let read = read.map_err(anyhow::Error::from)?;
    Ok(read.map_err(|e| anyhow::Error::from(e).context("read the neighbour table"))?)
}

/// Notes the hardware of hosts that are known; returns of how many it is another one now.
pub(crate) async fn record(engine: &Engine, neighbours: &[Neighbour]) -> Result<usize> {
    let known: HashMap<HostId, Mac> = {
        let board = engine.board();
        let known = neighbours
            .iter()
            .filter_map(|it| board.get(it.ip).map(|entry| (entry.id, it.mac)));
        known.collect()
    };
    let ids: Vec<HostId> = known.keys().copied().collect();
    let is_news = |host: &Documented| {
        let mac = known.get(&host.id).map(Mac::to_string);
        mac.is_some() && mac != host.mac
    };
    let stored = store::host::by_ids(engine.store.read(), &ids).await?;
    let ids: Vec<HostId> = stored.iter().filter(|h| is_news(h)).map(|h| h.id).collect();
    if ids.is_empty() {
        return Ok(0);
    }
    let vendors = Vendors::open().map_err(anyhow::Error::from)?;
    let write = engine.store.write().await?;
    let now = engine.now();
    let (mut news, mut told) = (Vec::new(), Vec::new());
    let hosts = store::host::by_ids(&write.tx, &ids).await?;
    let mut count = 0;
    for mut host in hosts.into_iter().filter(is_news) {
        let Some(mac) = known.get(&host.id).copied() else {
            continue;
        };
        let before = host.mac.clone();
        fit(&mut host, mac, &vendors);
        store::host::update(&write.tx, &host).await?;
        count += 1;
        let Some(before) = before else {
            continue;
        };
        let change = Change::new(&before, &mac.to_string(), now);
        if engine.told.is_news(host.id, &change) {
            told.push((host.id, change));
            let words = format!("hardware address: {before} → {mac}");
            news.push(super::host::event(&host, EventKind::Changed, words, now));
        }
    }
    let events = store::event::insert_many(&write.tx, &news).await?;
    engine.commit(write, |_| ()).await?;
    engine.told.note(told, now);
    let mut by_subnet: BTreeMap<i64, Vec<_>> = BTreeMap::new();
    for event in events {
        let subnet = event.subnet_id.map_or(0, |id| id.0);
        by_subnet.entry(subnet).or_default().push(event);
    }
    for (subnet, events) in by_subnet {
        let (id, none) = (SubnetId(subnet), HashMap::new());
        history::publish(engine, id, &[], &none, events, now).await?;
    }
    Ok(count)
}

fn fit(host: &mut Documented, mac: Mac, vendors: &Vendors) {
    host.mac = Some(mac.to_string());
    host.vendor = vendors.of(mac).map(str::to_owned);
}

/// Whether a neighbour can become a host: no sweep finds IPv6 hosts, and those of IPv4 are left to the sweep. Where nobody
/// is pinged nobody is looked for.
pub(crate) fn is_discoverable(board: &Board, ip: IpAddr) -> bool {
    let block = board.home(ip).and_then(|home| board.rules(home));
    let is_usable = block.is_some_and(|rules| {
        let (first, last) = cidr::usable(rules.cidr);
        rules.ping && (first..=last).contains(&ip)
    });
    ip.is_ipv6() && is_usable && board.get(ip).is_none()
}

/// Adds neighbours that are not known yet as hosts, as far as their subnets take strangers; returns how many. A round of
/// their subnets begins at once.
pub async fn discover(engine: &Engine, neighbours: &[Neighbour]) -> Result<usize> {
    if neighbours.is_empty() {
        engine.crowded.replace(Vec::new());
        return Ok(0);
    }
    let vendors = Vendors::open().map_err(anyhow::Error::from)?;
    let write = engine.store.write().await?;
    let now = engine.now();
    let found: Vec<(Neighbour, SubnetId)> = {
        let board = engine.board();
        let new = neighbours
            .iter()
            .filter(|it| is_discoverable(&board, it.ip));
        let new = new.filter_map(|it| Some((*it, board.home(it.ip)?)));
        new.collect()
    };
    let ips: Vec<IpAddr> = found.iter().map(|(it, _)| it.ip).collect();
    let archived = store::host::archived(&write.tx, &ips).await?;
    let mut archived: HashMap<IpAddr, Documented> =
        archived.into_iter().map(|host| (host.ip, host)).collect();
    let mut room = Room::of(&write.tx, found.iter().map(|(_, home)| *home)).await?;
    let (mut hosts, mut news, mut full) = (Vec::new(), Vec::new(), Vec::new());
    for (neighbour, home) in found {
        if hosts.len() == MOST_NEW {
            break;
        }
        let old = archived.remove(&neighbour.ip);
        let is_described = old.as_ref().is_some_and(Documented::is_annotated);
        if !is_described && !room.take(home) {
            full.push(home);
            continue;
        }
        let kind = match old {
            Some(_) => EventKind::Restored,
            None => EventKind::Discovered,
        };
        let mut host = match old {
            Some(old) => Documented {
                subnet_id: home,
                archived_at: None,
                version: old.version + 1,
                ..old
            },
            None => Documented::bare(neighbour.ip, home, now),
        };
        fit(&mut host, neighbour.mac, &vendors);
        let host = archive::put(&write, host).await?;
        let words = "seen as a neighbour".to_owned();
        news.push(super::host::event(&host, kind, words, now));
        hosts.push(host);
    }
    let events = store::event::insert_many(&write.tx, &news).await?;
    let entries: Vec<(IpAddr, Entry)> = hosts
        .iter()
        .map(|host| (host.ip, Entry::new(host.id, host.subnet_id)))
        .collect();
    let apply = move |board: &mut Board| {
        for (ip, entry) in entries {
            board.insert(ip, entry);
        }
    };
    engine.commit(write, apply).await?;
    let full = {
        let board = engine.board();
        let blocks = full.iter().filter_map(|id| Some(board.rules(*id)?.cidr));
        blocks.collect()
    };
    engine.crowded.replace(full);
    let count = hosts.len();
    let mut by_subnet: BTreeMap<i64, (Vec<HostId>, Vec<_>)> = BTreeMap::new();
    for (host, event) in hosts.iter().zip(events) {
        let (ids, events) = by_subnet.entry(host.subnet_id.0).or_default();
        ids.push(host.id);
        events.push(event);
    }
    let hosts = hosts.into_iter().map(|host| (host.id, host)).collect();
    for (subnet, (ids, events)) in by_subnet {
        let id = SubnetId(subnet);
        engine.triggers.ask_round(id);
        engine.triggers.names.notify_one();
        history::publish(engine, id, &ids, &hosts, events, now).await?;
    }
    Ok(count)
}
