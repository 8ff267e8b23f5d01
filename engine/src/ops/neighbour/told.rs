//! Which changes of hardware were told lately: two that take turns at an address, as by a conflict, are one piece of news.

use domain::{host::HostId, time::Timestamp};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A change between the same two is told once within this time.
const ONCE: Duration = Duration::from_hours(1);
/// Within the same time, a host's changes between whomever: addresses can be made up.
const MOST: usize = 4;

/// What was told, by host.
#[derive(Debug, Default)]
pub struct Told(Mutex<HashMap<HostId, Vec<Change>>>);

/// A change that was told.
#[derive(Clone, Debug)]
pub(super) struct Change {
    /// In order.
    between: [String; 2],
    at: Timestamp,
}

impl Change {
    pub(super) fn new(before: &str, after: &str, at: Timestamp) -> Self {
        let mut between = [before.to_owned(), after.to_owned()];
        between.sort();
        Self { between, at }
    }
}

impl Told {
    fn lock(&self) -> MutexGuard<'_, HashMap<HostId, Vec<Change>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a change is to be told.
    pub(super) fn is_news(&self, id: HostId, change: &Change) -> bool {
        let all = self.lock();
        let told = all.get(&id).map_or(&[][..], Vec::as_slice);
        let mut lately = told.iter().filter(|told| told.is_recent(change.at));
        let is_known = lately.clone().any(|told| told.between == change.between);
        !is_known && lately.nth(MOST - 1).is_none()
    }

    /// Notes that changes were told, and forgets what is too old to matter.
    pub(super) fn note(&self, changes: Vec<(HostId, Change)>, now: Timestamp) {
        let mut all = self.lock();
        all.retain(|_, told| {
            told.retain(|change| change.is_recent(now));
            !told.is_empty()
        });
        for (id, change) in changes {
            all.entry(id).or_default().push(change);
        }
    }
}

impl Change {
    /// Also what a clock that was stepped back leaves in the future is not.
    fn is_recent(&self, now: Timestamp) -> bool {
        self.at <= now && now.since(self.at) < ONCE
    }
}
