//! The prober of the sample network: it sends nothing and makes its answers up.

use super::Network;
use crate::{
    clock::Clock,
    probe::{
        Ping, Probes, Round, RoundReport, examine::Blind, metadata::Metadata, names::Names,
        narrate::Silent,
    },
};
use domain::{
    probe::{Answer, Observation, ProbeStatus, SocketMode, Unsent},
    time::Timestamp,
};
use futures::{FutureExt as _, future::BoxFuture};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A round takes so long for each address, and no longer than [`LONGEST`]: pages show that something goes on.
const EACH: Duration = Duration::from_millis(2);
/// The longest round.
const LONGEST: Duration = Duration::from_secs(2);

/// Answers for the hosts of the sample network.
#[derive(Debug)]
pub struct Simulated {
    network: Arc<Network>,
    clock: Clock,
}

impl Simulated {
    /// A prober that answers what the network does at the clock's time.
    pub fn new(network: Arc<Network>, clock: Clock) -> Self {
        Self { network, clock }
    }

    pub(super) fn network(&self) -> &Network {
        &self.network
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn answer(&self, round: Round, cancel: CancellationToken) -> RoundReport {
        let begun = Instant::now();
        let count = u32::try_from(round.addresses.len()).unwrap_or(u32::MAX);
        let length = EACH.saturating_mul(count).min(LONGEST);
        let is_cancelled = cancel
            .run_until_cancelled(tokio::time::sleep(length))
            .await
            .is_none();
        let now = self.clock.now();
        let answer = |ip| {
            if is_cancelled {
                let answer = Answer::Unsent(Unsent::Cancelled);
                return Observation {
                    ip,
                    answer,
                    lost: 0,
                };
            }
            self.network.answer(ip, now, round.attempts)
        };
        RoundReport {
            observations: round.addresses.iter().copied().map(answer).collect(),
            overflowed: false,
            elapsed: begun.elapsed(),
        }
    }
}

impl From<Simulated> for Probes {
    /// Everything that would go out to the network is made up, but nobody is asked for names.
    fn from(all: Simulated) -> Self {
        let all = Arc::new(all);
        Self {
            ping: all.clone(),
            ports: all,
            examine: Arc::new(Blind),
            names: Names::default(),
            narrator: Arc::new(Silent),
            metadata: Metadata::default(),
        }
    }
}

impl Ping for Simulated {
    fn round(&self, round: Round, cancel: CancellationToken) -> BoxFuture<'_, RoundReport> {
        self.answer(round, cancel).boxed()
    }

    fn status(&self) -> ProbeStatus {
        ProbeStatus {
            v4: SocketMode::Simulated,
            v6: SocketMode::Simulated,
            warnings: Vec::new(),
        }
    }
}
