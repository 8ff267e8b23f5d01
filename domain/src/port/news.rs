//! What a scan means for what was remembered of a host's ports: which lifetimes open, go on and close, and what is news.

use super::{Coverage, OpenPort, PortReport, Proto, Service};
use std::collections::{BTreeMap, BTreeSet};

/// A port of one host.
pub type Key = (Proto, u16);

/// What is remembered of a host's ports before a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remembered {
    /// The open ones, and what answered there.
    pub open: BTreeMap<Key, Service>,
    /// Closed ones that the accepted baseline has: they belong here when they open again.
    pub expected: BTreeSet<Key>,
    /// What the newest good scan asked; absent = there was none.
    pub covered: Option<Coverage>,
}

/// A port that was not open before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The port.
    pub port: OpenPort,
    /// An earlier scan asked it in vain.
    pub is_news: bool,
    /// It belongs here.
    pub accepted: bool,
}

/// A port that is open as before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The port, with all that is known now.
    pub port: OpenPort,
    /// What was known before.
    pub before: Service,
}

impl Seen {
    /// Whether another program or version answers.
    pub fn is_news(&self) -> bool {
        self.before.is_replaced_by(&self.port.service)
    }
}

/// What becomes of a host's ports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Lifetimes that begin.
    pub opened: Vec<Opened>,
    /// Lifetimes that go on.
    pub seen: Vec<Seen>,
    /// Lifetimes that end.
    pub closed: Vec<OpenPort>,
}

/// What a scan means; `None` when it means nothing, since a host with open ports that answers at none may be gone.
///
/// Only ports that the scan asked can close. A port is news only where the newest good scan before asked it too: the first
/// scan of a host, or of more ports, tells what was always there, and that is accepted.
pub fn news(known: &Remembered, report: &PortReport) -> Option<Changes> {
    let found: BTreeMap<Key, &Service> = report
        .open
        .iter()
        .filter(|open| open.port != 0)
        .map(|open| ((open.proto, open.port), &open.service))
        .collect();
    if found.is_empty() && !report.responded && !known.open.is_empty() {
        return None;
    }
    let mut changes = Changes::default();
    for (key, service) in &found {
        let service = service.clean();
        if let Some(before) = known.open.get(key) {
            changes.seen.push(Seen {
                port: open(*key, before.merged(&service, report.versions)),
                before: before.clone(),
            });
            continue;
        }
        let covered = known.covered.as_ref();
        let is_news = covered.is_some_and(|ports| ports.contains(key.0, key.1));
        changes.opened.push(Opened {
            port: open(*key, service),
            is_news,
            accepted: !is_news || known.expected.contains(key),
        });
    }
    let is_gone = |key: &Key| report.covered.contains(key.0, key.1) && !found.contains_key(key);
    let gone = known.open.iter().filter(|(key, _)| is_gone(key));
    changes.closed = gone
        .map(|(key, service)| open(*key, service.clone()))
        .collect();
    Some(changes)
}

fn open((proto, port): Key, service: Service) -> OpenPort {
    OpenPort {
        proto,
        port,
        service,
    }
}

#[cfg(test)]
#[path = "news_tests.rs"]
mod tests;
