//! The thread that starts every child, and one for each child that waits for its end.
//!
//! A child asks the kernel to be killed when its parent dies, and for the kernel a parent is a thread: it has to be one
//! that lives as long as the process does, which a thread of the async runtime need not.

use std::io;
use std::os::fd::OwnedFd;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc;
use std::thread;

use rustix::io::retry_on_intr;
use rustix::process::{
    Pid, Resource, Rlimit, Signal, WaitId, WaitIdOptions, kill_process_group, prlimit, waitid,
};
use tokio::sync::{oneshot, watch};

/// The memory that a child may map. nmap with everything it is asked for here needs a tenth.
const MEMORY: u64 = 2 << 30;

type Order = (Command, oneshot::Sender<io::Result<Running>>);

/// Starts children; the thread ends when this is dropped.
#[derive(Debug)]
pub(super) struct Keeper {
    orders: mpsc::Sender<Order>,
}

impl Keeper {
    /// Starts the thread.
    pub(super) fn start() -> io::Result<Self> {
        let (orders, inbox) = mpsc::channel::<Order>();
        thread::Builder::new()
            .name("children".to_owned())
            .spawn(move || {
                for (mut command, reply) in inbox {
                    // Where nobody waits any more, the child ends with this.
                    drop(reply.send(Running::start(&mut command)));
                }
            })?;
        Ok(Self { orders })
    }

    /// Starts a child, the leader of a process group of its own.
    pub(super) async fn spawn(&self, command: Command) -> io::Result<Running> {
        let (reply, started) = oneshot::channel();
        let gone = || io::Error::other("the thread that starts children is gone");
        self.orders.send((command, reply)).map_err(|_| gone())?;
        started.await.map_err(|_| gone())?
    }
}

/// A child that runs or has ended. Its number, which is its group's too, is taken until this is gone; then whatever is
/// left of the group is killed, and the child was waited for.
#[derive(Debug)]
pub(super) struct Running {
    group: Pid,
    pipes: Option<(OwnedFd, OwnedFd)>,
    has_exited: watch::Receiver<bool>,
    /// Says that the child may be waited for, and whom to tell how it ended.
    burial: mpsc::Sender<oneshot::Sender<ExitStatus>>,
}

impl Running {
    fn start(command: &mut Command) -> io::Result<Self> {
        let mut child = command.spawn()?;
        let group = Pid::from_child(&child);
        restrict(group);
        let pipes = child.stdout.take().zip(child.stderr.take());
        let (exit, has_exited) = watch::channel(false);
        let (burial, permission) = mpsc::channel();
        let waiting = thread::Builder::new()
            .name("child".to_owned())
            .spawn(move || wait(child, group, &exit, &permission));
        let running = Self {
            group,
            pipes: pipes.map(|(stdout, stderr)| (stdout.into(), stderr.into())),
            has_exited,
            burial,
        };
        waiting.map(|_| running)
    }

    /// Our ends of its standard output and error, once.
    pub(super) fn pipes(&mut self) -> Option<(OwnedFd, OwnedFd)> {
        self.pipes.take()
    }

    /// Waits until it has exited.
    pub(super) async fn exited(&self) {
        // An error means that the thread that waits is gone, which it is not before the child.
        let _ = self.has_exited.clone().wait_for(|is_so| *is_so).await;
    }

    /// Sends a signal to it and to whatever it has started that is still in its group.
    pub(super) fn signal(&self, signal: Signal) {
        // No process of the group may be left to take it.
        let _ = kill_process_group(self.group, signal);
    }

    /// How it ended, after it has exited.
    pub(super) async fn bury(self) -> io::Result<ExitStatus> {
        let (reply, status) = oneshot::channel();
        let gone = || io::Error::other("nobody waited for the child");
        self.burial.send(reply).map_err(|_| gone())?;
        status.await.map_err(|_| gone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // After a burial there is no such group any more, and hardly a moment for another one to have its number.
        if !*self.has_exited.borrow() {
            self.signal(Signal::KILL);
        }
    }
}

/// Waits for a child's death, and lets go of its number when that is not needed any more.
fn wait(
    mut child: Child,
    group: Pid,
    exit: &watch::Sender<bool>,
    permission: &mpsc::Receiver<oneshot::Sender<ExitStatus>>,
) {
    let death = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    if let Err(error) = retry_on_intr(|| waitid(WaitId::Pid(group), death)) {
        tracing::error!(%error, "failed to wait for a child");
    }
    exit.send_replace(true);
    let reply = permission.recv();
    // What it has started and left behind.
    let _ = kill_process_group(group, Signal::KILL);
    match (child.wait(), reply) {
        (Ok(status), Ok(reply)) => drop(reply.send(status)),
        (Ok(_), Err(_)) => {}
        (Err(error), _) => tracing::error!(%error, "failed to wait for a child"),
    }
}

/// Forbids a child to write files and to take all memory. It has hardly begun, and nothing depends on the moment.
fn restrict(child: Pid) {
    for (what, most) in [
        (Resource::Fsize, 0),
        (Resource::Core, 0),
        (Resource::As, MEMORY),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        if let Err(error) = prlimit(Some(child), what, limit) {
            tracing::debug!(?what, %error, "a child has no such limit");
        }
    }
}
