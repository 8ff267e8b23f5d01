//! A child's life: both pipes are read as long as it lives, it ends by its deadline, and nothing of it stays.

use std::io;
use std::pin::pin;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe::Receiver;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::keeper::Keeper;

/// What is taken from standard output.
const MOST_OUTPUT: usize = 8 << 20;
/// What is kept of standard error; the rest is read and thrown away.
const MOST_COMPLAINTS: usize = 64 << 10;
/// From SIGTERM to SIGKILL, when time is up.
const GRACE: Duration = Duration::from_secs(5);
/// The same when somebody waits for the end.
const SHORT_GRACE: Duration = Duration::from_secs(1);
/// A killed group has ended and its pipes are empty by then, unless the kernel holds it, or one has left the group.
const LAST_MOMENT: Duration = Duration::from_millis(900);
const CHUNK: usize = 16 << 10;

/// Why a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// By itself, or by a stranger.
    Exited,
    /// Its time was up.
    Deadline,
    /// Somebody ended it.
    Cancelled,
    /// It wrote too much.
    TooMuch,
}

/// How a child ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) ending: Ending,
    /// Unknown when the kernel holds it after its death.
    pub(super) status: Option<ExitStatus>,
    /// The beginning of what it wrote to standard error.
    pub(super) complaints: Vec<u8>,
}

/// How far its end has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Runs,
    /// It was asked to end.
    Asked,
    /// Its group was killed.
    Killed,
}

/// Runs a command with both pipes; what it writes to standard output goes to `output` as it comes, up to a limit that
/// bounds that channel. The channel is closed when nothing more comes.
pub(super) async fn run(
    keeper: &Keeper,
    command: Command,
    deadline: Duration,
    cancel: &CancellationToken,
    output: mpsc::UnboundedSender<Vec<u8>>,
) -> io::Result<Ended> {
    let mut running = keeper.spawn(command).await?;
    let (stdout, stderr) = running
        .pipes()
        .ok_or_else(|| io::Error::other("the child has no pipes"))?;
    let (mut stdout, mut stderr) = (
        Receiver::from_owned_fd(stdout)?,
        Receiver::from_owned_fd(stderr)?,
    );
    let (mut out, mut err) = (vec![0; CHUNK], vec![0; CHUNK]);
    let (mut is_out_open, mut is_err_open) = (true, true);
    let (mut taken, mut complaints) = (0, Vec::new());
    let (mut phase, mut ending, mut is_dead) = (Phase::Runs, None, false);
    let mut alarm = pin!(sleep(deadline));
    while !is_dead || is_out_open || is_err_open {
        // What comes next when nothing else is said: killed, with a last moment for the pipes.
        let mut then = None;
        tokio::select! {
            () = running.exited(), if !is_dead => {
                is_dead = true;
                then = Some((Phase::Killed, Ending::Exited));
            }
            length = stdout.read(&mut out), if is_out_open => {
                let length = length?;
                is_out_open = length > 0;
                taken += length;
                if taken > MOST_OUTPUT && phase != Phase::Killed {
                    then = Some((Phase::Killed, Ending::TooMuch));
                } else if taken <= MOST_OUTPUT {
                    // A reader that understood nothing has left; the child is read all the same.
                    let _ = output.send(out[..length].to_vec());
                }
            }
            length = stderr.read(&mut err), if is_err_open => {
                let length = length?;
                is_err_open = length > 0;
                let room = MOST_COMPLAINTS - complaints.len();
                complaints.extend_from_slice(&err[..length.min(room)]);
            }
            () = cancel.cancelled(), if phase == Phase::Runs => {
                then = Some((Phase::Asked, Ending::Cancelled));
            }
            () = &mut alarm => match phase {
                Phase::Runs => then = Some((Phase::Asked, Ending::Deadline)),
                Phase::Asked => then = Some((Phase::Killed, Ending::Deadline)),
                Phase::Killed => break,
            }
        }
        if let Some((next, why)) = then {
            let (signal, patience) = match next {
                Phase::Asked if why == Ending::Cancelled => (Signal::TERM, SHORT_GRACE),
                Phase::Asked => (Signal::TERM, GRACE),
                Phase::Runs | Phase::Killed => (Signal::KILL, LAST_MOMENT),
            };
            // Also when the child has exited: what it has started may still live.
            running.signal(signal);
            alarm.as_mut().reset(Instant::now() + patience);
            phase = next;
            ending.get_or_insert(why);
        }
    }
    let status = if is_dead {
        Some(running.bury().await?)
    } else {
        None
    };
    Ok(Ended {
        ending: ending.unwrap_or(Ending::Exited),
        status,
        complaints,
    })
}
