//! Change events: what happened to a host, kept for ever.

use crate::{host::HostId, subnet::SubnetId, time::Timestamp};
use serde::{Deserialize, Serialize};
use std::{fmt, net::IpAddr, str::FromStr};

/// What kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A sweep found an address that was not known.
    Discovered,
    /// A host answers (again).
    Up,
    /// A host was silent for long enough.
    Down,
    /// An Up host missed a round.
    Suspect,
    /// A person added a host.
    Added,
    /// A person changed what is documented.
    Changed,
    /// A person removed a host.
    Removed,
}

impl EventKind {
    /// Every kind, in the order of a filter menu.
    pub const ALL: [Self; 7] = [
        Self::Discovered,
        Self::Up,
        Self::Down,
        Self::Suspect,
        Self::Added,
        Self::Changed,
        Self::Removed,
    ];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Discovered => "discovered",
            Self::Up => "up",
            Self::Down => "down",
            Self::Suspect => "suspect",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of discovered, up, down, suspect, added, changed, removed")]
pub struct UnknownKind;

impl FromStr for EventKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownKind)
    }
}

/// One change of one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// Ascending in the order in which events were stored.
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
    /// The host, while it exists.
    pub host_id: Option<HostId>,
    /// The subnet, while it exists.
    pub subnet_id: Option<SubnetId>,
    /// The host's address.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "192.0.2.12"))]
    pub ip: IpAddr,
    /// The host's name at that time.
    pub hostname: Option<String>,
    /// Plain words: "3 silent rounds", "hostname: nas → nas-01".
    pub detail: String,
    /// Seconds that the previous status had lasted.
    pub lasted_seconds: Option<u64>,
}

/// Which events to list, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct EventQuery {
    /// Only this kind.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub kind: Option<EventKind>,
    /// Only events of this subnet.
    #[serde(default)]
    pub subnet: Option<i64>,
    /// Only events of this host.
    #[serde(default)]
    pub host: Option<i64>,
    /// Only events at or after this time.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>, format = DateTime))]
    pub since: Option<Timestamp>,
    /// Items of a page, 1 to 1000; absent = 100.
    #[serde(default)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}
