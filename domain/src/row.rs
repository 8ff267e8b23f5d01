//! The rows of a subnet's table: its hosts in address order, and each run of unused addresses as one row.

use crate::{
    cidr,
    count::Count,
    host::{HostId, HostnameSource},
    port::PortChip,
    status::{Cause, Status},
    subnet::Subnet,
    time::Timestamp,
};
use ipnetwork::IpNetwork;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A row of a subnet's table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Row {
    /// A host.
    Host(HostRow),
    /// A run of unused addresses.
    Gap(Gap),
}

/// What a table shows of a host; the whole of it is behind its number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostRow {
    /// Its number.
    pub id: HostId,
    /// Its address.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "192.0.2.12"))]
    pub ip: IpAddr,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    /// Who gave the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hostname_source: Option<HostnameSource>,
    /// One line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Silence is expected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reserved: bool,
    /// A person wrote something about it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub documented: bool,
    /// What the last round said.
    pub status: Status,
    /// Missed, not yet Down.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub suspect: bool,
    /// Six or more changes within an hour.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub flapping: bool,
    /// Why the status is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_cause: Option<Cause>,
    /// Since when the status holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Round-trip time of the last reply in milliseconds, while Up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<f64>,
    /// The newest reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Timestamp>,
    /// Open ports, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<PortChip>,
}

/// A run of unused addresses, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gap {
    /// The first unused address.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "192.0.2.15"))]
    pub first: IpAddr,
    /// The last unused address.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "192.0.2.200"))]
    pub last: IpAddr,
    /// How many they are.
    pub count: Count,
}

impl Gap {
    fn between(first: u128, last: u128, like: IpAddr) -> Option<Self> {
        Some(Self {
            first: cidr::address(first, like)?,
            last: cidr::address(last, like)?,
            count: Count(last - first + 1),
        })
    }

    /// The addresses from `skip` on, at most `limit`: one page of an expanded gap.
    pub fn page(&self, skip: u128, limit: usize) -> impl Iterator<Item = IpAddr> + use<> {
        let (first, like, count) = (cidr::number(self.first), self.first, self.count.0);
        let end = skip.saturating_add(limit as u128).min(count);
        (skip..end).filter_map(move |n| cidr::address(first + n, like))
    }
}

/// Which rows of a subnet to list; with a filter, gaps are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct RowQuery {
    /// Only hosts with this status.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub status: Option<Status>,
    /// Only hosts with this service at an open port, such as `https`; with `port` too, at that port.
    #[serde(default)]
    pub service: Option<String>,
    /// Only hosts with this port open.
    #[serde(default)]
    pub port: Option<u16>,
    /// Part of the address, name, description, notes or a tag, of a service or its product; or the number of an open port.
    #[serde(default)]
    pub q: Option<String>,
    /// Items of a page, 1 to 1000; absent = 100.
    #[serde(default)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// What the page of one subnet shows: every row at once, since the page scrolls over them without asking again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubnetPage {
    /// The subnet.
    pub subnet: Subnet,
    /// The documented subnets around it, largest first.
    pub ancestors: Vec<Subnet>,
    /// The documented subnets directly inside it.
    pub children: Vec<Subnet>,
    /// The blocks of every documented subnet inside it, at whatever depth.
    pub nested: Vec<IpNetwork>,
    /// Hosts and gaps in address order.
    pub rows: Vec<Row>,
    /// When this was read.
    pub at: Timestamp,
}

/// The unused addresses of `cidr`, by arithmetic, whatever the size. The network and broadcast addresses of `nested`
/// subnets are no more unused than its own.
pub fn gaps(
    cidr: IpNetwork,
    nested: &[IpNetwork],
    used: impl IntoIterator<Item = IpAddr>,
) -> Vec<Gap> {
    let special = nested.iter().flat_map(|inner| {
        let ((first, last), (lowest, highest)) = (cidr::bounds(*inner), cidr::usable(*inner));
        [
            (first != lowest).then_some(first),
            (last != highest).then_some(last),
        ]
    });
    let taken = used.into_iter().chain(special.flatten());
    between(cidr, taken.map(|ip| (ip, ip)))
}

/// The addresses of `cidr` that can be given to a new host: unused, and outside of nested subnets.
pub fn free(
    cidr: IpNetwork,
    nested: &[IpNetwork],
    used: impl IntoIterator<Item = IpAddr>,
) -> Vec<Gap> {
    let inner = nested.iter().map(|inner| cidr::bounds(*inner));
    between(cidr, used.into_iter().map(|ip| (ip, ip)).chain(inner))
}

/// What is left of `cidr` between the taken ranges, in whatever order they come.
fn between(cidr: IpNetwork, taken: impl Iterator<Item = (IpAddr, IpAddr)>) -> Vec<Gap> {
    let (first, last) = cidr::usable(cidr);
    let end = cidr::number(last);
    let mut taken: Vec<(u128, u128)> = taken
        .map(|(from, to)| (cidr::number(from), cidr::number(to)))
        .collect();
    taken.sort_unstable();
    let mut gaps = Vec::new();
    // The next address that may be unused; `None` once the block's last address is passed.
    let mut next = Some(cidr::number(first));
    for (from, to) in taken {
        let Some(start) = next.filter(|_| from <= end) else {
            break;
        };
        if from > start {
            gaps.extend(Gap::between(start, from - 1, first));
        }
        if to >= start {
            next = to.checked_add(1).filter(|n| *n <= end);
        }
    }
    if let Some(start) = next {
        gaps.extend(Gap::between(start, end, first));
    }
    gaps
}

/// Merges hosts (ascending by address) with the gaps between them.
pub fn rows(cidr: IpNetwork, nested: &[IpNetwork], hosts: Vec<HostRow>) -> Vec<Row> {
    let gaps = gaps(cidr, nested, hosts.iter().map(|host| host.ip));
    let mut rows = Vec::with_capacity(hosts.len() + gaps.len());
    let mut gaps = gaps.into_iter().peekable();
    for host in hosts {
        while let Some(gap) = gaps.next_if(|gap| gap.first < host.ip) {
            rows.push(Row::Gap(gap));
        }
        rows.push(Row::Host(host));
    }
    rows.extend(gaps.map(Row::Gap));
    rows
}

#[cfg(test)]
#[path = "row_tests.rs"]
mod tests;
