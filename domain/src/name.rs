//! What a host is called: what the sources of names answered, and which of them names the host.

use crate::host::{Hostname, HostnameSource};
use std::fmt;

/// What one source of names said about a host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NameAnswer {
    /// It was not asked: it is off, or this host is none of its business.
    #[default]
    NotAsked,
    /// The host's name.
    Name(Hostname),
    /// The host has no name, or none that is a host name.
    Nameless,
    /// No answer, and so no news: a fragment in words.
    Failed(String),
    /// It was not asked, as it has not answered others lately: later is early enough.
    LeftAlone,
}

impl fmt::Display for NameAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAsked => f.write_str("not asked"),
            Self::Name(name) => name.fmt(f),
            Self::Nameless => f.write_str("no name"),
            Self::Failed(why) => f.write_str(why),
            Self::LeftAlone => f.write_str("left alone for a minute, as it did not answer"),
        }
    }
}

/// A host's name and who gave it.
pub type Named = Option<(String, HostnameSource)>;

/// The name that holds after a lookup. A lookup never overwrites what a person or an import said, SNMP outranks DNS, and
/// no answer is no news: only an answer that there is no name takes away what DNS said before.
pub fn settle(before: Named, dns: &NameAnswer, snmp: &NameAnswer) -> Named {
    let source = before.as_ref().map(|(_, source)| *source);
    if source >= Some(HostnameSource::Import) {
        return before;
    }
    if let NameAnswer::Name(name) = snmp {
        return Some((name.to_string(), HostnameSource::Snmp));
    }
    // What SNMP said stays while it is silent, until it is asked no more or has no name to tell.
    let is_free = match source {
        Some(HostnameSource::Snmp) => matches!(snmp, NameAnswer::NotAsked | NameAnswer::Nameless),
        _ => true,
    };
    match dns {
        NameAnswer::Name(name) if is_free => Some((name.to_string(), HostnameSource::Dns)),
        NameAnswer::Nameless if source == Some(HostnameSource::Dns) => None,
        _ => before,
    }
}

/// A change of the name in words; none when nothing changed for the reader.
pub fn change(before: &Named, after: &Named) -> Option<String> {
    if before.as_ref().map(|(name, _)| name) == after.as_ref().map(|(name, _)| name) {
        return None;
    }
    let name = |named: &Named| {
        let named = named.as_ref().map(|(name, _)| name.clone());
        named.unwrap_or_else(|| "none".to_owned())
    };
    let source = after
        .as_ref()
        .or(before.as_ref())
        .map(|(_, source)| *source);
    let source = match source? {
        HostnameSource::Dns => "DNS",
        HostnameSource::Snmp => "SNMP",
        HostnameSource::Import => "import",
        HostnameSource::Manual => "manual",
    };
    Some(format!(
        "hostname: {} → {} ({source})",
        name(before),
        name(after)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use HostnameSource::{Dns, Import, Manual, Snmp};

    fn named(name: &str, source: HostnameSource) -> Named {
        Named::from((name.to_owned(), source))
    }

    fn says(name: &str) -> NameAnswer {
        NameAnswer::Name(name.parse().unwrap())
    }

    #[test]
    fn names_keep_their_rank() {
        use NameAnswer::{LeftAlone, Nameless, NotAsked};
        let failed = || NameAnswer::Failed("timed out".into());
        for (before, dns, snmp, after) in [
            (None, says("a"), NotAsked, named("a", Dns)),
            (None, says("a"), says("b"), named("b", Snmp)),
            (None, Nameless, NotAsked, None),
            (None, failed(), failed(), None),
            (named("x", Dns), says("a"), failed(), named("a", Dns)),
            (named("x", Dns), says("a"), says("b"), named("b", Snmp)),
            (named("x", Dns), Nameless, NotAsked, None),
            (named("x", Dns), failed(), NotAsked, named("x", Dns)),
            (named("x", Dns), NotAsked, NotAsked, named("x", Dns)),
            (named("x", Dns), LeftAlone, NotAsked, named("x", Dns)),
            (named("x", Snmp), says("a"), failed(), named("x", Snmp)),
            (named("x", Snmp), says("a"), NotAsked, named("a", Dns)),
            (named("x", Snmp), says("a"), Nameless, named("a", Dns)),
            (named("x", Snmp), Nameless, failed(), named("x", Snmp)),
            (named("x", Snmp), Nameless, says("b"), named("b", Snmp)),
            (named("x", Import), says("a"), says("b"), named("x", Import)),
            (named("x", Manual), says("a"), says("b"), named("x", Manual)),
            (named("x", Manual), Nameless, NotAsked, named("x", Manual)),
        ] {
            let words = format!("{before:?}, DNS {dns}, SNMP {snmp}");
            assert_eq!(settle(before, &dns, &snmp), after, "{words}");
        }
    }

    #[test]
    fn a_change_is_told_once_and_in_words() {
        for (before, after, words) in [
            (
                None,
                named("nas.lan", Dns),
                Some("hostname: none → nas.lan (DNS)"),
            ),
            (
                named("a", Dns),
                named("b", Snmp),
                Some("hostname: a → b (SNMP)"),
            ),
            (named("a", Dns), None, Some("hostname: a → none (DNS)")),
            (named("a", Dns), named("a", Snmp), None),
            (None, None, None),
        ] {
            assert_eq!(change(&before, &after).as_deref(), words);
        }
    }
}
