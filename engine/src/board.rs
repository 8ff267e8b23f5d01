//! The latest status of every host, in memory: lists and counts read it, rounds write it after their commit.

mod ports;

use crate::{ring::Ring, store::samples::journal::HostSet};
use domain::{
    cidr,
    host::HostId,
    probe::{Observation, Unsent},
    sample::Sample,
    status::{self, Cause, State, Status, Thresholds},
    subnet::SubnetId,
    summary::StatusCounts,
    time::Timestamp,
    timeline::Look,
};
use ipnetwork::IpNetwork;
use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    time::Duration,
};

/// What is remembered of one host.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number.
    pub id: HostId,
    /// The smallest subnet around it: its rules apply.
    pub subnet_id: SubnetId,
    /// What the rounds decided.
    pub state: State,
    /// When its last round ended, whatever came of it.
    pub last_round_at: Option<Timestamp>,
    /// The newest reply.
    pub last_seen_at: Option<Timestamp>,
    /// Round-trip time of the newest reply, in microseconds.
    pub rtt_us: Option<u32>,
}

impl Entry {
    /// A host that was not asked yet.
    pub fn new(id: HostId, subnet_id: SubnetId) -> Self {
        Self {
            id,
            subnet_id,
            state: State::default(),
            last_round_at: None,
            last_seen_at: None,
            rtt_us: None,
        }
    }

    /// When its last round ended, else when its status was decided, as by the sweep that found it.
    fn looked_at(&self) -> Timestamp {
        self.last_round_at.unwrap_or(self.state.since)
    }
}

/// What the rounds need to know of a subnet.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The block.
    pub cidr: IpNetwork,
    /// Known hosts are pinged.
    pub ping: bool,
    /// New hosts are looked for.
    pub discover: bool,
    /// The ports of living hosts are scanned.
    pub port_scan: bool,
    /// Between two rounds.
    pub interval: Duration,
    /// When a status is decided.
    pub thresholds: Thresholds,
    /// The end of the newest sweep.
    pub swept_at: Option<Timestamp>,
    /// The host by which the subnet is reached.
    pub uplink: Option<HostId>,
    /// Why most of the newest round could not be sent.
    pub trouble: Option<Unsent>,
}

/// A host's status as shown at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The word.
    pub status: Status,
    /// Missed, not yet Down.
    pub suspect: bool,
    /// Six or more changes within an hour.
    pub flapping: bool,
    /// Why it is unknown.
    pub cause: Option<Cause>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Milliseconds, while Up.
    pub latency_ms: Option<f64>,
    /// The newest reply.
    pub last_seen_at: Option<Timestamp>,
}

/// Every known host by address, and every subnet's rules.
#[derive(Debug, Default)]
pub struct Board {
    hosts: BTreeMap<IpAddr, Entry>,
    addresses: HashMap<HostId, IpAddr>,
    rules: HashMap<SubnetId, Rules>,
    /// Subnets by block, to find the smallest one around an address without looking at all of them.
    blocks: HashMap<IpNetwork, SubnetId>,
    /// The hosts of each subnet's newest whole round, as the journal knows them.
    sets: HashMap<SubnetId, HostSet>,
    /// The last 24 hours.
    pub(crate) ring: Ring,
    /// Open ports.
    pub(crate) ports: ports::Ports,
}

impl Board {
    /// Adds a host or replaces what is known of it.
    pub fn insert(&mut self, ip: IpAddr, entry: Entry) {
        self.addresses.insert(entry.id, ip);
        self.hosts.insert(ip, entry);
    }

    /// Takes a host off the board; it may come back.
    pub fn remove(&mut self, id: HostId) {
        if let Some(ip) = self.addresses.remove(&id) {
            self.hosts.remove(&ip);
        }
        self.ring.remove(id);
    }

    /// Forgets a host that is no more.
    pub fn delete(&mut self, id: HostId) {
        self.remove(id);
        self.ports.forget(id);
    }

