//! How rounds reach the prober's thread: a queue, and a socket that wakes it from its wait.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};

use tokio::sync::oneshot;

use super::{Round, RoundReport};

/// What the prober is asked to do.
#[derive(Debug)]
pub(super) enum Command {
    /// Fly this round and report.
    Start {
        id: u32,
        round: Round,
        report: oneshot::Sender<RoundReport>,
    },
    /// End this round now, if it still flies.
    Cancel { id: u32 },
}

/// The sending side. Dropping it ends the thread.
#[derive(Debug)]
pub(super) struct Outbox {
    commands: Sender<Command>,
    bell: UnixStream,
}

/// The prober's side.
#[derive(Debug)]
pub(super) struct Inbox {
    commands: Receiver<Command>,
    bell: UnixStream,
}

/// Nobody can send rounds any more.
#[derive(Debug)]
pub(super) struct Closed;

pub(super) fn pair() -> io::Result<(Outbox, Inbox)> {
    let (sender, receiver) = mpsc::channel();
    let (ringing, listening) = UnixStream::pair()?;
    ringing.set_nonblocking(true)?;
    listening.set_nonblocking(true)?;
    let outbox = Outbox {
        commands: sender,
        bell: ringing,
    };
    let inbox = Inbox {
        commands: receiver,
        bell: listening,
    };
    Ok((outbox, inbox))
}

impl Outbox {
    /// Queues a command and wakes the prober. A prober that has ended drops the command, which its sender notices.
    pub(super) fn send(&self, command: Command) {
        if self.commands.send(command).is_ok() {
            // A full bell is already ringing.
            let _ = (&self.bell).write(&[1]);
        }
    }
}

impl Inbox {
    /// The next command, if one waits.
    pub(super) fn take(&self) -> Result<Option<Command>, Closed> {
        match self.commands.try_recv() {
            Ok(command) => Ok(Some(command)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(Closed),
        }
    }

    /// Silences the bell; to be called before the queue is read, or a command could wait unheard.
    pub(super) fn silence(&self) {
        let mut rings = [0; 64];
        while matches!((&self.bell).read(&mut rings), Ok(read) if read == rings.len()) {}
    }
}

impl AsFd for Inbox {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.bell.as_fd()
    }
}
