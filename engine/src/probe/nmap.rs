//! Port scans by nmap, as a child process for each: its arguments, its life, its output.

mod argv;
mod child;
mod install;
mod keeper;
mod leftover;
mod verdict;
mod xml;

use std::ffi::OsStr;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::port::{
    PortReport,
    profile::{Ports, ScanProfile, Technique},
};
use futures::{FutureExt as _, future::BoxFuture};
use tokio::sync::{Mutex as AsyncMutex, Semaphore, mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::ports::{PortRequest, PortScanError, PortScanner, PortScannerStatus, target};
use child::Ended;
use install::Installed;
use keeper::Keeper;
use verdict::Output;
use xml::progress::Progress;

/// Processes of nmap at a time.
const AT_A_TIME: usize = 2;
/// How long a look at an installed nmap may take.
const LOOK: Duration = Duration::from_secs(5);
/// What a scan finds when there is no nmap.
const ABSENT: &str = "nmap is not installed";

/// Scans ports by nmap, if it is installed.
#[derive(Debug)]
pub struct Nmap {
    keeper: Keeper,
    folders: Vec<PathBuf>,
    /// Starts a program that is killed when this process dies.
    leash: Option<PathBuf>,
    at_a_time: Semaphore,
    looking: AsyncMutex<()>,
    known: Mutex<Option<Known>>,
}

/// An nmap that was looked at.
#[derive(Clone, Debug)]
struct Known {
    installed: Installed,
    /// It has scanned this machine itself, or tried to.
    is_tried: bool,
    version: Option<String>,
    /// Half-open scans work; unknown until one was wanted and tried in earnest.
    syn: Option<Result<(), String>>,
    /// Why it can't scan this machine itself.
    trouble: Option<String>,
}

impl Nmap {
    /// Looks for nmap in the folders of `path`, a list as in the variable `PATH`, and in the usual ones.
    ///
    /// # Errors
    /// The thread that starts children could not be made.
    pub fn new(path: &OsStr) -> io::Result<Self> {
        Self::within(install::folders(path))
    }

    /// Looks for nmap in these folders only.
    pub(super) fn within(folders: Vec<PathBuf>) -> io::Result<Self> {
        let known = install::find(&folders, "nmap").map(|installed| Known {
            installed,
            is_tried: false,
            version: None,
            syn: None,
            trouble: None,
        });
        Ok(Self {
            keeper: Keeper::start()?,
            leash: leash(&folders),
            folders,
            at_a_time: Semaphore::new(AT_A_TIME),
            looking: AsyncMutex::new(()),
            known: Mutex::new(known),
        })
    }

    /// Looks whether nmap is there and what it can do, by a scan of one port of this machine itself. Cheap when nothing
    /// has changed since the last look.
    pub async fn look(&self, technique: Technique) -> bool {
        // Two scans that begin together look once.
        let _looking = self.looking.lock().await;
        let Some(installed) = install::find(&self.folders, "nmap") else {
            *self.known() = None;
            return false;
        };
        let known = self.known().clone();
        let mut known = match known.filter(|known| known.installed == installed) {
            Some(known) if known.is_tried => known,
            _ => self.examine(installed).await,
        };
        if technique == Technique::Syn && known.syn.is_none() {
            let (tried, _) = self.try_out(&known.installed, Technique::Syn).await;
            known.syn = match tried {
                Ok(_) => Some(Ok(())),
                Err(error @ PortScanError::Scanner(_)) => Some(Err(error.to_string())),
                // It says nothing of half-open scans, as when this machine is busy: the next scan tries again.
                Err(PortScanError::NotScanned(_) | PortScanError::Cancelled) => None,
            };
        }
        *self.known() = Some(known);
        true
    }

    /// Ends the scans that an earlier process, being killed, has left running.
    pub(super) fn clear() {
        let left = leftover::kill();
        if left > 0 {
            tracing::warn!(left, "ended port scans of an earlier process");
        }
    }

    /// Whether the newest look found one.
    pub(super) fn is_known(&self) -> bool {
        self.known().is_some()
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn examine(&self, installed: Installed) -> Known {
        let (tried, version) = self.try_out(&installed, Technique::Connect).await;
        Known {
            installed,
            is_tried: true,
            version,
            syn: None,
            trouble: tried.err().map(|error| error.to_string()),
        }
    }

    /// Scans a port of this machine; what came of it, and which version of nmap that was.
    async fn try_out(
        &self,
        installed: &Installed,
        technique: Technique,
    ) -> (Result<PortReport, PortScanError>, Option<String>) {
        let profile = ScanProfile {
            technique,
            ports: Ports::List([1].into_iter().collect()),
            timing: 4,
            versions: false,
        };
        let here = IpAddr::from(Ipv4Addr::LOCALHOST);
        let (percent, _) = watch::channel(None);
        let cancel = CancellationToken::new();
        self.run(installed, &profile, here, LOOK, percent, &cancel)
            .await
    }

    async fn scan_one(
        &self,
        request: PortRequest,
        percent: watch::Sender<Option<u8>>,
        cancel: CancellationToken,
    ) -> Result<PortReport, PortScanError> {
        let ip = target(request.ip)?;
        let absent = || PortScanError::Scanner(ABSENT.into());
        let mut profile = request.profile;
        let is_there = cancel
            .run_until_cancelled(self.look(profile.technique))
            .await;
        is_there
            .ok_or(PortScanError::Cancelled)?
            .then_some(())
            .ok_or_else(absent)?;
        let known = self.known().clone().ok_or_else(absent)?;
        if !matches!(known.syn, Some(Ok(()))) {
            profile.technique = Technique::Connect;
        }
        let turn = cancel.run_until_cancelled(self.at_a_time.acquire()).await;
        let _turn = turn.ok_or(PortScanError::Cancelled)?;
        let deadline = request.deadline;
        let (scanned, version) = self
            .run(&known.installed, &profile, ip, deadline, percent, &cancel)
            .await;
        // It works, whatever it did when it was tried.
        if scanned.is_ok()
            && let Some(known) = self.known().as_mut()
        {
            known.trouble = None;
            known.version = version;
        }
        scanned
    }

    async fn run(
        &self,
        installed: &Installed,
        profile: &ScanProfile,
        ip: IpAddr,
        deadline: Duration,
        percent: watch::Sender<Option<u8>>,
        cancel: &CancellationToken,
    ) -> (Result<PortReport, PortScanError>, Option<String>) {
        let mut command = self.command(installed);
        command.args(argv::arguments(profile, ip, deadline));
        let (sender, chunks) = mpsc::unbounded_channel();
        let mut progress = Progress::new(profile.versions, percent);
        let reading = tokio::task::spawn_blocking(move || {
            let mut output = Output::default();
            let read = xml::read(xml::chunks::Chunks::new(chunks), |told| {
                progress.take(&told);
                output.take(told);
            });
            (output, read)
        });
        let ended: io::Result<Ended> =
            child::run(&self.keeper, command, deadline, cancel, sender).await;
        let failed = |words: String| (Err(PortScanError::Scanner(words)), None);
        let ended = match ended {
            Ok(ended) => ended,
            Err(error) => return failed(format!("nmap could not be run: {error}")),
        };
        let Ok((output, read)) = reading.await else {
            return failed("the reading of its output failed".into());
        };
        let version = output.version.clone();
        let verdict = verdict::judge(&ended, output, read, ip, profile.versions);
        (verdict, version)
    }

    /// The program, with nothing of this process's surroundings.
    fn command(&self, installed: &Installed) -> Command {
        let mut command = match &self.leash {
            Some(leash) => {
                let mut command = Command::new(leash);
                command.args(LEASH).arg(&installed.path);
                command
            }
            None => Command::new(&installed.path),
        };
        command
            .env_clear()
            .env("LANG", "C")
            .env(leftover::MARK, leftover::mark())
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// The arguments of `setpriv` of util-linux, which become the program that follows.
const LEASH: [&str; 3] = ["--pdeathsig", "KILL", "--"];

/// A `setpriv` that understands [`LEASH`]; others do not.
fn leash(folders: &[PathBuf]) -> Option<PathBuf> {
    let leash = install::find(folders, "setpriv")?.path;
    let tried = Command::new(&leash)
        .args(LEASH)
        .arg(&leash)
        .arg("--version")
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    tried.is_ok_and(|status| status.success()).then_some(leash)
}

impl PortScanner for Nmap {
    fn scan(
        &self,
        request: PortRequest,
        percent: watch::Sender<Option<u8>>,
        cancel: CancellationToken,
    ) -> BoxFuture<'_, Result<PortReport, PortScanError>> {
        self.scan_one(request, percent, cancel).boxed()
    }

    fn status(&self) -> PortScannerStatus {
        let known = self.known();
        let Some(known) = known.as_ref() else {
            return PortScannerStatus {
                name: "nmap".into(),
                versions: false,
                missing: Some(format!("{ABSENT}. Install nmap: apt-get install nmap")),
            };
        };
        let version = known.version.as_ref();
        let version = version.map_or(String::new(), |version| format!(" {version}"));
        let missing = match (&known.trouble, &known.syn) {
            (Some(trouble), _) => Some(format!("nmap can't scan this machine itself: {trouble}")),
            (None, Some(Err(words))) => Some(format!(
                "-sS does not work here, so -sT is used instead: {words}. Run Rollcall as root, or give nmap the \
                 capability cap_net_raw"
            )),
            (None, _) => None,
        };
        PortScannerStatus {
            name: format!("nmap{version} ({})", known.installed.path.display()),
            versions: true,
            missing,
        }
    }
}

#[cfg(test)]
mod tests;
