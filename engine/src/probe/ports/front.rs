//! The scanner that the product uses: nmap where it is installed, the built-in prober where it is not.

use std::ffi::OsStr;
use std::io;

use domain::port::{PortReport, profile::Technique};
use futures::{FutureExt as _, future::BoxFuture};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{PortRequest, PortScanError, PortScanner, PortScannerStatus};
use crate::probe::connect::ConnectScanner;
use crate::probe::nmap::Nmap;

/// nmap or the built-in prober, as each scan finds the machine.
#[derive(Debug)]
pub struct Ports {
    nmap: Nmap,
    built_in: ConnectScanner,
}

impl Ports {
    /// Looks for programs in the folders of `path`, a list as in the variable `PATH`, and in the usual ones. Scans that a
    /// killed process has left running are ended.
    ///
    /// # Errors
    /// The thread that starts children could not be made.
    pub fn new(path: &OsStr) -> io::Result<Self> {
        Nmap::clear();
        Ok(Self {
            nmap: Nmap::new(path)?,
            built_in: ConnectScanner::new(),
        })
    }

    /// Looks whether nmap is there and can do what is wanted, as every scan does: the status tells it then.
    pub async fn look(&self, technique: Technique) {
        self.nmap.look(technique).await;
    }

    async fn scan_one(
        &self,
        request: PortRequest,
        percent: watch::Sender<Option<u8>>,
        cancel: CancellationToken,
    ) -> Result<PortReport, PortScanError> {
        let looking = self.nmap.look(request.profile.technique);
        match cancel.run_until_cancelled(looking).await {
            None => Err(PortScanError::Cancelled),
            Some(true) => self.nmap.scan(request, percent, cancel).await,
            Some(false) => self.built_in.scan(request, percent, cancel).await,
        }
    }
}

impl PortScanner for Ports {
    fn scan(
        &self,
        request: PortRequest,
        percent: watch::Sender<Option<u8>>,
        cancel: CancellationToken,
    ) -> BoxFuture<'_, Result<PortReport, PortScanError>> {
        self.scan_one(request, percent, cancel).boxed()
    }

    fn status(&self) -> PortScannerStatus {
        if self.nmap.is_known() {
            return self.nmap.status();
        }
        PortScannerStatus {
            missing: Some(
                "nmap is not installed: ports are found by the built-in prober, without program versions. Install nmap: \
                 apt-get install nmap"
                    .into(),
            ),
            ..self.built_in.status()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;
    use std::time::Duration;

    #[tokio::test(flavor = "multi_thread")]
    async fn without_nmap_ports_are_scanned_and_the_status_says_what_is_missing() {
        let ports = Ports {
            nmap: Nmap::within(Vec::new()).unwrap(),
            built_in: ConnectScanner::new(),
        };
        let request = PortRequest {
            ip: Ipv4Addr::LOCALHOST.into(),
            profile: "-T4 -p 1,2 -sV".parse().unwrap(),
            deadline: Duration::from_secs(10),
        };
        let (percent, _) = watch::channel(None);
        let report = ports.scan(request, percent, CancellationToken::new()).await;
        let report = report.unwrap();
        assert_eq!((report.covered.tcp.len(), report.versions), (2, false));
        let status = ports.status();
        assert_eq!(status.name, "the built-in prober");
        assert_eq!(
            status.missing.unwrap(),
            "nmap is not installed: ports are found by the built-in prober, without program versions. Install nmap: \
             apt-get install nmap"
        );
    }
}
