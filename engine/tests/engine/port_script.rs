//! A port scanner that follows a script: what is open where, which answers get lost, and when a scan goes on.

use domain::port::{Coverage, OpenPort, PortReport, Proto, Service, profile::Ports, set::PortSet};
use engine::probe::ports::{PortRequest, PortScanError, PortScanner, PortScannerStatus};
use futures::{FutureExt as _, future::BoxFuture};
use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::{Mutex, MutexGuard},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// A service in short: `https nginx 1.24`.
pub(crate) fn service(words: &str) -> Service {
    let mut words = words.splitn(3, ' ').map(str::to_owned);
    Service {
        name: words.next().filter(|name| !name.is_empty()),
        product: words.next(),
        version: words.next(),
    }
}

#[derive(Default)]
struct Script {
    open: HashMap<IpAddr, BTreeMap<u16, Service>>,
    /// Answers of these ports get lost in the next scan.
    lost: Vec<u16>,
    failure: Option<PortScanError>,
    /// Hosts that answer a whole scan at these ports only, and a second look at none.
    vanishing: HashMap<IpAddr, Vec<u16>>,
    asked: Vec<PortRequest>,
    running: usize,
    most: usize,
}

/// See the module.
pub(crate) struct PortScript {
    script: Mutex<Script>,
    /// Scans wait while it is set.
    held: watch::Sender<bool>,
}

impl Default for PortScript {
    fn default() -> Self {
        Self {
            script: Mutex::default(),
            held: watch::channel(false).0,
        }
    }
}

impl PortScript {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    pub(crate) fn open(&self, ip: &str, port: u16, words: &str) {
        let mut script = self.script();
        let ports = script.open.entry(ip.parse().unwrap()).or_default();
        ports.insert(port, service(words));
    }

    pub(crate) fn close(&self, ip: &str, port: u16) {
        let mut script = self.script();
        script
            .open
            .get_mut(&ip.parse::<IpAddr>().unwrap())
            .unwrap()
            .remove(&port);
    }

    /// The answer of a port gets lost once.
    pub(crate) fn lose(&self, port: u16) {
        self.script().lost.push(port);
    }

    /// From now on the host answers at these ports, and is gone when it is asked again.
    pub(crate) fn vanish(&self, ip: &str, ports: &[u16]) {
        let mut script = self.script();
        script.vanishing.insert(ip.parse().unwrap(), ports.to_vec());
    }

    pub(crate) fn fail(&self, failure: Option<PortScanError>) {
        self.script().failure = failure;
    }

    /// Holds every scan up, or lets them go on.
    pub(crate) fn hold(&self, yes: bool) {
        self.held.send_replace(yes);
    }

    /// How many scans go on now.
    pub(crate) fn running(&self) -> usize {
        self.script().running
    }

    /// How many went on at the same time at most.
    pub(crate) fn most(&self) -> usize {
        self.script().most
    }

    /// The hosts that were scanned, in this order, and how many ports each was asked.
    pub(crate) fn asked(&self) -> Vec<(String, u32)> {
        let count = |ports: &Ports| match ports {
            Ports::Top(count) => u32::from(*count),
            Ports::List(list) => list.len(),
        };
        let script = self.script();
        let asked = script.asked.iter();
        asked
            .map(|it| (it.ip.to_string(), count(&it.profile.ports)))
            .collect()
    }

    /// What a scan finds now.
    pub(crate) fn report(&self, ip: &str, ports: &Ports) -> PortReport {
        let tcp = match ports {
            Ports::Top(count) => (1..=*count).collect::<PortSet>(),
            Ports::List(ports) => ports.clone(),
        };
        let mut script = self.script();
        let lost = std::mem::take(&mut script.lost);
        let open = script.open.entry(ip.parse().unwrap()).or_default();
        let open = open
            .iter()
            .filter(|(port, _)| tcp.contains(**port) && !lost.contains(port));
        let open = open.map(|(port, service)| OpenPort {
            proto: Proto::Tcp,
            port: *port,
            service: service.clone(),
        });
        PortReport {
            open: open.collect(),
            covered: Coverage {
                tcp,
                ..Coverage::default()
            },
            responded: true,
            versions: true,
        }
    }

    async fn answer(
        &self,
        request: PortRequest,
        percent: watch::Sender<Option<u8>>,
    ) -> Result<PortReport, PortScanError> {
        let _running = self.enter(&request);
        percent.send_replace(Some(50));
        self.held.subscribe().wait_for(|held| !held).await.unwrap();
        if let Some(failure) = self.script().failure.clone() {
            return Err(failure);
        }
        let mut report = self.report(&request.ip.to_string(), &request.profile.ports);
        report.versions = request.profile.versions;
        if let Some(left) = self.script().vanishing.get(&request.ip) {
            let is_second = matches!(request.profile.ports, Ports::List(_));
            report
                .open
                .retain(|port| !is_second && left.contains(&port.port));
            report.responded = !is_second;
        }
        Ok(report)
    }

    fn enter(&self, request: &PortRequest) -> Running<'_> {
        let mut script = self.script();
        script.asked.push(request.clone());
        script.running += 1;
        script.most = script.most.max(script.running);
        Running(self)
    }
}

/// A scan that goes on, however it ends.
struct Running<'a>(&'a PortScript);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.script().running -= 1;
    }
}

impl PortScanner for PortScript {
    fn scan(
        &self,
        request: PortRequest,
        percent: watch::Sender<Option<u8>>,
        cancel: CancellationToken,
    ) -> BoxFuture<'_, Result<PortReport, PortScanError>> {
        async move {
            let answer = cancel.run_until_cancelled(self.answer(request, percent));
            answer.await.unwrap_or(Err(PortScanError::Cancelled))
        }
        .boxed()
    }

    fn status(&self) -> PortScannerStatus {
        PortScannerStatus {
            name: "a script".into(),
            versions: true,
            missing: None,
        }
    }
}
