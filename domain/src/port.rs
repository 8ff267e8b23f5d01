//! Ports: what a scan found open, for how long each was open, and what its opening and closing is called.

mod coverage;
pub mod news;
pub mod profile;
pub mod service;
pub mod set;

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use set::PortSet;
use std::fmt;

/// The transport protocol of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Proto {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Proto {
    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

impl fmt::Display for Proto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What answers at a port. Every text comes from a stranger: one clean line, capped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Service {
    /// The registered or detected name, such as `https`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The program, such as `OpenSSH`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Its version, such as `9.6p1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// A port that a scan found open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPort {
    /// Its protocol.
    pub proto: Proto,
    /// Its number, 1 to 65535.
    pub port: u16,
    /// What answers.
    pub service: Service,
}

/// Which ports a scan asked: only of these does its silence say anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Of TCP.
    pub tcp: PortSet,
    /// Of UDP.
    pub udp: PortSet,
}

impl Coverage {
    /// Whether a port was asked.
    pub fn contains(&self, proto: Proto, port: u16) -> bool {
        match proto {
            Proto::Tcp => self.tcp.contains(port),
            Proto::Udp => self.udp.contains(port),
        }
    }
}

/// What a finished scan of one host found. A scan that was cut off has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortReport {
    /// Which ports were asked.
    pub covered: Coverage,
    /// The open ones, by protocol and number.
    pub open: Vec<OpenPort>,
    /// Whether any port answered at all, be it by refusing. A host that says nothing may be gone: that closes no port.
    pub responded: bool,
    /// Whether programs and versions were asked for.
    pub versions: bool,
}

/// An open port as a chip shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortChip {
    /// Its number.
    pub port: u16,
    /// Its protocol.
    pub proto: Proto,
    /// The service's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
}

/// One lifetime of a port of one host: from the scan that found it open to the one that found it closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Port {
    /// Its number.
    #[cfg_attr(feature = "openapi", schema(example = 443))]
    pub port: u16,
    /// Its protocol.
    pub proto: Proto,
    /// The service's name.
    #[cfg_attr(feature = "openapi", schema(example = "https"))]
    pub service: Option<String>,
    /// The program behind it.
    pub product: Option<String>,
    /// The program's version.
    pub version: Option<String>,
    /// The scan that found it open.
    pub opened_at: Timestamp,
    /// The newest scan that found it open.
    pub seen_at: Timestamp,
    /// The scan that found it closed; absent = it is open.
    pub closed_at: Option<Timestamp>,
    /// It belongs here: the host's accepted baseline has it.
    pub accepted: bool,
}

/// The newest port scan of a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LastPortScan {
    /// When it ended.
    pub at: Timestamp,
    /// When a scan ended well last; what is shown of the ports is from then.
    pub good_at: Option<Timestamp>,
    /// How many ports the good one asked.
    pub asked: u32,
    /// Why the newest one failed; absent = it did not.
    pub failure: Option<String>,
}

/// Which lifetimes of a host's ports to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct PortQuery {
    /// `true` lists those that ended too, the newest first; otherwise the open ports, by number.
    #[serde(default)]
    pub history: Option<bool>,
    /// Items of a page, 1 to 1000; absent = 100.
    #[serde(default)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// What scans ports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortScannerStatus {
    /// In words: `nmap 7.93 (/usr/bin/nmap)`, or the built-in prober.
    pub name: String,
    /// Whether it can tell programs and versions.
    pub versions: bool,
    /// What is missing and what to do about it; absent = nothing is.
    pub missing: Option<String>,
    /// Whether ports are scanned by themselves.
    pub scheduled: bool,
    /// Seconds between two scans of one host.
    pub interval_seconds: u64,
}
