//! Work that somebody asked for now: a ping, a port scan or a lookup of one host.

use crate::{host::HostId, time::Timestamp};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// The number of a job; it means nothing after a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct JobId(pub i64);

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// One round of echo requests.
    Ping,
    /// One scan of the host's ports.
    PortScan,
    /// Its names: reverse DNS, SNMP, hardware address.
    Lookup,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its turn.
    Queued,
    /// At work.
    Running,
    /// Ended well.
    Done,
    /// Ended otherwise; `detail` says why.
    Failed,
    /// Somebody ended it.
    Cancelled,
}

impl JobState {
    /// Whether nothing will change any more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// Work on one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// What is done.
    pub kind: JobKind,
    /// The host.
    pub host_id: HostId,
    /// Its address.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "192.0.2.12"))]
    pub ip: IpAddr,
    /// How far it is.
    pub state: JobState,
    /// Percent done, where that is known.
    pub percent: Option<u8>,
    /// One line: what it found, or why it failed.
    pub detail: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
}
