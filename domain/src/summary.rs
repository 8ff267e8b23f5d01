//! The dashboard's numbers.

use crate::{
    event::Event,
    row::HostRow,
    status::Status,
    strip::SubnetStrip,
    subnet::{Subnet, SubnetId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Hosts by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusCounts {
    /// Hosts that answer.
    pub up: u64,
    /// Hosts that do not.
    pub down: u64,
    /// Hosts of which nothing is known.
    pub unknown: u64,
    /// Up hosts that missed a round.
    pub suspect: u64,
    /// Hosts in all.
    pub total: u64,
}

/// Which hosts the dashboard is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct SummaryQuery {
    /// Only hosts inside this subnet, nested ones included.
    #[serde(default)]
    pub subnet: Option<i64>,
    /// Only what has hosts with this status; the counts are of every status all the same.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub status: Option<Status>,
    /// Only hosts with this tag.
    #[serde(default)]
    pub tag: Option<String>,
    /// Only hosts with this service at an open port, such as `https`; with `port` too, at that port.
    #[serde(default)]
    pub service: Option<String>,
    /// Only hosts with this port open.
    #[serde(default)]
    pub port: Option<u16>,
    /// Part of the address, name, description, notes or a tag, of a service or its product; or the number of an open port.
    #[serde(default)]
    pub q: Option<String>,
}

impl SummaryQuery {
    /// Whether it asks for what is written about hosts or answers at their ports, rather than for where they are or how
    /// they do.
    pub fn asks_for_words(&self) -> bool {
        let has = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        has(&self.tag) || has(&self.q) || has(&self.service) || self.port.is_some()
    }
}

/// A host and where it is documented.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Listed {
    /// The smallest subnet around it.
    pub subnet_id: SubnetId,
    /// The host.
    pub host: HostRow,
}

/// Counts by status and by subnet, the last 24 hours, hosts that need a look, and the newest events; all of it about the
/// hosts that were asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Summary {
    /// Hosts by status.
    pub hosts: StatusCounts,
    /// Hosts first seen or added within the last 24 hours.
    pub new_today: u64,
    /// Hosts that went Down within the last hour.
    pub down_last_hour: u64,
    /// Every subnet that has such hosts, in address order; its numbers count them alone.
    pub subnets: Vec<Subnet>,
    /// The last 24 hours of these subnets, in the same order.
    pub strips: Vec<SubnetStrip>,
    /// Hosts that are Down though nobody expects it, newest first; then those that are suspect or flapping.
    pub trouble: Vec<Listed>,
    /// The slowest hosts of those that are Up, slowest first.
    pub slowest: Vec<Listed>,
    /// The newest events, newest first.
    pub events: Vec<Event>,
    /// Every tag of a host, for a menu.
    pub tags: Vec<String>,
    /// Every service at an open port, for a menu.
    pub services: Vec<String>,
    /// When these numbers were read.
    pub at: Timestamp,
}

/// What every page shows around its content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Who is signed in.
    pub account: crate::session::Account,
    /// Every subnet, in tree order: a parent before its children.
    pub subnets: Vec<Subnet>,
    /// What stands above every page.
    pub banners: Vec<crate::live::Banner>,
    /// The server's version.
    pub version: String,
    /// When this was read.
    pub at: Timestamp,
}
