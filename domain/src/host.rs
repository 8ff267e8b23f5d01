//! A host: an address that was seen, added or annotated.

use crate::{
    status::{Cause, Status},
    subnet::SubnetId,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::{fmt, net::IpAddr, str::FromStr};

/// The number of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct HostId(pub i64);

/// Who gave a host its name; later ones outrank earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HostnameSource {
    /// Reverse DNS.
    Dns,
    /// SNMP sysName.
    Snmp,
    /// An import.
    Import,
    /// A person. Never overwritten.
    Manual,
}

/// A host name: letters, digits, hyphens and underscores in labels of at most 63, at most 253 in all (RFC 1123, RFC 8552).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hostname(String);

/// Why a text is no host name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct HostnameError(&'static str);

impl FromStr for Hostname {
    type Err = HostnameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.trim();
        let name = name.strip_suffix('.').unwrap_or(name);
        if name.is_empty() {
            return Err(HostnameError("a host name is not empty"));
        }
        if name.len() > 253 {
            return Err(HostnameError("a host name has at most 253 characters"));
        }
        if name.parse::<IpAddr>().is_ok() {
            return Err(HostnameError("a host name is not an address"));
        }
        for label in name.split('.') {
            if label.is_empty() || label.len() > 63 {
                return Err(HostnameError(
                    "each part between dots has 1 to 63 characters",
                ));
            }
            if !label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            {
                return Err(HostnameError(
                    "only letters, digits, hyphens, underscores and dots",
                ));
            }
            if label.starts_with('-') || label.ends_with('-') {
                return Err(HostnameError("a part does not begin or end with a hyphen"));
            }
        }
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for Hostname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is documented about a host and what the last round said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Host {
    /// Its number.
    pub id: HostId,
    /// Its address, in canonical text.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "192.0.2.12"))]
    pub ip: IpAddr,
    /// The smallest documented subnet that contains it.
    pub subnet_id: SubnetId,
    /// Its name, if it has one.
    pub hostname: Option<String>,
    /// Who gave the name.
    pub hostname_source: Option<HostnameSource>,
    /// One line.
    pub description: Option<String>,
    /// Lower-case labels.
    pub tags: Vec<String>,
    /// Several lines.
    pub notes: Option<String>,
    /// Hardware address, where it is known.
    pub mac: Option<String>,
    /// Vendor of the hardware address.
    pub vendor: Option<String>,
    /// The host made up its hardware address itself: it tells no vendor.
    pub mac_randomised: bool,
    /// The name that DNS has for it, whatever it is called here.
    pub dns_name: Option<String>,
    /// When DNS answered last, also when it had no name.
    pub dns_checked_at: Option<Timestamp>,
    /// Whether it is asked by SNMP when it or its subnet has credentials.
    pub snmp: bool,
    /// A host that is documented as silent: Down is expected of it.
    pub reserved: bool,
    /// What the last round said.
    pub status: Status,
    /// Missed, not yet Down.
    pub suspect: bool,
    /// Six or more changes within an hour.
    pub flapping: bool,
    /// Why the status is unknown.
    pub unknown_cause: Option<Cause>,
    /// Since when the status holds.
    pub since: Option<Timestamp>,
    /// Round-trip time of the last reply in milliseconds, while the host is Up.
    pub latency_ms: Option<f64>,
    /// The first reply ever.
    pub first_seen_at: Option<Timestamp>,
    /// The newest reply.
    pub last_seen_at: Option<Timestamp>,
    /// Open ports, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<crate::port::PortChip>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it faded out: silent for 30 days, and described by nobody. It is not pinged, listed or counted any more.
    pub archived_at: Option<Timestamp>,
    /// Counts edits; sent as `ETag`, expected in `If-Match`.
    pub version: i64,
}

/// A host to add.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewHost {
    /// Its address; a documented subnet must contain it.
    #[cfg_attr(feature = "openapi", schema(example = "192.0.2.12"))]
    pub ip: String,
    /// Its name.
    #[serde(default)]
    pub hostname: Option<String>,
    /// One line.
    #[serde(default)]
    pub description: Option<String>,
    /// Labels.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Several lines.
    #[serde(default)]
    pub notes: Option<String>,
    /// Silence is expected.
    #[serde(default)]
    pub reserved: bool,
}

/// Changes to a host: absent = unchanged, `null` = cleared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HostPatch {
    /// Its name; a name set here is manual and never overwritten.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::api::present"
    )]
    pub hostname: Option<Option<String>>,
    /// One line.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::api::present"
    )]
    pub description: Option<Option<String>>,
    /// Labels; `null` removes all.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::api::present"
    )]
    pub tags: Option<Option<Vec<String>>>,
    /// Several lines.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::api::present"
    )]
    pub notes: Option<Option<String>>,
    /// Silence is expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserved: Option<bool>,
    /// Ask it by SNMP when it or its subnet has credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snmp: Option<bool>,
    /// `false` restores an archived host. So does whatever describes it; nobody archives a host by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
}

/// Which hosts to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct HostQuery {
    /// Only hosts inside this subnet, nested ones included.
    #[serde(default)]
    pub subnet: Option<i64>,
    /// Only hosts with this status.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub status: Option<Status>,
    /// Only hosts with this tag.
    #[serde(default)]
    pub tag: Option<String>,
    /// `true` lists the archived hosts instead of the others.
    #[serde(default)]
    pub archived: Option<bool>,
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
    /// `ip`, `hostname`, `status`, `since`, `last_seen_at` or `latency_ms`; `-` in front = descending. Absent = `ip`.
    #[serde(default)]
    pub sort: Option<String>,
}

/// What the drawer of one host shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HostPage {
    /// The host.
    pub host: Host,
    /// The subnet it belongs to.
    pub subnet: crate::subnet::Subnet,
    /// Its newest change events, newest first.
    pub events: Vec<crate::event::Event>,
    /// Its open ports, by number.
    pub ports: Vec<crate::port::Port>,
    /// Its newest port scan.
    pub port_scan: Option<crate::port::LastPortScan>,
    /// Its subnet has credentials for SNMP.
    pub has_snmp: bool,
    /// What is shown of its own credentials for SNMP, which win over those of its subnet.
    pub own_snmp: Option<crate::snmp::Snmp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_field_are_accepted() {
        for name in [
            "nas",
            "nas-01.office.lan",
            "_sip._tcp.example.org",
            "xn--bcher-kva.example",
            "3com",
        ] {
            assert_eq!(
                name.parse::<Hostname>().map(|n| n.to_string()).as_deref(),
                Ok(name)
            );
        }
        assert_eq!(
            "host.example."
                .parse::<Hostname>()
                .map(|n| n.to_string())
                .as_deref(),
            Ok("host.example")
        );
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = "a".repeat(64);
        for name in [
            "",
            ".",
            "a..b",
            "-a",
            "a-",
            "a b",
            "<script>",
            "10.0.0.1",
            "::1",
            "bücher",
            &long,
            &"a.".repeat(128),
        ] {
            assert!(name.parse::<Hostname>().is_err(), "{name}");
        }
    }

    #[test]
    fn a_patch_tells_absent_from_null() {
        let patch: HostPatch = serde_json::from_str(r#"{"hostname":null,"notes":"x"}"#).unwrap();
        assert_eq!(
            patch,
            HostPatch {
                hostname: Some(None),
                notes: Some(Some("x".into())),
                ..HostPatch::default()
            }
        );
        assert_eq!(
            serde_json::to_string(&patch).unwrap(),
            r#"{"hostname":null,"notes":"x"}"#
        );
    }
}
