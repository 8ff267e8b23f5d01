//! The whole way, from real listeners by nmap to lifetimes and change events.

use crate::{
    harness::{Scripted, console, settings},
    port_worker::until,
};
use domain::{
    event::EventKind,
    host::{HostId, HostPage, NewHost},
    job::{Job, JobKind, JobState},
    port::set::PortSet,
    subnet::NewSubnet,
    time::Timestamp,
};
use engine::{
    Engine, EngineSettings,
    clock::Hands,
    ops,
    probe::{Probes, ports::Ports},
};
use std::{
    ffi::OsString,
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Greets as OpenSSH does, or says nothing, until it is dropped.
struct Server {
    port: u16,
    is_mute: Arc<AtomicBool>,
    is_over: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Server {
    fn start(listener: TcpListener) -> Self {
        let port = listener.local_addr().unwrap().port();
        let (is_mute, is_over) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicBool::new(false)),
        );
        let (mute, over) = (is_mute.clone(), is_over.clone());
        let accept = move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let mute = mute.load(Ordering::SeqCst);
                // A scanner that hangs up is the purpose of all this.
                thread::spawn(move || stream.and_then(|stream| speak(stream, mute)));
            }
        };
        Self {
            port,
            is_mute,
            is_over,
            thread: Some(thread::spawn(accept)),
        }
    }
}

fn speak(mut stream: TcpStream, mute: bool) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    if !mute {
        stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n")?;
    }
    while stream.read(&mut [0; 1024])? > 0 {}
    Ok(())
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes it; the port is closed when the thread has ended.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        self.thread.take().unwrap().join().unwrap();
    }
}

fn listener(port: u16) -> TcpListener {
    TcpListener::bind(("127.0.0.1", port)).unwrap()
}

struct World {
    engine: Engine,
    hands: Hands,
    host: HostId,
    _workers: DropGuard,
    _folder: tempfile::TempDir,
}

impl World {
    /// An engine that scans these ports of this machine by nmap when it is asked to; nothing if nmap is not installed.
    async fn new(ports: &PortSet) -> Option<Self> {
        let path = std::env::vars_os().find(|(name, _)| name == "PATH");
        let scanner = Ports::new(&path.map_or_else(OsString::new, |(_, path)| path)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let settings = EngineSettings {
            port_scheduler: false,
            scan_profile: format!("-T4 -sT -sV -p {ports}").parse().unwrap(),
            ..settings(&folder)
        };
        scanner.look(settings.scan_profile.technique).await;
        let probes = Probes {
            ports: Arc::new(scanner),
            ..Probes::from(Arc::<Scripted>::default())
        };
        if !probes.ports.status().name.starts_with("nmap") {
            return None;
        }
        let hands = Hands::default();
        hands.set(Timestamp(1_800_000_000_000));
        let engine = Engine::open_at(settings, probes, hands.clock())
            .await
            .unwrap()
            .engine;
        let block = NewSubnet {
            cidr: "127.0.0.0/30".into(),
            ..NewSubnet::default()
        };
        ops::subnet::create(&engine, &console(), &block)
            .await
            .unwrap();
        let new = NewHost {
            ip: "127.0.0.1".into(),
            ..NewHost::default()
        };
        let host = ops::host::create(&engine, &console(), &new)
            .await
            .unwrap()
            .id;
        let cancel = CancellationToken::new();
        engine.start_workers(&cancel);
        Some(Self {
            engine,
            hands,
            host,
            _workers: cancel.drop_guard(),
            _folder: folder,
        })
    }

    /// Asks for a scan.
    async fn ask(&self) -> Job {
        self.hands
            .set(self.engine.now().plus(Duration::from_mins(1)));
        let caller = console();
        let job = ops::job::start(&self.engine, &caller, self.host, JobKind::PortScan);
        job.await.unwrap()
    }

    fn job(&self, job: &Job) -> Job {
        ops::job::find(&self.engine, &console(), job.id).unwrap()
    }

    /// Asks for a scan and waits until it is over.
    async fn scan(&self) -> Job {
        let job = self.ask().await;
        until("the scan", async || self.job(&job).state.is_over()).await;
        self.job(&job)
    }

    async fn page(&self) -> HostPage {
        ops::host::page(&self.engine, &console(), self.host)
            .await
            .unwrap()
    }

    /// Change events of ports, the newest first.
    async fn news(&self) -> Vec<String> {
        let kinds = [
            EventKind::PortOpened,
            EventKind::PortClosed,
            EventKind::ServiceChanged,
        ];
        let events = self.page().await.events.into_iter();
        let events = events.filter(|event| kinds.contains(&event.kind));
        events.map(|event| event.detail).collect()
    }
}

/// The numbers of this process's children called nmap.
fn children() -> Vec<i32> {
    let parent = format!("PPid:\t{}", std::process::id());
    let is_ours = |id: &i32| {
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        status.starts_with("Name:\tnmap\n") && status.lines().any(|line| line == parent)
    };
    let numbers = fs::read_dir("/proc").unwrap().flatten();
    let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter(is_ours).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nmap_finds_what_opens_and_closes_and_its_death_loses_nothing() {
    let (first, second, third) = (listener(0), listener(0), listener(0));
    let later = third.local_addr().unwrap().port();
    drop(third);
    let (first, second) = (Server::start(first), Server::start(second));
    let ports: PortSet = [first.port, second.port, later].into_iter().collect();
    let Some(world) = World::new(&ports).await else {
        println!("skipped: nmap is not installed");
        return;
    };
    let done = world.scan().await;
    assert_eq!(
        (done.state, done.detail.as_deref()),
        (JobState::Done, Some("2 open ports"))
    );
    assert_eq!(world.news().await, [""; 0]);
    let open = world.page().await.ports;
    let ssh = open.iter().find(|port| port.port == first.port).unwrap();
    let words =
        [&ssh.service, &ssh.product, &ssh.version].map(|it| it.as_deref().unwrap_or_default());
    assert_eq!((words, ssh.accepted), (["ssh", "OpenSSH", "9.6"], true));

    let gone = first.port;
    drop(first);
    let third = Server::start(listener(later));
    let done = world.scan().await;
    assert_eq!(done.detail.as_deref(), Some("2 open ports, 2 changes"));
    let told = [
        format!("{gone}/tcp closed · ssh OpenSSH 9.6"),
        format!("{later}/tcp opened · ssh OpenSSH 9.6"),
    ];
    assert_eq!(world.news().await, told, "exactly two");

    // Asked for its version, a port that says nothing holds nmap up.
    third.is_mute.store(true, Ordering::SeqCst);
    let before = world.page().await;
    let job = world.ask().await;
    until("nmap", async || !children().is_empty()).await;
    for id in children() {
        let nmap = nix::unistd::Pid::from_raw(id);
        nix::sys::signal::kill(nmap, nix::sys::signal::Signal::SIGKILL).unwrap();
    }
    until("its end", async || world.job(&job).state.is_over()).await;
    assert_eq!(world.job(&job).state, JobState::Failed);
    let after = world.page().await;
    assert_eq!(
        (after.ports, after.events),
        (before.ports, before.events),
        "the last good scan stays"
    );
    let (scan, good) = (after.port_scan.unwrap(), before.port_scan.unwrap());
    assert_eq!((scan.good_at, scan.asked), (good.good_at, 3));
    assert!(scan.failure.is_some() && scan.at > good.at, "{scan:?}");
    assert_eq!(children(), [0; 0], "nothing of it is left");
}
