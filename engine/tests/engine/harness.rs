//! What the tests share: an engine in a temporary folder, addresses that answer when told, a clock that is set by hand.

use domain::{
    host::HostId,
    probe::{Answer, Observation, ProbeStatus, SocketMode, Unsent},
    row::Row,
    subnet::{NewSubnet, Subnet, SubnetId},
    time::Timestamp,
};
use engine::{
    Caller, Engine, EngineSettings, OpenError, Opened,
    clock::Clock,
    ops,
    probe::{Ping, Probes, Round, RoundReport, names::Names},
};
use futures::{FutureExt as _, future::BoxFuture};
use std::{
    collections::HashSet,
    net::IpAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// Answers for the addresses in its set.
#[derive(Default)]
pub(crate) struct Scripted {
    alive: Mutex<HashSet<IpAddr>>,
    cut_off: AtomicBool,
}

impl Scripted {
    pub(crate) fn answer(&self, ip: IpAddr) -> Observation {
        let answer = if self.cut_off.load(Ordering::SeqCst) {
            Answer::Unsent(Unsent::NetworkUnreachable)
        } else if self.alive.lock().unwrap().contains(&ip) {
            Answer::Reply { rtt_us: 1234 }
        } else {
            Answer::Silence
        };
        Observation {
            ip,
            answer,
            lost: 0,
        }
    }
}

impl Ping for Scripted {
    fn round(&self, round: Round, _: CancellationToken) -> BoxFuture<'_, RoundReport> {
        let observations = round.addresses.iter().map(|ip| self.answer(*ip)).collect();
        async move {
            RoundReport {
                observations,
                overflowed: false,
                elapsed: Duration::ZERO,
            }
        }
        .boxed()
    }

    fn status(&self) -> ProbeStatus {
        ProbeStatus {
            v4: SocketMode::Datagram,
            v6: SocketMode::Datagram,
            warnings: Vec::new(),
        }
    }
}

/// An engine under test.
pub(crate) struct Lab {
    pub(crate) engine: Engine,
    pub(crate) opened: Opened,
    pub(crate) ping: Arc<Scripted>,
    pub(crate) ports: Arc<crate::port_script::PortScript>,
    now: Arc<AtomicI64>,
    pub(crate) folder: Arc<tempfile::TempDir>,
    names: Names,
}

pub(crate) const START: Timestamp = Timestamp(1_800_000_000_000);

pub(crate) fn settings(folder: &tempfile::TempDir) -> EngineSettings {
    EngineSettings {
        database_url: format!(
            "sqlite://{}?mode=rwc",
            folder.path().join("rollcall.db").display()
        ),
        ..EngineSettings::default()
    }
}

pub(crate) async fn open_in(
    folder: Arc<tempfile::TempDir>,
    settings: EngineSettings,
) -> Result<Lab, OpenError> {
    open_from(folder, settings, START.0, Names::default()).await
}

async fn open_from(
    folder: Arc<tempfile::TempDir>,
    settings: EngineSettings,
    now: i64,
    names: Names,
) -> Result<Lab, OpenError> {
    let ping = Arc::<Scripted>::default();
    let now = Arc::new(AtomicI64::new(now));
    let clock = {
        let now = now.clone();
        Clock::from_fn(move || Timestamp(now.load(Ordering::SeqCst)))
    };
    let ports = Arc::<crate::port_script::PortScript>::default();
    let probes = Probes {
        ports: ports.clone(),
        names: names.clone(),
        ..ping.clone().into()
    };
    let opened = Engine::open_at(settings, probes, clock).await?;
    Ok(Lab {
        engine: opened.engine.clone(),
        opened,
        ping,
        ports,
        now,
        folder,
        names,
    })
}

