//! The real prober's handle: starts the thread, hands it rounds, ends it when dropped.

use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use domain::probe::{Answer, Observation, ProbeStatus, Unsent};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::inbox::{self, Command, Outbox};
use super::prober::Prober;
use super::{Ping, PingSettings, Round, RoundReport};

/// Between a panic of the thread and its new beginning.
const AFTER_PANIC: Duration = Duration::from_secs(1);

/// The status the thread writes and everybody reads.
pub(super) type SharedStatus = Arc<Mutex<ProbeStatus>>;

/// Pings over real ICMP sockets, from a thread of its own.
#[derive(Debug)]
pub struct IcmpPing {
    /// `None` only while dropping.
    outbox: Option<Outbox>,
    thread: Option<JoinHandle<()>>,
    status: SharedStatus,
    next_id: AtomicU32,
}

impl IcmpPing {
    /// Opens the sockets and starts the thread. Sockets that are not permitted now are tried again by later rounds.
    ///
    /// # Errors
    /// The thread or its wake-up pipe could not be made.
    pub fn start(settings: PingSettings) -> io::Result<Self> {
        let (outbox, inbox) = inbox::pair()?;
        let mut prober = Prober::open(settings, inbox);
        let status = prober.shared_status();
        let thread = thread::Builder::new()
            .name("icmp".to_owned())
            .spawn(move || {
                while panic::catch_unwind(AssertUnwindSafe(|| prober.run())).is_err() {
                    tracing::error!("the icmp thread panicked and begins anew");
                    thread::sleep(AFTER_PANIC);
                    prober.begin_anew();
                }
            })?;
        Ok(Self {
            outbox: Some(outbox),
            thread: Some(thread),
            status,
            next_id: AtomicU32::new(0),
        })
    }

    fn send(&self, command: Command) {
        if let Some(outbox) = &self.outbox {
            outbox.send(command);
        }
    }

    async fn fly(&self, round: Round, cancel: CancellationToken) -> RoundReport {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (sender, mut receiver) = oneshot::channel();
        let addresses = round.addresses.clone();
        self.send(Command::Start {
            id,
            round,
            report: sender,
        });
        // Also when this future is dropped, the round must not go on.
        let recall = Recall { ping: self, id };
        let report = tokio::select! {
            report = &mut receiver => report,
            () = cancel.cancelled() => {
                drop(recall);
                receiver.await
            }
        };
        report.unwrap_or_else(|_| unsent(&addresses))
    }
}

impl Ping for IcmpPing {
    fn round(&self, round: Round, cancel: CancellationToken) -> BoxFuture<'_, RoundReport> {
        self.fly(round, cancel).boxed()
    }

    fn status(&self) -> ProbeStatus {
        self.status
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for IcmpPing {
    fn drop(&mut self) {
        // The closed queue is the order to end, the closed bell wakes the thread to read it.
        drop(self.outbox.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the icmp thread had panicked");
        }
    }
}

/// Ends a round when dropped; a round that is over ignores it.
struct Recall<'a> {
    ping: &'a IcmpPing,
    id: u32,
}

impl Drop for Recall<'_> {
    fn drop(&mut self) {
        self.ping.send(Command::Cancel { id: self.id });
    }
}

/// The report when the thread is gone.
fn unsent(addresses: &[std::net::IpAddr]) -> RoundReport {
    let observations = addresses.iter().map(|&ip| Observation {
        ip,
        answer: Answer::Unsent(Unsent::Other),
        lost: 0,
    });
    RoundReport {
        observations: observations.collect(),
        overflowed: false,
        elapsed: Duration::ZERO,
    }
}
