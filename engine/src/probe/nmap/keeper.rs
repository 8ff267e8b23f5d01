//! The thread that starts every child.
//!
//! A child asks the kernel to be killed when its parent dies, and for the kernel a parent is a thread: it has to be one
//! that lives as long as the process does, which a thread of the async runtime need not.

use std::io;
use std::os::fd::OwnedFd;
use std::process::{Child, Command};
use std::sync::mpsc;
use std::thread;

use rustix::process::{
    Pid, PidfdFlags, Resource, Rlimit, Signal, kill_process_group, pidfd_open, prlimit,
};
use tokio::io::unix::AsyncFd;
use tokio::sync::oneshot;

/// The memory that a child may map. nmap with everything it is asked for here needs a tenth.
const MEMORY: u64 = 2 << 30;

type Order = (Command, oneshot::Sender<io::Result<Started>>);

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
                    // Nobody waits any more: dropping the child ends it.
                    drop(reply.send(Started::new(&mut command)));
                }
            })?;
        Ok(Self { orders })
    }

    /// Starts a child, the leader of a process group of its own.
    pub(super) async fn spawn(&self, command: Command) -> io::Result<Running> {
        let (reply, started) = oneshot::channel();
        let gone = |_| io::Error::other("the thread that starts children is gone");
        self.orders.send((command, reply)).map_err(|_| gone(()))?;
        Running::new(started.await.map_err(|_| gone(()))??)
    }
}

/// A child that was started. Dropping it kills its process group and waits for it elsewhere.
#[derive(Debug)]
struct Started {
    /// `None` once it was waited for.
    child: Option<Child>,
    group: Pid,
    exit: Option<OwnedFd>,
}

impl Started {
    fn new(command: &mut Command) -> io::Result<Self> {
        let child = command.spawn()?;
        let mut started = Self {
            group: Pid::from_child(&child),
            child: Some(child),
            exit: None,
        };
        started.exit = Some(pidfd_open(started.group, PidfdFlags::empty())?);
        started.restrict();
        Ok(started)
    }

    /// Forbids the child to write files and to take all memory. It has hardly begun, and nothing depends on the moment.
    fn restrict(&self) {
        for (what, most) in [
            (Resource::Fsize, 0),
            (Resource::Core, 0),
            (Resource::As, MEMORY),
        ] {
            let limit = Rlimit {
                current: Some(most),
                maximum: Some(most),
            };
            if let Err(error) = prlimit(Some(self.group), what, limit) {
                tracing::debug!(?what, %error, "a child has no such limit");
            }
        }
    }

    /// Sends a signal to the whole group. Its number is taken until the child was waited for.
    fn signal(&self, signal: Signal) {
        if self.child.is_some() {
            // No process of the group is left to take it.
            let _ = kill_process_group(self.group, signal);
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        let Some(mut child) = self.child.take() else {
            return;
        };
        // A killed process can still take its time, when the kernel is busy on its behalf.
        let waiting = thread::Builder::new()
            .name("burial".to_owned())
            .spawn(move || child.wait());
        if let Err(error) = waiting {
            tracing::error!(%error, "failed to wait for a child");
        }
    }
}

/// A running child and what tells of its end.
#[derive(Debug)]
pub(super) struct Running {
    started: Started,
    exit: AsyncFd<OwnedFd>,
}

impl Running {
    fn new(mut started: Started) -> io::Result<Self> {
        let missing = || io::Error::other("the child has no descriptor");
        let exit = AsyncFd::new(started.exit.take().ok_or_else(missing)?)?;
        Ok(Self { started, exit })
    }

    /// Its end of a pipe.
    pub(super) fn pipes(&mut self) -> Option<(OwnedFd, OwnedFd)> {
        let child = self.started.child.as_mut()?;
        Some((child.stdout.take()?.into(), child.stderr.take()?.into()))
    }

    /// Its number, which is the group's too.
    #[cfg(test)]
    pub(super) fn id(&self) -> i32 {
        self.started.group.as_raw_nonzero().get()
    }

    /// Waits until it has exited, without taking its number away.
    pub(super) async fn exited(&self) {
        if let Err(error) = self.exit.readable().await {
            tracing::error!(%error, "failed to wait for a child");
        }
    }

    /// Sends a signal to it and to whatever it has started.
    pub(super) fn signal(&self, signal: Signal) {
        self.started.signal(signal);
    }

    /// How it ended, after it has exited; the rest of its group is killed.
    pub(super) fn bury(mut self) -> io::Result<std::process::ExitStatus> {
        self.started.signal(Signal::KILL);
        let child = self.started.child.take();
        let gone = || io::Error::other("the child was waited for already");
        child.ok_or_else(gone)?.wait()
    }
}
