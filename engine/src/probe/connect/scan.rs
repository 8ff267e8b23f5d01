//! The scan of one host: so many connections at a time, and a second look at what stayed silent.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::port::set::PortSet;
use futures::{StreamExt as _, stream::FuturesUnordered};
use rustix::io::Errno;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::yield_now,
    time::sleep,
};

use super::rtt::RoundTrip;
use super::socket::{self, Answer, Begun};
use crate::probe::ports::PortScanError;

/// Connections that are begun before others get their turn.
const TURN: usize = 32;
/// After this machine had no room for a connection.
const NO_ROOM: Duration = Duration::from_millis(20);
/// So often in a row, then it is given up.
const PATIENCE: u32 = 250;

/// What to ask.
pub(super) struct Plan {
    pub(super) ip: IpAddr,
    pub(super) ports: Vec<u16>,
    /// Connections that may be on their way at a time.
    pub(super) in_flight: usize,
}

/// What was found.
pub(super) struct Found {
    pub(super) open: PortSet,
    /// Whether the host answered at all.
    pub(super) responded: bool,
}

/// Asks every port once, and those that stayed silent once more if the host is one that answers.
pub(super) async fn scan(
    plan: Plan,
    budget: &Arc<Semaphore>,
    percent: &watch::Sender<Option<u8>>,
) -> Result<Found, PortScanError> {
    let mut state = State {
        total: plan.ports.len(),
        ..State::default()
    };
    ask(&plan, &plan.ports, budget, &mut state, percent).await?;
    if state.responded && !state.silent.is_empty() {
        let again = std::mem::take(&mut state.silent);
        state.total += again.len();
        ask(&plan, &again, budget, &mut state, percent).await?;
    }
    match state.unreachable {
        Some(reason) if !state.responded && state.silent.is_empty() => {
            let words = io::Error::from(reason).to_string();
            // Without the kernel's number: "Network is unreachable (os error 101)".
            let words = words.split(" (os error").next().unwrap_or_default();
            Err(PortScanError::NotScanned(words.to_lowercase()))
        }
        _ => Ok(Found {
            open: state.open.into_iter().collect(),
            responded: state.responded,
        }),
    }
}

#[derive(Default)]
struct State {
    rtt: RoundTrip,
    open: Vec<u16>,
    silent: Vec<u16>,
    responded: bool,
    unreachable: Option<Errno>,
    done: usize,
    total: usize,
}

impl State {
    fn settle(&mut self, port: u16, answer: Answer, elapsed: Duration) {
        self.done += 1;
        match answer {
            Answer::Open | Answer::Closed => {
                self.responded = true;
                self.rtt.learn(elapsed);
                if answer == Answer::Open {
                    self.open.push(port);
                }
            }
            Answer::Silent => self.silent.push(port),
            Answer::Unreachable(reason) => self.unreachable = Some(reason),
        }
    }

    fn tell(&self, percent: &watch::Sender<Option<u8>>) {
        let now = u8::try_from(self.done * 100 / self.total.max(1)).ok();
        percent.send_if_modified(|shown| {
            let is_news = now > *shown;
            if is_news {
                *shown = now;
            }
            is_news
        });
    }
}

async fn ask(
    plan: &Plan,
    ports: &[u16],
    budget: &Arc<Semaphore>,
    state: &mut State,
    percent: &watch::Sender<Option<u8>>,
) -> Result<(), PortScanError> {
    let mut flights = FuturesUnordered::new();
    let mut next = 0;
    let mut refused = 0;
    while next < ports.len() || !flights.is_empty() {
        let mut turn = 0;
        while next < ports.len() && flights.len() < plan.in_flight && turn < TURN {
            // While connections of this scan are under way, their ends make room; without any, others' ends do.
            let permit = if flights.is_empty() {
                Arc::clone(budget).acquire_owned().await.ok()
            } else {
                Arc::clone(budget).try_acquire_owned().ok()
            };
            let Some(permit) = permit else { break };
            let port = ports[next];
            let started = Instant::now();
            match socket::begin(plan.ip, port) {
                Ok(Begun::Answered(answer)) => state.settle(port, answer, started.elapsed()),
                Ok(Begun::Pending(stream)) => {
                    let limit = state.rtt.timeout();
                    flights.push(land(stream, port, limit, permit));
                }
                Err(error) if refused < PATIENCE => {
                    tracing::debug!(%error, "no room for a connection");
                    refused += 1;
                    drop(permit);
                    sleep(NO_ROOM).await;
                    break;
                }
                Err(error) => return Err(failure(&error)),
            }
            refused = 0;
            next += 1;
            turn += 1;
        }
        let is_full = flights.len() >= plan.in_flight || next == ports.len();
        if turn == TURN && !is_full {
            yield_now().await;
        } else if let Some((port, answer, elapsed)) = flights.next().await {
            let answer = answer.map_err(|error| failure(&error))?;
            state.settle(port, answer, elapsed);
        }
        state.tell(percent);
    }
    Ok(())
}

async fn land(
    stream: tokio::net::TcpStream,
    port: u16,
    limit: Duration,
    _permit: OwnedSemaphorePermit,
) -> (u16, io::Result<Answer>, Duration) {
    let started = Instant::now();
    let answer = socket::answer(stream, limit).await;
    (port, answer, started.elapsed())
}

fn failure(error: &io::Error) -> PortScanError {
    PortScanError::Scanner(format!("failed to connect: {error}"))
}
