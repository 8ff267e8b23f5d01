//! The product itself, as `cargo xtask dist` builds it, running on the near side of a network with an empty database.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, SysconfVar, sysconf};
use serde_json::Value;

use super::client::{self, Answer};
use crate::netns::Netns;
use crate::process;
use crate::server;
use crate::workspace::{Flavour, Workspace};

const ADDRESS: &str = "127.0.0.1:8099";
const ORIGIN: &str = "http://127.0.0.1:8099";
const PASSWORD: &str = "only for the benchmark";

/// A running server.
pub(super) struct Product {
    child: Child,
    folder: PathBuf,
    token: String,
}

impl Product {
    /// Builds and starts it, and makes a token. The calling thread moves into the namespace.
    pub(super) fn start(workspace: &Workspace, network: &Netns) -> Result<Self> {
        let binary = server::build(workspace, Flavour::Release)?;
        let folder = std::env::temp_dir().join(format!("rollcall-bench-{}", std::process::id()));
        fs::create_dir_all(&folder).context("failed to make a folder")?;
        let database = format!("sqlite://{}/bench.db?mode=rwc", folder.display());
        let command = |words: &[&str]| {
            let mut command = network.near(&binary);
            command.args(words).current_dir(&folder).envs([
                ("BIND", ADDRESS),
                ("DATABASE_URL", &database),
                ("ADMIN_PASSWORD", PASSWORD),
                ("ROLLCALL_LOG", "warn"),
                ("PTR_LOOKUP_ENABLED", "0"),
            ]);
            command
        };
        let log = fs::File::create(folder.join("log")).context("failed to make a log")?;
        let child = command(&["serve"])
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("failed to start the server")?;
        let mut product = Self {
            child,
            folder: folder.clone(),
            token: String::new(),
        };
        client::enter(network)?;
        product.wait_ready()?;
        let words = [
            "token",
            "create",
            "bench",
            "--scopes",
            "read,write,scan,admin",
        ];
        product.token = read_token(&mut command(&words))?;
        Ok(product)
    }

    fn wait_ready(&mut self) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(20) {
            if client::request(ADDRESS, "GET /readyz", &[], "").is_ok_and(|a| a.status == 200) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        bail!("the server did not become ready:\n{log}")
    }

    /// A REST request with the token.
    pub(super) fn rest(&self, line: &str, body: &str) -> Result<Answer> {
        let bearer = format!("Bearer {}", self.token);
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
        ];
        let answer = client::request(ADDRESS, line, &headers, body)?;
        ensure!(
            answer.status < 300,
            "{line}: {} {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
        Ok(answer)
    }

    /// Adds a subnet; returns its number.
    pub(super) fn add_subnet(&self, cidr: &str) -> Result<i64> {
        let answer = self
            .rest("POST /api/v1/subnets", &format!(r#"{{"cidr":"{cidr}"}}"#))?
            .json()?;
        answer["id"].as_i64().context("a subnet without a number")
    }

    /// Events of a kind so far.
    pub(super) fn events(&self, kind: &str) -> Result<u64> {
        let answer = self
            .rest(&format!("GET /api/v1/events?kind={kind}&limit=1"), "")?
            .json()?;
        answer["total"].as_u64().context("a list without a total")
    }

    /// The dashboard's numbers.
    pub(super) fn summary(&self) -> Result<Value> {
        self.rest("GET /api/v1/summary", "")?.json()
    }

    /// Processor time so far, of all threads.
    pub(super) fn cpu(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))
            .context("the server is gone")?;
        let after_name = stat.rsplit_once(") ").context("malformed stat")?.1;
        let fields: Vec<&str> = after_name.split(' ').collect();
        let ticks: u64 = fields
            .get(11..13)
            .context("malformed stat")?
            .iter()
            .filter_map(|f| f.parse::<u64>().ok())
            .sum();
        let per_second = sysconf(SysconfVar::CLK_TCK)?
            .and_then(|n| u64::try_from(n).ok())
            .unwrap_or(100);
        Ok(Duration::from_millis(ticks * 1000 / per_second))
    }

    /// The most memory it ever had, in KiB.
    pub(super) fn peak_kib(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .context("the server is gone")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|l| l.split_whitespace().next()?.parse().ok())
            .context("no VmHWM")
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        if let Ok(id) = i32::try_from(self.child.id()) {
            let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
        }
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Signs in as the browser does; returns the cookie.
pub(super) fn sign_in() -> Result<String> {
    let body = format!(r#"{{"username":"admin","password":"{PASSWORD}"}}"#);
    let headers = [("Origin", ORIGIN), ("Content-Type", "application/json")];
    client::request(ADDRESS, "POST /api/v1/session", &headers, &body)?.cookie()
}

/// The data of a subnet's page, as the browser fetches it.
pub(super) fn subnet_page(cookie: &str, id: i64) -> Result<Answer> {
    let headers = [
        ("Origin", ORIGIN),
        ("Content-Type", "application/json"),
        ("Cookie", cookie),
        ("Accept", "application/json"),
    ];
    let answer = client::request(
        ADDRESS,
        "POST /rpc/subnet_page",
        &headers,
        &format!(r#"{{"id":{id}}}"#),
    )?;
    ensure!(answer.status == 200, "subnet_page: {}", answer.status);
    Ok(answer)
}

fn read_token(command: &mut Command) -> Result<String> {
    let text = process::read(command)?;
    let token = text
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("rc_"));
    Ok(token.context("no token was printed")?.to_owned())
}
