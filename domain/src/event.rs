//! Change events: what happened to a host, kept for ever.

use crate::{host::HostId, subnet::SubnetId, time::Timestamp};
use ipnetwork::IpNetwork;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
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
    /// Nothing is known any more of a host, or of many hosts of a subnet at once.
    Unknown,
    /// It is asked again.
    Known,
    /// A host changes its status so often that single changes are no news.
    FlappingBegan,
    /// A flapping host was calm for an hour.
    FlappingEnded,
    /// A silent host that nobody described left the lists.
    Archived,
    /// An archived host is back.
    Restored,
    /// A person added a host.
    Added,
    /// A person changed what is documented.
    Changed,
    /// A person removed a host.
    Removed,
    /// A scan found a port open that an earlier one had found closed.
    PortOpened,
    /// A scan found a port closed that was open.
    PortClosed,
    /// Another program or version answers at an open port.
    ServiceChanged,
    /// Few addresses of a subnet are left.
    NearlyFull,
    /// A scan that is repeated found something else than the time before.
    ScanChanged,
}

impl EventKind {
    /// Every kind, in the order of a filter menu.
    pub const ALL: [Self; 18] = [
        Self::Discovered,
        Self::Up,
        Self::Down,
        Self::Suspect,
        Self::Unknown,
        Self::Known,
        Self::FlappingBegan,
        Self::FlappingEnded,
        Self::Archived,
        Self::Restored,
        Self::Added,
        Self::Changed,
        Self::Removed,
        Self::PortOpened,
        Self::PortClosed,
        Self::ServiceChanged,
        Self::NearlyFull,
        Self::ScanChanged,
    ];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Discovered => "discovered",
            Self::Up => "up",
            Self::Down => "down",
            Self::Suspect => "suspect",
            Self::Unknown => "unknown",
            Self::Known => "known",
            Self::FlappingBegan => "flapping_began",
            Self::FlappingEnded => "flapping_ended",
            Self::Archived => "archived",
            Self::Restored => "restored",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
            Self::PortOpened => "port_opened",
            Self::PortClosed => "port_closed",
            Self::ServiceChanged => "service_changed",
            Self::NearlyFull => "nearly_full",
            Self::ScanChanged => "scan_changed",
        }
    }

    /// Says no more than that a host is silent: no news of a host whose silence is expected.
    pub fn is_silence(self) -> bool {
        matches!(self, Self::Down | Self::Suspect)
    }

    /// Stored as ever, but nobody is to be notified of it while the host flaps.
    pub fn is_damped(self, flapping: bool) -> bool {
        flapping && matches!(self, Self::Up | Self::Down | Self::Suspect)
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected one of discovered, up, down, suspect, unknown, known, flapping_began, flapping_ended, archived, restored, added, changed, removed, port_opened, port_closed, service_changed, nearly_full, scan_changed"
)]
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

/// Some kinds of events: their words with commas between them, as in `up,down`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kinds(pub Vec<EventKind>);

impl From<EventKind> for Kinds {
    fn from(kind: EventKind) -> Self {
        Self(vec![kind])
    }
}

impl fmt::Display for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|kind| kind.as_str()).collect();
        f.write_str(&words.join(","))
    }
}

impl FromStr for Kinds {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let mut kinds = Vec::new();
        for kind in text.split(',') {
            let kind = kind.parse()?;
            // Each costs a query: naming one twice must not.
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        Ok(Self(kinds))
    }
}

impl Serialize for Kinds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Kinds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// One change of one host; or of many hosts of a subnet that became unknown, or known again, by one cause at once; or of
/// what a repeated scan found, at one host or at several addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// Ascending in the order in which events were stored.
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
    /// The host, while it exists; absent where many hosts of the subnet are meant, or addresses that are no hosts.
    pub host_id: Option<HostId>,
    /// The subnet, while it exists.
    pub subnet_id: Option<SubnetId>,
    /// The host's address; the subnet's network address where many of its hosts are meant; of a scan the first address
    /// that changed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "192.0.2.12"))]
    pub ip: IpAddr,
    /// The host's name at that time.
    pub hostname: Option<String>,
    /// Plain words: "3 silent rounds", "hostname: nas → nas-01".
    pub detail: String,
    /// Seconds that the state before it had lasted, where that has a meaning.
    pub lasted_seconds: Option<u64>,
}

