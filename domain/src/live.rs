//! What is pushed to open pages, after it was committed.

use crate::{
    event::Event,
    host::HostId,
    job::Job,
    row::HostRow,
    scan::ScanNews,
    subnet::{Subnet, SubnetId},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// One message of the live stream; its name on the wire is the SSE `event` field as well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveEvent {
    /// The stream is open, or something was missed: fetch anew.
    Resync,
    /// Hosts that appeared or changed in a way that is shown.
    Hosts(HostsChanged),
    /// Hosts that are gone.
    HostsRemoved(HostsRemoved),
    /// Round-trip times of one subnet's last round.
    Latency(Latency),
    /// A change event was stored.
    Event(Event),
    /// A subnet appeared, or its numbers or text changed.
    Subnet(Subnet),
    /// A subnet is gone.
    SubnetRemoved(SubnetRemoved),
    /// A banner appeared, changed or went.
    Banners(Banners),
    /// A sweep of a subnet goes on.
    Sweep(SweepProgress),
    /// Work on a host that somebody asked for goes on.
    Job(Job),
    /// A scan goes on.
    Scan(ScanNews),
}

impl LiveEvent {
    /// The SSE `event` field.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Resync => "resync",
            Self::Hosts(_) => "hosts",
            Self::HostsRemoved(_) => "hosts_removed",
            Self::Latency(_) => "latency",
            Self::Event(_) => "event",
            Self::Subnet(_) => "subnet",
            Self::SubnetRemoved(_) => "subnet_removed",
            Self::Banners(_) => "banners",
            Self::Sweep(_) => "sweep",
            Self::Job(_) => "job",
            Self::Scan(_) => "scan",
        }
    }
}

/// Hosts that appeared or changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostsChanged {
    /// The smallest subnet that contains them; pages of enclosing subnets apply them too, by address.
    pub subnet_id: SubnetId,
    /// Their new rows.
    pub hosts: Vec<HostRow>,
}

/// Hosts that are gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostsRemoved {
    /// Their numbers.
    pub ids: Vec<HostId>,
}

/// Round-trip times of a subnet's last round, hosts that answered only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Latency {
    /// The subnet.
    pub subnet_id: SubnetId,
    /// When the round ended.
    pub at: Timestamp,
    /// Host numbers.
    pub ids: Vec<HostId>,
    /// Microseconds, in the order of `ids`.
    pub rtt_us: Vec<u32>,
}

/// A subnet is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubnetRemoved {
    /// Its number.
    pub id: SubnetId,
}

/// Every banner that stands now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Banners {
    /// In order of weight.
    pub banners: Vec<Banner>,
}

/// Something that the person at the screen must know: it explains why statuses are unknown, or what to set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Banner {
    /// A stable word: `no_permission`, `unreachable`, `overloaded`, `neighbour_table`, `insecure_http`, `scheduler_off`, `worker_failed`, `demo`, `sample_data`.
    pub code: String,
    /// One sentence: what is wrong.
    pub message: String,
    /// One sentence: what to do.
    pub remedy: Option<String>,
}

/// How far a sweep is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SweepProgress {
    /// The subnet.
    pub subnet_id: SubnetId,
    /// Whether it goes on.
    pub running: bool,
    /// Addresses in this sweep.
    pub total: u64,
    /// New hosts that it found, once it is done; absent when it could not be sent.
    pub alive: Option<u64>,
}
