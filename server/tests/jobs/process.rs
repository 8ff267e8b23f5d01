//! The real server as a process of its own, and requests to it.

use serde_json::Value;
use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// What must be in no log.
pub(crate) const KEY: &str = "AIza-hush-0123456789";

/// Commands of the program on one database.
pub(crate) struct Program {
    folder: tempfile::TempDir,
}

impl Program {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("rollcall.db")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// What all its servers wrote on standard error.
    pub(crate) fn logged(&self) -> String {
        fs::read_to_string(self.log()).unwrap()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rollcall"));
        command
            .env_clear()
            .env("PATH", "/nowhere")
            .env("SCAN_DB_PATH", self.database())
            .env("ADMIN_PASSWORD", "correct horse battery")
            .env("ALLOW_TARGETS", "127.0.0.0/8")
            .env("GEMINI_API_KEY", KEY)
            .env("BIND", "127.0.0.1:0")
            .env("DISABLE_SCHEDULER", "1")
            .env("ENABLE_NMAP_SCHEDULER", "0")
            .env("PTR_LOOKUP_ENABLED", "0")
            .env("NEIGHBOURS_ENABLED", "0")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// A token of the console's.
    pub(crate) fn token(&self) -> String {
        let mut command = self.command();
        command.args(["token", "create", "test", "--scopes", "scan"]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Starts a server and waits until it is ready.
    pub(crate) fn serve(&self) -> Server {
        let log = File::options().create(true).append(true).open(self.log());
        let mut child = self
            .command()
            .stdout(Stdio::piped())
            .stderr(log.unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| {
            let line = line.ok()?;
            let url = line.strip_prefix("Rollcall is ready at http://")?;
            Some(url.trim_end_matches('/').to_owned())
        });
        let address = address.unwrap_or_else(|| panic!("it never was ready: {}", self.logged()));
        Server { child, address }
    }
}

/// A server that is killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// One request over a connection of its own.
    pub(crate) fn ask(&self, line: &str, token: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let text = format!(
            "{line} HTTP/1.0\r\nhost: {}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len(),
        );
        stream.write_all(text.as_bytes()).unwrap();
        let mut read = String::new();
        stream.read_to_string(&mut read).unwrap();
        let (head, body) = read.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// Asks for an orderly end and waits for it.
    pub(crate) fn terminate(mut self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(sent.success());
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        };
        assert!(status.success(), "{status}");
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something is so.
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "it never came to this: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The folder's file as the engine is told of it.
pub(crate) fn sqlite(path: &Path) -> String {
    server::config::sqlite_url(&path.display().to_string())
}
