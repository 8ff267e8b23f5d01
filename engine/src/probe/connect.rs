//! The built-in port scanner: whole TCP connections, many at a time, without any other program.

mod names;
mod rtt;
mod scan;
pub(super) mod socket;

use std::io;
use std::sync::Arc;

use domain::port::{Coverage, OpenPort, PortReport, Proto, Service, profile::Ports, set::PortSet};
use futures::{FutureExt as _, future::BoxFuture};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    sync::{Semaphore, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::ports::{PortRequest, PortScanError, PortScanner, PortScannerStatus, target};
use scan::{Found, Plan};

/// Connections that may be on their way at a time, whatever the number of hosts.
const IN_FLIGHT: u64 = 2_048;
/// Of so many files that this process may open, one may be such a connection.
const SHARE: u64 = 4;
/// Connections to one host that may be on their way, by timing: some small machines fall over when they are asked too
/// much at a time.
const PER_HOST: [usize; 6] = [1, 4, 16, 128, 512, 1_024];

/// Scans ports by connecting to them.
#[derive(Debug)]
pub struct ConnectScanner {
    budget: Arc<Semaphore>,
}

impl Default for ConnectScanner {
    fn default() -> Self {
        Self::new()
    }
}

impl ConnectScanner {
    /// A scanner that uses at most a quarter of the files that this process may open. The limit of those is raised as
    /// far as this needs and the system permits.
    pub fn new() -> Self {
        let files = raise_limit(IN_FLIGHT * SHARE);
        let permits = (files / SHARE).clamp(1, IN_FLIGHT);
        Self {
            budget: Arc::new(Semaphore::new(usize::try_from(permits).unwrap_or(1))),
        }
    }

    async fn run(
        &self,
        request: PortRequest,
        percent: watch::Sender<Option<u8>>,
    ) -> Result<PortReport, PortScanError> {
        let ip = target(request.ip)?;
        let asked = match request.profile.ports {
            Ports::Top(count) => names::top(count),
            Ports::List(list) => list,
        };
        let timing = usize::from(request.profile.timing).min(PER_HOST.len() - 1);
        let plan = Plan {
            ip,
            ports: asked.iter().collect(),
            in_flight: PER_HOST[timing],
        };
        let found = scan::scan(plan, &self.budget, &percent);
        let found = timeout(request.deadline, found).await.map_err(|_| {
            let seconds = request.deadline.as_secs_f32();
            PortScanError::NotScanned(format!("it took longer than {seconds} s"))
        })??;
        Ok(report(asked, &found))
    }
}

impl PortScanner for ConnectScanner {
    fn scan(
        &self,
        request: PortRequest,
        percent: watch::Sender<Option<u8>>,
        cancel: CancellationToken,
    ) -> BoxFuture<'_, Result<PortReport, PortScanError>> {
        let run = self.run(request, percent);
        let cancellable = async move { cancel.run_until_cancelled(run).await };
        cancellable
            .map(|ended| ended.unwrap_or(Err(PortScanError::Cancelled)))
            .boxed()
    }

    fn status(&self) -> PortScannerStatus {
        PortScannerStatus {
            name: "the built-in prober".into(),
            versions: false,
            missing: None,
        }
    }
}

fn report(asked: PortSet, found: &Found) -> PortReport {
    let open = found.open.iter().map(|port| OpenPort {
        proto: Proto::Tcp,
        port,
        service: Service {
            name: names::name(port).map(ToOwned::to_owned),
            ..Service::default()
        },
    });
    PortReport {
        open: open.collect(),
        covered: Coverage {
            tcp: asked,
            udp: PortSet::default(),
        },
        responded: found.responded,
        versions: false,
    }
}

/// Raises the number of files that may be open to `wanted`, if it is lower and as far as is permitted; the number that
/// holds then.
fn raise_limit(wanted: u64) -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let unlimited = u64::MAX;
    let (now, most) = (
        limit.current.unwrap_or(unlimited),
        limit.maximum.unwrap_or(unlimited),
    );
    let new = wanted.min(most);
    if new <= now {
        return now;
    }
    let raised = setrlimit(
        Resource::Nofile,
        Rlimit {
            current: Some(new),
            maximum: limit.maximum,
        },
    );
    match raised {
        Ok(()) => new,
        Err(error) => {
            let error = io::Error::from(error);
            tracing::debug!(%error, "the limit of open files stays as it is");
            now
        }
    }
}
