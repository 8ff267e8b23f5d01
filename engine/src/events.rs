//! The live bus: each message encoded once, shared by all readers; who lags is told to fetch anew.

use domain::live::LiveEvent;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::broadcast;

/// Messages that a slow reader may be behind, and that a returning one can be given again.
const RING: usize = 256;
/// Messages that the fastest writer may be ahead of a reader.
const BEHIND: usize = 1024;
/// Messages larger than this are not worth sending: readers fetch anew.
const MAX_BYTES: usize = 256 * 1024;

/// A message with its number and its JSON text.
#[derive(Debug)]
pub struct LiveMessage {
    /// Ascending without holes while the process runs; begins at the start time, so never repeats over a restart.
    pub id: u64,
    /// What happened.
    pub event: LiveEvent,
    /// The event's JSON text.
    pub json: String,
}

/// Where operations publish what they committed.
#[derive(Debug)]
pub struct Bus {
    ring: Mutex<Ring>,
    sender: broadcast::Sender<Arc<LiveMessage>>,
}

#[derive(Debug)]
struct Ring {
    next_id: u64,
    messages: VecDeque<Arc<LiveMessage>>,
}

impl Bus {
    /// A bus whose first message has the number `first_id`.
    pub fn new(first_id: u64) -> Self {
        Self {
            ring: Mutex::new(Ring {
                next_id: first_id,
                messages: VecDeque::new(),
            }),
            sender: broadcast::channel(BEHIND).0,
        }
    }

    /// Sends `event` to every open stream.
    pub fn publish(&self, event: LiveEvent) {
        // Round-trip times are outdated by the next round: they take no number and are not given again.
        let is_fleeting = matches!(event, LiveEvent::Latency(_));
        if is_fleeting && self.sender.receiver_count() == 0 {
            return;
        }
        let (event, json) = match serde_json::to_string(&event) {
            Ok(json) if json.len() <= MAX_BYTES => (event, json),
            _ => (LiveEvent::Resync, r#"{"type":"resync"}"#.to_owned()),
        };
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let id = ring.next_id.saturating_sub(u64::from(is_fleeting));
        let message = Arc::new(LiveMessage { id, event, json });
        if !is_fleeting {
            ring.next_id += 1;
            if ring.messages.len() == RING {
                ring.messages.pop_front();
            }
            ring.messages.push_back(Arc::clone(&message));
        }
        // No receiver is no error. Sent under the lock, so that a new reader misses nothing between ring and channel.
        let _ = self.sender.send(message);
    }

    /// A stream that goes on after `last_id` if that is still possible, and begins with a resync otherwise.
    pub fn subscribe(&self, last_id: Option<u64>) -> LiveStream {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        let receiver = self.sender.subscribe();
        let oldest = ring.messages.front().map_or(ring.next_id, |m| m.id);
        let pending = match last_id {
            Some(last) if last >= oldest.saturating_sub(1) && last < ring.next_id => ring
                .messages
                .iter()
                .filter(|m| m.id > last)
                .cloned()
                .collect(),
            _ => VecDeque::from([resync(ring.next_id.saturating_sub(1))]),
        };
        LiveStream { pending, receiver }
    }
}

fn resync(id: u64) -> Arc<LiveMessage> {
    Arc::new(LiveMessage {
        id,
        event: LiveEvent::Resync,
        json: r#"{"type":"resync"}"#.into(),
    })
}

/// One reader's stream.
#[derive(Debug)]
pub struct LiveStream {
    pending: VecDeque<Arc<LiveMessage>>,
    receiver: broadcast::Receiver<Arc<LiveMessage>>,
}

impl LiveStream {
    /// The next message; `None` when the engine is gone.
    pub async fn next(&mut self) -> Option<Arc<LiveMessage>> {
        if let Some(message) = self.pending.pop_front() {
            return Some(message);
        }
        match self.receiver.recv().await {
            Ok(message) => Some(message),
            Err(broadcast::error::RecvError::Lagged(_)) => {
                // What follows in the channel is newer than the resync, so its number is the one before it.
                Some(resync(self.receiver.recv().await.ok().map_or(0, |m| m.id)))
            }
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::live::SubnetRemoved;
    use domain::subnet::SubnetId;

    fn removed(id: i64) -> LiveEvent {
        LiveEvent::SubnetRemoved(SubnetRemoved { id: SubnetId(id) })
    }

    #[tokio::test]
    async fn a_new_reader_begins_with_a_resync_and_then_follows() {
        let bus = Bus::new(100);
        bus.publish(removed(1));
        let mut stream = bus.subscribe(None);
        bus.publish(removed(2));
        let first = stream.next().await.unwrap();
        assert_eq!((first.id, &first.event), (100, &LiveEvent::Resync));
        assert_eq!(stream.next().await.unwrap().event, removed(2));
    }

    #[tokio::test]
    async fn a_returning_reader_gets_exactly_what_it_missed() {
        let bus = Bus::new(100);
        for id in 0..5 {
            bus.publish(removed(id));
        }
        let mut stream = bus.subscribe(Some(102));
        assert_eq!(stream.next().await.unwrap().event, removed(3));
        assert_eq!(stream.next().await.unwrap().event, removed(4));
        bus.publish(removed(9));
        assert_eq!(stream.next().await.unwrap().event, removed(9));
    }

    #[tokio::test]
    async fn an_unknown_or_too_old_number_is_a_resync() {
        let bus = Bus::new(100);
        for id in 0..=RING {
            bus.publish(removed(i64::try_from(id).unwrap()));
        }
        for last in [0, 99, 100_000] {
            assert_eq!(
                bus.subscribe(Some(last)).next().await.unwrap().event,
                LiveEvent::Resync,
                "{last}"
            );
        }
    }

    #[tokio::test]
    async fn round_trip_times_are_sent_but_not_given_again() {
        let bus = Bus::new(100);
        let mut stream = bus.subscribe(None);
        stream.next().await;
        bus.publish(removed(1));
        for at in 0..2 * i64::try_from(RING).unwrap() {
            bus.publish(LiveEvent::Latency(domain::live::Latency {
                subnet_id: SubnetId(1),
                at: domain::time::Timestamp(at),
                ids: vec![],
                rtt_us: vec![],
            }));
        }
        assert_eq!(stream.next().await.unwrap().id, 100);
        assert_eq!(stream.next().await.unwrap().id, 100);
        bus.publish(removed(2));
        let mut returning = bus.subscribe(Some(100));
        assert_eq!(returning.next().await.unwrap().event, removed(2));
    }

    #[tokio::test]
    async fn a_slow_reader_is_told_to_fetch_anew() {
        let bus = Bus::new(0);
        let mut stream = bus.subscribe(None);
        for id in 0..2 * BEHIND {
            bus.publish(removed(i64::try_from(id).unwrap()));
        }
        stream.next().await;
        assert_eq!(stream.next().await.unwrap().event, LiveEvent::Resync);
    }
}
