//! A documented subnet: what is written about it, how it is probed, and how full it is.

use crate::{count::Count, host::HostId, time::Timestamp};
use ipnetwork::IpNetwork;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// The number of a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct SubnetId(pub i64);

/// A subnet with its numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Subnet {
    /// Its number.
    pub id: SubnetId,
    /// The block in canonical CIDR notation.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "192.0.2.0/24"))]
    pub cidr: IpNetwork,
    /// The smallest documented subnet around it.
    pub parent_id: Option<SubnetId>,
    /// One line; may be empty.
    pub name: String,
    /// Several lines.
    pub notes: Option<String>,
    /// Lower-case labels.
    pub tags: Vec<String>,
    /// Known hosts are pinged.
    pub ping: bool,
    /// The whole subnet is swept for new hosts.
    pub discover: bool,
    /// Ports of living hosts are watched.
    pub port_scan: bool,
    /// Seconds between two rounds of the known hosts; absent = the server's setting.
    pub interval_seconds: Option<u32>,
    /// Silent rounds that make a host Down; absent = the server's setting.
    pub down_after: Option<u16>,
    /// Addresses a host may have.
    pub size: Count,
    /// Hosts that exist here, those of nested subnets included.
    pub used: u64,
    /// Hosts that are Up.
    pub alive: u64,
    /// Hosts that are Down.
    pub down: u64,
    /// Hosts of which nothing is known.
    pub unknown: u64,
    /// `used` of `size` in percent.
    pub utilisation: f64,
    /// The newest sweep's end.
    pub swept_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
    /// Counts edits; sent as `ETag`, expected in `If-Match`.
    pub version: i64,
    /// The host by which this subnet is reached: while it is Down, nobody is notified of the silence behind it.
    pub uplink_host_id: Option<HostId>,
    /// That host's address.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "192.0.2.1"))]
    pub uplink_ip: Option<IpAddr>,
}

/// A subnet to add.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSubnet {
    /// The block in canonical CIDR notation.
    #[cfg_attr(feature = "openapi", schema(example = "192.0.2.0/24"))]
    pub cidr: String,
    /// One line.
    #[serde(default)]
    pub name: String,
    /// Several lines.
    #[serde(default)]
    pub notes: Option<String>,
    /// Labels.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Ping known hosts; absent = true.
    #[serde(default)]
    pub ping: Option<bool>,
    /// Sweep for new hosts; absent = true where it is possible (IPv4, at most 65,536 addresses).
    #[serde(default)]
    pub discover: Option<bool>,
    /// Watch ports; absent = true.
    #[serde(default)]
    pub port_scan: Option<bool>,
    /// Seconds between two rounds, 5 to 86,400.
    #[serde(default)]
    pub interval_seconds: Option<u32>,
    /// Silent rounds that make a host Down, 1 to 100.
    #[serde(default)]
    pub down_after: Option<u16>,
}

/// Changes to a subnet: absent = unchanged, `null` = cleared. The block itself does not change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SubnetPatch {
    /// One line.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::api::present"
    )]
    pub name: Option<Option<String>>,
    /// Several lines.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::api::present"
    )]
    pub notes: Option<Option<String>>,
    /// Labels; `null` removes all.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::api::present"
    )]
    pub tags: Option<Option<Vec<String>>>,
    /// Ping known hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ping: Option<bool>,
    /// Sweep for new hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discover: Option<bool>,
    /// Watch ports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port_scan: Option<bool>,
    /// Seconds between two rounds; `null` = the server's setting.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::api::present"
    )]
    pub interval_seconds: Option<Option<u32>>,
    /// Silent rounds that make a host Down; `null` = the server's setting.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::api::present"
    )]
    pub down_after: Option<Option<u16>>,
    /// The host by which this subnet is reached; `null` = none.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::api::present"
    )]
    pub uplink_host_id: Option<Option<HostId>>,
}

/// `used` of `size` in percent, at most 100.
#[expect(clippy::cast_precision_loss, reason = "a percentage needs no 53 bits")]
pub fn utilisation(used: u64, size: Count) -> f64 {
    if size.0 == 0 {
        return 0.0;
    }
    (used as f64 / size.0 as f64 * 100.0).min(100.0)
}
