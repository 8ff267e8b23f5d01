//! The hosts of one block in address order, kept up to date by what the server pushes.

use domain::{
    cidr, host::HostId, row::HostRow, status::Status, subnet::Subnet, summary::StatusCounts,
};
use std::net::IpAddr;

/// What an update did, so that no more than necessary is computed anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Nothing that is shown.
    #[default]
    None,
    /// Figures within rows: no row comes, goes or moves.
    Cells,
    /// Rows may come, go or move.
    Rows,
}

/// Hosts of one block, ascending by address, each address once.
#[derive(Clone, Debug, Default)]
pub struct HostStore {
    hosts: Vec<HostRow>,
    /// Host number and position, ascending by number; empty while it has to be built anew.
    by_id: Vec<(HostId, u32)>,
}

impl HostStore {
    /// The store of these hosts, in any order.
    pub fn new(mut hosts: Vec<HostRow>) -> Self {
        hosts.sort_by_key(|host| cidr::number(host.ip));
        Self {
            hosts,
            by_id: Vec::new(),
        }
    }

    /// All hosts in address order.
    pub fn hosts(&self) -> &[HostRow] {
        &self.hosts
    }

    /// The host with this address.
    pub fn at(&self, ip: IpAddr) -> Option<&HostRow> {
        let position = self.position(ip).ok()?;
        self.hosts.get(position)
    }

    fn position(&self, ip: IpAddr) -> Result<usize, usize> {
        let number = cidr::number(ip);
        self.hosts
            .binary_search_by_key(&number, |host| cidr::number(host.ip))
    }

    /// The host with this number.
    pub fn find(&self, id: HostId) -> Option<&HostRow> {
        self.hosts.iter().find(|host| host.id == id)
    }

    /// Adds or replaces the hosts that lie inside `subnet`; the others are left alone.
    pub fn upsert(&mut self, subnet: &Subnet, changed: &[HostRow]) -> Change {
        let mut change = Change::None;
        let mut new: Vec<HostRow> = Vec::new();
        for host in changed.iter().filter(|host| subnet.cidr.contains(host.ip)) {
            match self.position(host.ip) {
                Ok(at) if self.hosts[at] == *host => {}
                Ok(at) => {
                    if self.hosts[at].id != host.id {
                        self.by_id.clear();
                    }
                    self.hosts[at] = host.clone();
                    change = Change::Rows;
                }
                Err(_) => new.push(host.clone()),
            }
        }
        if !new.is_empty() {
            // One pass over all, not one insertion per host: a first sweep may bring thousands.
            self.hosts.append(&mut new);
            self.hosts.sort_by_key(|host| cidr::number(host.ip));
            self.hosts.dedup_by(|later, first| {
                let same = later.ip == first.ip;
                if same {
                    std::mem::swap(later, first);
                }
                same
            });
            self.by_id.clear();
            change = Change::Rows;
        }
        change
    }

    /// Forgets these hosts.
    pub fn remove(&mut self, ids: &[HostId]) -> Change {
        let before = self.hosts.len();
        self.hosts.retain(|host| !ids.contains(&host.id));
        if self.hosts.len() == before {
            return Change::None;
        }
        self.by_id.clear();
        Change::Rows
    }

    /// Notes the round-trip times of a round, in microseconds, for hosts that are Up.
    pub fn latency(&mut self, ids: &[HostId], rtt_us: &[u32]) -> Change {
        if self.by_id.is_empty() {
            self.by_id = self
                .hosts
                .iter()
                .zip(0..)
                .map(|(host, at)| (host.id, at))
                .collect();
            self.by_id.sort_unstable();
        }
        let mut change = Change::None;
        for (id, rtt) in ids.iter().zip(rtt_us) {
            let Ok(found) = self.by_id.binary_search_by_key(id, |(id, _)| *id) else {
                continue;
            };
            let host = &mut self.hosts[self.by_id[found].1 as usize];
            let latency = Some(f64::from(*rtt) / 1000.0);
            if host.status == Status::Up && host.latency_ms != latency {
                host.latency_ms = latency;
                change = Change::Cells;
            }
        }
        change
    }

    /// Hosts by status.
    pub fn counts(&self) -> StatusCounts {
        let mut counts = StatusCounts::default();
        for host in &self.hosts {
            counts.total += 1;
            match host.status {
                Status::Up => counts.up += 1,
                Status::Down => counts.down += 1,
                Status::Unknown => counts.unknown += 1,
            }
            counts.suspect += u64::from(host.suspect);
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::{host, subnet};

    fn addresses(store: &HostStore) -> Vec<String> {
        store.hosts().iter().map(|h| h.ip.to_string()).collect()
    }

    #[test]
    fn new_hosts_land_in_address_order_and_foreign_ones_are_ignored() {
        let net = subnet("10.0.0.0/24");
        let mut store = HostStore::new(vec![host(1, "10.0.0.9")]);
        let change = store.upsert(
            &net,
            &[
                host(3, "10.0.0.10"),
                host(2, "10.0.0.2"),
                host(4, "10.0.1.1"),
            ],
        );
        assert_eq!(change, Change::Rows);
        assert_eq!(addresses(&store), ["10.0.0.2", "10.0.0.9", "10.0.0.10"]);
    }

    #[test]
    fn an_address_is_kept_once_and_the_newest_row_wins() {
        let net = subnet("10.0.0.0/24");
        let mut store = HostStore::new(vec![host(1, "10.0.0.9")]);
        let mut named = host(7, "10.0.0.4");
        named.hostname = Some("late".into());
        store.upsert(&net, &[host(7, "10.0.0.4"), named]);
        assert_eq!(addresses(&store), ["10.0.0.4", "10.0.0.9"]);
        let kept = store.at("10.0.0.4".parse().unwrap()).unwrap();
        assert_eq!(kept.hostname.as_deref(), Some("late"));
    }

    #[test]
    fn the_same_row_again_changes_nothing() {
        let net = subnet("10.0.0.0/24");
        let mut store = HostStore::new(vec![host(1, "10.0.0.9")]);
        assert_eq!(store.upsert(&net, &[host(1, "10.0.0.9")]), Change::None);
        assert_eq!(store.remove(&[HostId(5)]), Change::None);
    }

    #[test]
    fn latency_reaches_hosts_by_number_also_after_a_removal() {
        let mut store = HostStore::new(vec![
            host(5, "10.0.0.1"),
            host(3, "10.0.0.2"),
            host(9, "10.0.0.3"),
        ]);
        assert_eq!(store.latency(&[HostId(9)], &[1_500]), Change::Cells);
        assert_eq!(store.remove(&[HostId(5)]), Change::Rows);
        assert_eq!(
            store.latency(&[HostId(9), HostId(5), HostId(3)], &[250, 1, 2_000]),
            Change::Cells
        );
        let latencies: Vec<_> = store.hosts().iter().map(|h| h.latency_ms).collect();
        assert_eq!(latencies, [Some(2.0), Some(0.25)]);
    }

    #[test]
    fn a_host_that_is_down_takes_no_late_latency() {
        let mut down = host(1, "10.0.0.1");
        down.status = Status::Down;
        let mut store = HostStore::new(vec![down]);
        assert_eq!(store.latency(&[HostId(1)], &[1_500]), Change::None);
    }
}