/// Which events to list, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct EventQuery {
    /// Only these kinds, with commas between them, such as `up,down`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(inline, style = Form, explode = false, value_type = Option<Vec<EventKind>>))]
    pub kind: Option<Kinds>,
    /// Only events of this subnet, nested ones included.
    #[serde(default)]
    pub subnet: Option<i64>,
    /// Only events of this host, and those of its subnet that meant many hosts since it was added.
    #[serde(default)]
    pub host: Option<i64>,
    /// An address, a block or the beginning of an IPv4 address, as in `10.0.3.`; or part of the host's name or of the detail.
    #[serde(default)]
    pub q: Option<String>,
    /// Only events at or after this time.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>, format = DateTime))]
    pub since: Option<Timestamp>,
    /// Only events before this time.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>, format = DateTime))]
    pub until: Option<Timestamp>,
    /// Items of a page, 1 to 1000; absent = 100.
    #[serde(default)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// What is looked for in events: addresses if the text reads like some, and part of the host's name or of the detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// The addresses.
    pub block: Option<IpNetwork>,
    /// The text, its ASCII letters in lower case, as the database compares them.
    pub text: String,
}

/// Characters of a search that count; more find nothing that these do not narrow down.
const LONGEST_SEARCH: usize = 200;

impl Search {
    /// What a text looks for; nothing if it is empty.
    pub fn of(text: &str) -> Option<Self> {
        let text: String = text.trim().chars().take(LONGEST_SEARCH).collect();
        let text = text.to_ascii_lowercase();
        let block = text.parse().ok().or_else(|| beginning(&text));
        (!text.is_empty()).then_some(Self { block, text })
    }

    /// Whether an event is what is looked for.
    pub fn fits(&self, event: &Event) -> bool {
        let has = |words: &str| words.to_ascii_lowercase().contains(&self.text);
        self.block.is_some_and(|block| block.contains(event.ip))
            || event.hostname.as_deref().is_some_and(has)
            || has(&event.detail)
    }
}

/// The block of the IPv4 addresses that begin like this: `10.0.3` or `10.0.3.`.
fn beginning(text: &str) -> Option<IpNetwork> {
    let parts = text.strip_suffix('.').unwrap_or(text).split('.');
    let mut octets = [0; 4];
    let mut prefix = 0;
    for (octet, part) in octets.iter_mut().zip(parts.clone()) {
        *octet = part.parse().ok()?;
        prefix += 8;
    }
    let is_one = text.contains('.') && parts.count() < octets.len();
    is_one.then(|| IpNetwork::new(octets.into(), prefix).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_and_the_message_names_it() {
        for kind in EventKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert!(UnknownKind.to_string().contains(kind.as_str()), "{kind}");
        }
    }

    #[test]
    fn several_kinds_are_one_word_list() {
        let query: EventQuery = serde_json::from_str(r#"{"kind":"up,flapping_began"}"#).unwrap();
        let kinds = Kinds(vec![EventKind::Up, EventKind::FlappingBegan]);
        assert_eq!(query.kind.as_ref(), Some(&kinds));
        assert_eq!(kinds.to_string(), "up,flapping_began");
        assert!("up,".parse::<Kinds>().is_err());
        assert_eq!("up,flapping_began,up".parse(), Ok(kinds));
    }

    #[test]
    fn only_single_changes_of_a_flapping_host_are_damped() {
        assert!(EventKind::Down.is_damped(true) && !EventKind::Down.is_damped(false));
        assert!(!EventKind::FlappingBegan.is_damped(true));
        assert!(!EventKind::Unknown.is_damped(true));
    }

    #[test]
    fn a_search_finds_addresses_by_their_beginning_and_words_anywhere() {
        let block = |text| Search::of(text).unwrap().block.map(|b| b.to_string());
        for (text, found) in [
            ("10.0.3.7", Some("10.0.3.7/32")),
            ("10.0.3.", Some("10.0.3.0/24")),
            ("10.0", Some("10.0.0.0/16")),
            ("10.0.3.0/25", Some("10.0.3.0/25")),
            ("fd00::1", Some("fd00::1/128")),
            ("nas.lan", None),
            ("10", None),
            ("10.0.3.7.", None),
        ] {
            assert_eq!(block(text).as_deref(), found, "{text}");
        }
        assert_eq!(Search::of("  "), None);
        let event = Event {
            id: 1,
            at: Timestamp(0),
            kind: EventKind::Down,
            host_id: None,
            subnet_id: None,
            ip: [10, 0, 3, 7].into(),
            hostname: Some("NAS-01.lan".into()),
            detail: "3 silent rounds".into(),
            lasted_seconds: None,
        };
        let fits = |text| Search::of(text).unwrap().fits(&event);
        assert!(fits("10.0.3.") && fits("nas-") && fits("silent"));
        assert!(!fits("10.0.4.") && !fits("printer"));
    }
}
