//! What goes out to the network: the traits that the workers use and the real probers behind them.
//!
//! [`IcmpPing`] runs one thread for the whole process. Sends are paced by one token bucket, replies and deadlines are
//! handled apart from them, and nothing is kept per target but a row in its round, so a mostly silent /16 costs its
//! sends plus one timeout.

mod clock;
mod connect;
mod drops;
pub mod examine;
mod fault;
mod flight;
mod icmp;
mod inbox;
mod interfaces;
pub mod metadata;
pub mod names;
pub mod narrate;
mod neighbours;
mod networks;
mod nmap;
mod outward;
mod pacer;
mod packet;
mod paths;
pub mod ports;
pub mod post;
mod prober;
mod settings;
mod socket;
mod wire;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::probe::{Observation, ProbeStatus};
use examine::Examine;
use futures::future::BoxFuture;
use ports::PortScanner;
use tokio_util::sync::CancellationToken;

pub use connect::ConnectScanner;
pub use icmp::IcmpPing;
pub use networks::{is_own, own_networks};
pub use nmap::Nmap;
pub use settings::{PingMode, PingSettings};

/// Everything that goes out to the network.
#[derive(Clone)]
pub struct Probes {
    /// Echo requests.
    pub ping: Arc<dyn Ping>,
    /// Port scans.
    pub ports: Arc<dyn PortScanner>,
    /// Close looks at single addresses.
    pub examine: Arc<dyn Examine>,
    /// Names and hardware addresses.
    pub names: names::Names,
    /// Words about verdicts.
    pub narrator: Arc<dyn narrate::RiskNarrator>,
    /// Sources of what is known of public addresses.
    pub metadata: metadata::Metadata,
}

impl<P: Ping> From<Arc<P>> for Probes {
    /// Echo requests only.
    fn from(ping: Arc<P>) -> Self {
        Self {
            ping,
            ports: Arc::new(ports::NoScanner),
            examine: Arc::new(examine::Blind),
            names: names::Names::default(),
            narrator: Arc::new(narrate::Silent),
            metadata: metadata::Metadata::default(),
        }
    }
}

/// One round of echo requests over many addresses.
#[derive(Clone, Debug)]
pub struct Round {
    /// Whom to ask, IPv4 and IPv6 mixed as they come.
    pub addresses: Vec<IpAddr>,
    /// Requests per address until one is answered, 1 to 3.
    pub attempts: u8,
    /// How long one request may stay unanswered.
    pub timeout: Duration,
    /// From one request to the next one for the same address.
    pub spacing: Duration,
}

/// What a [`Round`] learnt.
#[derive(Clone, Debug)]
pub struct RoundReport {
    /// One observation per address, in the order of the round.
    pub observations: Vec<Observation>,
    /// The kernel dropped packets of ours while the round ran: its silence proves nothing and is reported as unsent.
    pub overflowed: bool,
    /// From the first to the last moment of the round.
    pub elapsed: Duration,
}

/// Something that can ask many addresses whether they are alive.
pub trait Ping: Send + Sync + 'static {
    /// Asks every address of the round. Rounds may overlap: they share the pace fairly.
    ///
    /// Ends promptly when `cancel` does; what was not answered by then is reported as cancelled.
    fn round(&self, round: Round, cancel: CancellationToken) -> BoxFuture<'_, RoundReport>;

    /// How requests leave this process, and what the operator should know about it.
    fn status(&self) -> ProbeStatus;
}
