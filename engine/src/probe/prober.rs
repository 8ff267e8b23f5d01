//! The prober's thread: sends what the pace allows, takes every reply, then lets deadlines pass.

mod landing;
mod port;
mod transmit;

use std::collections::{BTreeMap, VecDeque};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::probe::{ProbeStatus, SocketMode, Unsent};
use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::time::TimeSpec;
use tokio::sync::oneshot;

use self::landing::{Airborne, Losses};
use self::port::Port;
use super::clock::{Clock, Nanos};
use super::flight::{Flight, Lane};
use super::icmp::SharedStatus;
use super::inbox::{Closed, Command, Inbox};
use super::neighbours::Neighbours;
use super::pacer::Pacer;
use super::packet::Sealer;
use super::paths::Paths;
use super::settings::PingSettings;
use super::socket::Family;
use super::{Round, RoundReport};

/// Routes and links are read again this often while rounds fly.
const LOOK_AGAIN: Nanos = 1_000_000_000;
/// A picture of the routes younger than this is current.
const CURRENT: Nanos = 50_000_000;

/// Everything the thread owns.
pub(super) struct Prober {
    settings: PingSettings,
    inbox: Inbox,
    status: SharedStatus,
    clock: Clock,
    sealer: Sealer,
    ports: [Port; 2],
    pacer: Pacer,
    neighbours: Neighbours,
    paths: Arc<Paths>,
    looked_at: Nanos,
    /// How often the kernel had no room for a packet or for a neighbour.
    crowdings: u32,
    /// The front one has the next turn to send.
    flights: VecDeque<Box<Airborne>>,
}

impl Prober {
    /// Opens the sockets that are permitted.
    pub(super) fn open(settings: PingSettings, inbox: Inbox) -> Self {
        let sealer = Sealer::new(rand::random());
        let open = |family| Port::open(family, settings.mode, sealer.identifier());
        let mut prober = Self {
            ports: Family::ALL.map(open),
            status: Arc::new(Mutex::new(ProbeStatus {
                v4: SocketMode::Unavailable,
                v6: SocketMode::Unavailable,
                warnings: Vec::new(),
            })),
            clock: Clock::start(),
            pacer: Pacer::new(settings.rate, settings.burst),
            neighbours: Neighbours::read(),
            paths: Arc::default(),
            looked_at: 0,
            crowdings: 0,
            flights: VecDeque::new(),
            settings,
            inbox,
            sealer,
        };
        prober.publish();
        prober
    }

    pub(super) fn shared_status(&self) -> SharedStatus {
        Arc::clone(&self.status)
    }

    /// Works until nobody can send rounds any more.
    pub(super) fn run(&mut self) {
        while self.take_commands().is_ok() {
            self.transmit();
            let now = self.clock.now();
            self.receive();
            for airborne in &mut self.flights {
                airborne.flight.expire(now);
            }
            self.look_around(now, LOOK_AGAIN);
            self.land();
            self.wait();
        }
    }

    /// After a panic: gives up the rounds that flew, whose askers notice, and opens the sockets anew.
    pub(super) fn begin_anew(&mut self) {
        self.flights.clear();
        let open = |family| Port::open(family, self.settings.mode, self.sealer.identifier());
        self.ports = Family::ALL.map(open);
        self.publish();
    }

    fn take_commands(&mut self) -> Result<(), Closed> {
        while let Some(command) = self.inbox.take()? {
            match command {
                Command::Start { id, round, report } => self.launch(id, &round, report),
                Command::Cancel { id } => {
                    let flight = self.flights.iter_mut().find(|air| air.flight.id() == id);
                    if let Some(airborne) = flight {
                        airborne.flight.cancel(Unsent::Cancelled);
                    }
                }
            }
        }
        Ok(())
    }