    /// The entry of a host.
    pub fn get(&self, ip: IpAddr) -> Option<&Entry> {
        self.hosts.get(&ip)
    }

    /// The address of the host with this number.
    pub fn address(&self, id: HostId) -> Option<IpAddr> {
        self.addresses.get(&id).copied()
    }

    /// The entry of the host with this number.
    pub fn find(&self, id: HostId) -> Option<&Entry> {
        self.hosts.get(self.addresses.get(&id)?)
    }

    /// The address and the entry of the host with this number.
    pub fn locate(&self, id: HostId) -> Option<(IpAddr, &Entry)> {
        let ip = self.addresses.get(&id)?;
        self.hosts.get(ip).map(|entry| (*ip, entry))
    }

    /// The entry of a host, to change.
    pub fn get_mut(&mut self, ip: IpAddr) -> Option<&mut Entry> {
        self.hosts.get_mut(&ip)
    }

    /// The hosts inside a block, in address order.
    pub fn within(&self, block: IpNetwork) -> impl Iterator<Item = (IpAddr, &Entry)> {
        let (first, last) = cidr::bounds(block);
        self.hosts
            .range(first..=last)
            .map(|(ip, entry)| (*ip, entry))
    }

    /// Every host, in address order.
    pub fn all(&self) -> impl Iterator<Item = (IpAddr, &Entry)> {
        self.hosts.iter().map(|(ip, entry)| (*ip, entry))
    }

    /// The hosts whose smallest subnet is `id`, in address order.
    pub fn members(&self, id: SubnetId) -> impl Iterator<Item = (IpAddr, &Entry)> {
        self.rules
            .get(&id)
            .map(|rules| self.within(rules.cidr))
            .into_iter()
            .flatten()
            .filter(move |(_, e)| e.subnet_id == id)
    }

    /// The rules of a subnet.
    pub fn rules(&self, id: SubnetId) -> Option<&Rules> {
        self.rules.get(&id)
    }

    /// The rules of a subnet, to change all but its block.
    pub fn rules_mut(&mut self, id: SubnetId) -> Option<&mut Rules> {
        self.rules.get_mut(&id)
    }

    /// Every subnet's rules.
    pub fn subnets(&self) -> impl Iterator<Item = (SubnetId, &Rules)> {
        self.rules.iter().map(|(id, rules)| (*id, rules))
    }

    /// The subnet that is documented with exactly this block.
    pub fn subnet(&self, block: IpNetwork) -> Option<SubnetId> {
        self.blocks.get(&block).copied()
    }

    /// Adds a subnet or replaces its rules.
    pub fn set_rules(&mut self, id: SubnetId, rules: Rules) {
        self.blocks.insert(rules.cidr, id);
        self.rules.insert(id, rules);
    }

    /// Forgets a subnet.
    pub fn remove_rules(&mut self, id: SubnetId) {
        if let Some(rules) = self.rules.remove(&id) {
            self.blocks.remove(&rules.cidr);
        }
        self.sets.remove(&id);
    }

    /// The hosts of a subnet's newest whole round.
    pub(crate) fn set(&self, id: SubnetId) -> Option<&HostSet> {
        self.sets.get(&id)
    }

    /// Notes the hosts of a subnet's newest whole round.
    pub(crate) fn keep_set(&mut self, id: SubnetId, set: HostSet) {
        self.sets.insert(id, set);
    }

    /// The smallest documented subnet around an address.
    pub fn home(&self, ip: IpAddr) -> Option<SubnetId> {
        self.around(IpNetwork::from(ip)).next()
    }

    /// The documented subnets that are this block or contain it, smallest first.
    pub fn around(&self, block: IpNetwork) -> impl Iterator<Item = SubnetId> {
        (0..=block.prefix()).rev().filter_map(move |prefix| {
            let outer = IpNetwork::new(block.ip(), prefix).ok()?;
            self.subnet(IpNetwork::new(outer.network(), prefix).ok()?)
        })
    }

