//! The dashboard's numbers.

use crate::{event::Event, subnet::Subnet, time::Timestamp};
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

/// Counts by status and by subnet, and the newest events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Summary {
    /// Hosts by status.
    pub hosts: StatusCounts,
    /// Hosts first seen or added within the last 24 hours.
    pub new_today: u64,
    /// Hosts that went Down within the last hour.
    pub down_last_hour: u64,
    /// Every subnet with its numbers, in address order.
    pub subnets: Vec<Subnet>,
    /// The newest events, newest first.
    pub events: Vec<Event>,
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
