//! Port scans of one host at a time: the trait that the workers use, and what it answers.

mod front;

pub use front::Ports;

use std::net::IpAddr;
use std::time::Duration;

use domain::port::{PortReport, profile::ScanProfile};
use futures::{FutureExt as _, future::BoxFuture};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// One scan of one host.
#[derive(Clone, Debug)]
pub struct PortRequest {
    /// Whose ports.
    pub ip: IpAddr,
    /// Which, and how.
    pub profile: ScanProfile,
    /// The scan ends by then, whatever it has found.
    pub deadline: Duration,
}

/// Why a scan found nothing out. None of these says that a port is closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortScanError {
    /// The host was not scanned: it took too long, was skipped, or could not be reached.
    #[error("not scanned: {0}")]
    NotScanned(String),
    /// The scanner did not work.
    #[error("the scanner failed: {0}")]
    Scanner(String),
    /// Somebody ended it.
    #[error("cancelled")]
    Cancelled,
}

/// What scans ports, and what a person should know about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortScannerStatus {
    /// In words for a person: `nmap 7.93 (/usr/bin/nmap)`, or the built-in prober.
    pub name: String,
    /// Whether it can tell programs and versions.
    pub versions: bool,
    /// What is missing and what to do about it, one sentence; absent = nothing is.
    pub missing: Option<String>,
}

/// Something that can scan the ports of a host.
pub trait PortScanner: Send + Sync + 'static {
    /// Scans one host. `percent` is told how far it is, where that is known.
    ///
    /// Ends promptly when `cancel` does. Nothing of it is left when the future is dropped.
    fn scan(
        &self,
        request: PortRequest,
        percent: watch::Sender<Option<u8>>,
        cancel: CancellationToken,
    ) -> BoxFuture<'_, Result<PortReport, PortScanError>>;

    /// What scans.
    fn status(&self) -> PortScannerStatus;
}

/// The address that is scanned for `ip`: one host's, and IPv4 as such.
pub(super) fn target(ip: IpAddr) -> Result<IpAddr, PortScanError> {
    let refuse = |words: &str| Err(PortScanError::NotScanned(words.to_owned()));
    let ip = ip.to_canonical();
    match ip {
        _ if ip.is_unspecified() || ip.is_multicast() => refuse("the address is nobody's own"),
        IpAddr::V4(v4) if v4.is_broadcast() => refuse("the address is nobody's own"),
        IpAddr::V6(v6) if v6.is_unicast_link_local() => {
            refuse("a link-local address does not say on which link")
        }
        _ => Ok(ip),
    }
}

/// Scans nothing: for visits from the console and for networks that do not exist.
#[derive(Clone, Copy, Debug)]
pub struct NoScanner;

impl PortScanner for NoScanner {
    fn scan(
        &self,
        _: PortRequest,
        _: watch::Sender<Option<u8>>,
        _: CancellationToken,
    ) -> BoxFuture<'_, Result<PortReport, PortScanError>> {
        let refusal = PortScanError::NotScanned("ports are not scanned here".into());
        async move { Err(refusal) }.boxed()
    }

    fn status(&self) -> PortScannerStatus {
        PortScannerStatus {
            name: "none".into(),
            versions: false,
            missing: None,
        }
    }
}