impl Lab {
    pub(crate) async fn new() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let settings = settings(&folder);
        open_in(folder, settings).await.unwrap()
    }

    /// With somebody to ask for names and hardware.
    pub(crate) async fn with_names(names: Names) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let settings = settings(&folder);
        open_from(folder, settings, START.0, names).await.unwrap()
    }

    /// Closes the engine and opens the same file again.
    pub(crate) async fn restart(self) -> Self {
        let with = settings(&self.folder);
        self.restart_with(with).await
    }

    /// The same with other settings.
    pub(crate) async fn restart_with(self, settings: EngineSettings) -> Self {
        self.engine.close().await.unwrap();
        let Self {
            folder,
            now,
            engine,
            opened,
            names,
            ..
        } = self;
        drop((engine, opened));
        open_from(folder, settings, now.load(Ordering::SeqCst), names)
            .await
            .unwrap()
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.now
            .fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Sets the clock, forward or back.
    pub(crate) fn shift(&self, minutes: i64) {
        self.now.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    /// Steps the clock back.
    pub(crate) fn step_back(&self, time: Duration) {
        self.now
            .fetch_sub(i64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) fn wake(&self, ips: &[&str]) {
        self.ping
            .alive
            .lock()
            .unwrap()
            .extend(ips.iter().map(|ip| ip.parse::<IpAddr>().unwrap()));
    }

    pub(crate) fn silence(&self, ip: &str) {
        self.ping.alive.lock().unwrap().remove(&ip.parse().unwrap());
    }

    pub(crate) fn cut_off(&self, yes: bool) {
        self.ping.cut_off.store(yes, Ordering::SeqCst);
    }

    pub(crate) async fn subnet(&self, cidr: &str) -> Subnet {
        let new = NewSubnet {
            cidr: cidr.into(),
            ..NewSubnet::default()
        };
        ops::subnet::create(&self.engine, &console(), &new)
            .await
            .unwrap()
    }

    /// What the sweep worker does, at once.
    pub(crate) async fn sweep(&self, id: SubnetId) -> usize {
        let targets = ops::sweep::targets(&self.engine, id);
        let seen: Vec<Observation> = targets.into_iter().map(|ip| self.ping.answer(ip)).collect();
        ops::sweep::record(&self.engine, id, &seen)
            .await
            .unwrap()
            .unwrap_or_default()
    }

    /// What the round worker does a minute later.
    pub(crate) async fn round(&self, id: SubnetId) -> ops::history::Recorded {
        self.pass(Duration::from_mins(1));
        let page = ops::subnet::page(&self.engine, &console(), id)
            .await
            .unwrap();
        let hosts = page.rows.iter().filter_map(|row| match row {
            Row::Host(host) => Some(host.ip),
            Row::Gap(_) => None,
        });
        let seen: Vec<Observation> = hosts.map(|ip| self.ping.answer(ip)).collect();
        ops::history::record(&self.engine, id, &seen, true)
            .await
            .unwrap()
    }

    /// The rows in a short form: `10.0.0.1 up`, `10.0.0.2-10.0.0.9 8`.
    pub(crate) async fn rows(&self, id: SubnetId) -> Vec<String> {
        let page = ops::subnet::page(&self.engine, &console(), id)
            .await
            .unwrap();
        page.rows
            .iter()
            .map(|row| match row {
                Row::Host(host) => format!(
                    "{} {:?}{}",
                    host.ip,
                    host.status,
                    if host.suspect { " suspect" } else { "" }
                )
                .to_lowercase(),
                Row::Gap(gap) => format!("{}-{} {}", gap.first, gap.last, gap.count.0),
            })
            .collect()
    }

    pub(crate) async fn host_at(&self, ip: &str) -> domain::host::Host {
        let query = domain::host::HostQuery {
            q: Some(ip.into()),
            ..Default::default()
        };
        let page = ops::host::list(&self.engine, &console(), &query)
            .await
            .unwrap();
        page.items
            .into_iter()
            .find(|host| host.ip.to_string() == ip)
            .unwrap()
    }

    /// Kinds and details of a host's events, oldest first.
    pub(crate) async fn events(&self, id: HostId) -> Vec<String> {
        let page = ops::host::page(&self.engine, &console(), id).await.unwrap();
        page.events
            .iter()
            .rev()
            .map(|e| format!("{}: {}", e.kind, e.detail))
            .collect()
    }
}

pub(crate) fn console() -> Caller {
    Caller::console()
}