    fn launch(&mut self, id: u32, round: &Round, report: oneshot::Sender<RoundReport>) {
        if self.flights.is_empty() {
            // What came while nobody flew is late: it must not count as a drop of this round.
            self.receive();
            for port in &mut self.ports {
                port.blocked_since = None;
            }
        }
        for port in &mut self.ports {
            port.reopen(self.settings.mode, self.sealer.identifier());
        }
        let now = self.clock.now();
        self.look_around(now, CURRENT);
        let (paths, ports, neighbours) = (&self.paths, &self.ports, &self.neighbours);
        let mut sweeps = BTreeMap::new();
        let flight = Flight::new(id, round, now, |ip| {
            let family = Family::of(ip);
            if let Some(reason) = Port::of(ports, family).obstacle() {
                return Lane::Closed(reason);
            }
            let Some(path) = paths.find(ip).filter(|path| path.attached) else {
                return Lane::Open { attached: false };
            };
            if !path.running {
                return Lane::Closed(Unsent::NetworkUnreachable);
            }
            sweeps.entry(path.network.as_str()).or_insert((family, 0)).1 += 1;
            if neighbours.must_pace(ip, path) {
                Lane::Paced
            } else {
                Lane::Open { attached: true }
            }
        });
        for (network, (family, addresses)) in sweeps {
            self.neighbours.note_sweep(network, family, addresses);
        }
        let losses = self.losses();
        let airborne = Airborne::new(flight, report, &self.paths, losses);
        self.flights.push_back(Box::new(airborne));
        self.publish();
    }

    /// Takes every packet that has arrived.
    fn receive(&mut self) {
        let Self {
            ports,
            clock,
            sealer,
            flights,
            ..
        } = self;
        for port in ports {
            let Ok(wire) = &mut port.wire else { continue };
            let kind = wire.socket().kind();
            wire.receive(clock, |packet| {
                let Some(tag) = sealer.reply(packet.bytes, kind, packet.source) else {
                    return;
                };
                if let Some(airborne) = flights.iter_mut().find(|air| air.flight.id() == tag.flight)
                {
                    let (source, received) = (packet.source, packet.received);
                    airborne
                        .flight
                        .replied(tag.index, tag.attempt, source, tag.sent, received);
                }
            });
        }
    }

    /// Sleeps until there is something to do.
    fn wait(&mut self) {
        let now = self.clock.now();
        let ready = self.flights.iter().any(|air| air.flight.is_ready(now));
        // A full socket only matters to requests that wait for it.
        let blocked = ready && self.ports.iter().any(|port| port.blocked_since.is_some());
        let mut wake = (!self.flights.is_empty()).then_some(now + LOOK_AGAIN);
        if ready && !blocked {
            wake = Some(self.pacer.ready_at(now));
        }
        for airborne in &mut self.flights {
            let due = airborne.flight.next_due(now, self.neighbours.pacer());
            wake = wake.into_iter().chain(due).min();
        }
        if wake.is_some_and(|wake| wake <= now) && !blocked {
            return;
        }
        let mut watched = vec![PollFd::new(self.inbox.as_fd(), PollFlags::POLLIN)];
        // While requests wait for the pace, replies may wait as well: the kernel has stamped them.
        for port in self.ports.iter().filter(|_| blocked || !ready) {
            if let Some(watch) = port.watch(!self.flights.is_empty(), blocked) {
                watched.push(watch);
            }
        }
        // A blocked socket that never gets writable must still be noticed.
        let floor = if blocked { 1_000_000 } else { 0 };
        let pause = wake.map(|wake| wake.saturating_sub(now).max(floor));
        let timeout = pause.map(|pause| TimeSpec::from_duration(Duration::from_nanos(pause)));
        // An error here can only be an interruption; the loop looks at everything anyway.
        let _ = ppoll(&mut watched, timeout, None);
        self.inbox.silence();
    }

    /// Reads routes and links again when the last picture is older than `age`.
    fn look_around(&mut self, now: Nanos, age: Nanos) {
        let unseen = self.looked_at == 0;
        if !unseen && (now.saturating_sub(self.looked_at) < age) {
            return;
        }
        self.looked_at = now.max(1);
        self.paths = Arc::new(Paths::read());
        for airborne in &mut self.flights {
            airborne.compare(&self.paths);
        }
    }

    fn losses(&self) -> Losses {
        Losses {
            drops: self.ports.iter().map(Port::dropped).sum(),
            crowdings: self.crowdings,
            slept: Clock::slept(),
        }
    }

    fn publish(&mut self) {
        let [v4, v6] = &self.ports;
        let status = ProbeStatus {
            v4: v4.mode(),
            v6: v6.mode(),
            warnings: self.neighbours.warnings(),
        };
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = status;
    }
}