    /// The smallest documented subnet around a block.
    pub fn parent(&self, block: IpNetwork) -> Option<SubnetId> {
        self.around(block)
            .find(|id| Some(*id) != self.subnet(block))
    }

    /// Gives hosts another home.
    pub fn rehome(&mut self, hosts: &[HostId], home: SubnetId) {
        for id in hosts {
            if let Some(entry) = self.addresses.get(id).and_then(|ip| self.hosts.get_mut(ip)) {
                entry.subnet_id = home;
            }
        }
    }

    /// A host's status as shown at `now`.
    pub fn shown(&self, entry: &Entry, now: Timestamp) -> Shown {
        let rules = self.rules.get(&entry.subnet_id);
        let unknown = Self::unknown(entry, rules, now);
        let status = if unknown.is_some() {
            Status::Unknown
        } else {
            entry.state.known
        };
        let decided = entry.state.known != Status::Unknown;
        Shown {
            status,
            suspect: status == Status::Up && entry.state.is_suspect(),
            flapping: entry.state.is_flapping(),
            cause: unknown.map(|(cause, _)| cause),
            since: match unknown {
                Some((_, since)) => since,
                None => decided.then_some(entry.state.since),
            },
            latency_ms: entry
                .rtt_us
                .filter(|_| status == Status::Up && entry.state.silent == 0)
                .map(|us| f64::from(us) / 1000.0),
            last_seen_at: entry.last_seen_at,
        }
    }

    /// Why nothing is known of a host, and since when, if so.
    fn unknown(
        entry: &Entry,
        rules: Option<&Rules>,
        now: Timestamp,
    ) -> Option<(Cause, Option<Timestamp>)> {
        if rules.is_some_and(|r| !r.ping) {
            return Some((Cause::NotPinged, entry.last_round_at));
        }
        if let Some((cause, since)) = entry.state.unasked {
            return Some((cause, Some(since)));
        }
        if entry.state.known == Status::Unknown {
            return Some((Cause::NeverAsked, None));
        }
        let Some(rules) = rules else {
            return Some((Cause::Stale, None));
        };
        status::stale_since(entry.looked_at(), now, rules.interval)
            .map(|since| (Cause::Stale, Some(since)))
    }

    /// How a host is asked, for the next round's decision.
    pub fn look(&self, entry: &Entry) -> Option<Look> {
        self.rules.get(&entry.subnet_id).map(|rules| Look {
            looked_at: entry.looked_at(),
            interval: rules.interval,
            rules: rules.thresholds,
        })
    }

    /// Until when somebody looked at a host.
    pub fn looked_until(&self, entry: &Entry, now: Timestamp) -> Timestamp {
        self.look(entry).map_or(entry.looked_at(), |look| {
            status::looked_until(look.looked_at, now, look.interval)
        })
    }

    /// Hosts of a block by status.
    pub fn count(&self, block: Option<IpNetwork>, now: Timestamp) -> StatusCounts {
        let mut counts = StatusCounts::default();
        let mut add = |entry: &Entry| {
            let shown = self.shown(entry, now);
            counts.total += 1;
            counts.suspect += u64::from(shown.suspect);
            match shown.status {
                Status::Up => counts.up += 1,
                Status::Down => counts.down += 1,
                Status::Unknown => counts.unknown += 1,
            }
        };
        match block {
            Some(block) => self.within(block).for_each(|(_, entry)| add(entry)),
            None => self.hosts.values().for_each(add),
        }
        counts
    }

    /// Notes one round's answer beside the state that was decided from it.
    pub fn note(&mut self, observation: &Observation, state: State, now: Timestamp) {
        let Some(entry) = self.hosts.get_mut(&observation.ip) else {
            return;
        };
        entry.state = state;
        entry.last_round_at = Some(now);
        let sample = Sample::of(observation);
        if sample.is_reply() {
            entry.last_seen_at = Some(now);
            // As it is stored, so that a restart changes nothing.
            entry.rtt_us = sample.rtt_us();
        }
        self.ring.note(entry.id, now, sample);
    }
}
