//! The port scanner of the sample network: it sends nothing and makes its findings up.

use super::Simulated;
use crate::probe::ports::{PortRequest, PortScanError, PortScanner, PortScannerStatus};
use domain::port::PortReport;
use futures::{FutureExt as _, future::BoxFuture};
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// A scan takes so long for each tenth of it: pages show that something goes on.
const TENTH: Duration = Duration::from_millis(250);

impl Simulated {
    async fn find(
        &self,
        request: PortRequest,
        percent: watch::Sender<Option<u8>>,
    ) -> Result<PortReport, PortScanError> {
        for tenth in 1..=10_u8 {
            tokio::time::sleep(TENTH).await;
            percent.send_replace(Some(tenth * 10));
        }
        let (network, now) = (self.network(), self.now());
        let found = network.ports(request.ip, now, &request.profile.ports);
        let mut report = found.ok_or_else(|| PortScanError::NotScanned("nobody answers".into()))?;
        report.versions = request.profile.versions;
        Ok(report)
    }
}

impl PortScanner for Simulated {
    fn scan(
        &self,
        request: PortRequest,
        percent: watch::Sender<Option<u8>>,
        cancel: CancellationToken,
    ) -> BoxFuture<'_, Result<PortReport, PortScanError>> {
        async move {
            let found = cancel.run_until_cancelled(self.find(request, percent));
            found.await.unwrap_or(Err(PortScanError::Cancelled))
        }
        .boxed()
    }

    fn status(&self) -> PortScannerStatus {
        PortScannerStatus {
            name: "simulated".into(),
            versions: true,
            missing: None,
        }
    }
}
