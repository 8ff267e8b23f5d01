//! What the server pushes: one stream per tab, handed to whoever subscribed, in order and without loss.

mod back_off;
mod source;

use domain::live::LiveEvent;
use leptos::prelude::*;
use std::sync::Arc;

/// The names of every event; an `EventSource` hands out only those it was told of.
pub const NAMES: [&str; 11] = [
    "resync",
    "hosts",
    "hosts_removed",
    "latency",
    "event",
    "subnet",
    "subnet_removed",
    "banners",
    "sweep",
    "job",
    "scan",
];

/// Whether pushed changes arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Being set up for the first time.
    Connecting,
    /// Changes arrive.
    Live,
    /// Broken; it is being set up again.
    Lost,
}

type Subscriber = Arc<dyn Fn(&LiveEvent) + Send + Sync>;

/// The tab's live stream, from the context of every signed-in page.
#[derive(Clone, Copy)]
pub struct Live {
    connection: RwSignal<Connection>,
    subscribers: StoredValue<Vec<(u64, Subscriber)>>,
    next_key: StoredValue<u64>,
}

impl Live {
    /// A stream that nobody opened yet: pages on the server keep it like this.
    pub fn new() -> Self {
        Self {
            connection: RwSignal::new(Connection::Connecting),
            subscribers: StoredValue::new(Vec::new()),
            next_key: StoredValue::new(0),
        }
    }

    /// Whether pushed changes arrive.
    pub fn connection(self) -> ReadSignal<Connection> {
        self.connection.read_only()
    }

    /// Calls `subscriber` with every event until the current owner is cleaned up. Signals would do as well, but they
    /// keep the last value only, and two events may come before an effect runs.
    pub fn on(self, subscriber: impl Fn(&LiveEvent) + Send + Sync + 'static) {
        let key = self.next_key.get_value();
        self.next_key.set_value(key + 1);
        self.subscribers
            .update_value(|all| all.push((key, Arc::new(subscriber))));
        on_cleanup(move || {
            self.subscribers
                .try_update_value(|all| all.retain(|(k, _)| *k != key));
        });
    }

    /// Hands one event to every subscriber.
    pub fn dispatch(self, event: &LiveEvent) {
        // A copy: a subscriber may subscribe or be cleaned up while it is called.
        let subscribers = self.subscribers.try_get_value().unwrap_or_default();
        for (_, subscriber) in subscribers {
            subscriber(event);
        }
    }

    /// Opens the stream, in the browser only; it closes with the current owner.
    pub fn open(self) {
        source::open(self);
    }

    fn set(self, connection: Connection) {
        // Written only on a change, so that a retry does not announce "lost" again.
        if self.connection.try_get_untracked() != Some(connection) {
            self.connection.try_set(connection);
        }
    }
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}

/// The tab's live stream.
pub fn use_live() -> Live {
    use_context::<Live>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn every_subscriber_gets_every_event_until_its_owner_ends() {
        let owner = Owner::new();
        owner.set();
        let live = Live::new();
        let seen = Arc::new(Mutex::new(0));
        let inner = Owner::new();
        let count = Arc::clone(&seen);
        inner.with(|| live.on(move |_| *count.lock().unwrap() += 1));
        live.dispatch(&LiveEvent::Resync);
        live.dispatch(&LiveEvent::Resync);
        assert_eq!(*seen.lock().unwrap(), 2);
        inner.cleanup();
        live.dispatch(&LiveEvent::Resync);
        assert_eq!(*seen.lock().unwrap(), 2);
    }
}
