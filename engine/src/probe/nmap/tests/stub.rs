//! A shell script that is found as nmap, and tells through a named pipe what it does: it may not write files.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::stat::Mode;
use tempfile::TempDir;

use crate::probe::nmap::Nmap;

/// Nothing here takes that long.
const PATIENCE: Duration = Duration::from_secs(20);
/// An answer to the scan of this machine itself.
const GOOD: &str = r#"echo '<nmaprun version="1.0"><scaninfo protocol="tcp" services="1"/><host><status state="up"/><address addr="127.0.0.1"/><ports/></host><runstats><finished exit="success"/></runstats></nmaprun>'"#;

pub(in crate::probe::nmap) struct Stub {
    folder: TempDir,
    told: File,
    unread: Vec<u8>,
}

impl Stub {
    /// A script in a folder of its own; `tell WORD` tells it here.
    pub(in crate::probe::nmap) fn new(program: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("told");
        nix::unistd::mkfifo(&pipe, Mode::S_IRWXU).unwrap();
        let told = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(OFlag::O_NONBLOCK.bits())
            .open(&pipe)
            .unwrap();
        let tell = format!("tell() {{ printf '%s\\n' \"$1\" >{}; }}", pipe.display());
        let path = folder.path().join("nmap");
        // Through another name: a file that somebody still writes can't be executed.
        let new = folder.path().join("new");
        fs::write(&new, format!("#!/bin/sh\n{tell}\n{program}\n")).unwrap();
        fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).unwrap();
        fs::rename(&new, path).unwrap();
        Self {
            folder,
            told,
            unread: Vec::new(),
        }
    }

    /// A good one that becomes bad by [`Self::hangs`]; then it tells its number first.
    pub(in crate::probe::nmap) fn hanging(program: &str) -> Self {
        Self::new(&format!(
            "if [ -e \"${{0%/*}}/bad\" ]; then tell $$\n{program}\nelse\n{GOOD}\nfi"
        ))
    }

    pub(in crate::probe::nmap) fn hangs(&self) {
        fs::write(self.folder.path().join("bad"), "").unwrap();
    }

    /// A good one again.
    pub(in crate::probe::nmap) fn recovers(&self) {
        fs::remove_file(self.folder.path().join("bad")).unwrap();
    }

    /// One that tells its arguments first.
    pub(in crate::probe::nmap) fn recording(program: &str) -> Self {
        Self::new(&format!(
            "{{ printf '%s\\0' \"$@\"; echo; }} >\"${{0%/*}}/told\"\n{program}"
        ))
    }

    pub(in crate::probe::nmap) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(in crate::probe::nmap) fn nmap(&self) -> Nmap {
        Nmap::new(self.folder.path().as_os_str()).unwrap()
    }

    /// One that finds no other nmap.
    pub(in crate::probe::nmap) fn nmap_alone(&self) -> Nmap {
        let mut nmap = self.nmap();
        nmap.folders = vec![self.folder.path().to_owned()];
        nmap
    }

    pub(in crate::probe::nmap) fn hide(&self) {
        let folder = self.folder.path();
        fs::rename(folder.join("nmap"), folder.join("hidden")).unwrap();
    }

    pub(in crate::probe::nmap) fn show(&self) {
        let folder = self.folder.path();
        fs::rename(folder.join("hidden"), folder.join("nmap")).unwrap();
    }

    /// The next line that was told already.
    pub(in crate::probe::nmap) fn word(&mut self) -> Option<String> {
        let mut buffer = [0; 4_096];
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Some(String::from_utf8(line[..end].to_vec()).unwrap());
            }
            match self.told.read(&mut buffer) {
                Ok(length) => self.unread.extend_from_slice(&buffer[..length]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return None,
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn wait_for_word(&mut self) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(word) = self.word() {
                return word;
            }
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "nothing was told");
            let mut ready = [PollFd::new(self.told.as_fd(), PollFlags::POLLIN)];
            poll(&mut ready, PollTimeout::try_from(left).unwrap()).unwrap();
        }
    }

    /// The next number of a process that is told.
    pub(in crate::probe::nmap) fn pid(&mut self) -> u32 {
        self.wait_for_word().parse().unwrap()
    }

    /// The arguments of the next call.
    pub(in crate::probe::nmap) fn call(&mut self) -> Vec<String> {
        let line = self.wait_for_word();
        let arguments = line.strip_suffix('\0').unwrap().split('\0');
        arguments.map(ToOwned::to_owned).collect()
    }

    /// Whether a process ends, and is waited for if it is this one's child.
    pub(in crate::probe::nmap) async fn is_gone(&self, pid: u32) -> bool {
        let end = Instant::now() + Duration::from_secs(3);
        while is_there(pid) {
            if Instant::now() > end {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        true
    }
}

/// Whether a process lives, or is dead and this process should have waited for it. Others' dead are init's.
fn is_there(pid: u32) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return false;
    };
    let (_, rest) = stat.rsplit_once(')').unwrap();
    let mut words = rest.split_whitespace();
    let (state, parent) = (words.next().unwrap(), words.next().unwrap());
    state != "Z" || parent == std::process::id().to_string()
}
