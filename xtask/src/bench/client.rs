//! Requests to the product under measurement, from inside its network namespace.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sched::{CloneFlags, setns};
use serde_json::Value;

use crate::netns::Netns;

/// How long any answer may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// An answer and what it took.
pub(super) struct Answer {
    pub(super) status: u16,
    head: String,
    pub(super) body: Vec<u8>,
    pub(super) elapsed: Duration,
}

impl Answer {
    pub(super) fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).context("failed to read an answer as JSON")
    }

    /// The session cookie that the answer sets.
    pub(super) fn cookie(&self) -> Result<String> {
        let line = self.head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("set-cookie").then_some(value)
        });
        let pair = line.and_then(|value| value.split(';').next());
        Ok(pair.context("no cookie was set")?.trim().to_owned())
    }
}

/// Moves the calling thread, and only it, to the near side of a network.
pub(super) fn enter(network: &Netns) -> Result<()> {
    let name = network.near_name();
    let namespace = File::open(format!("/run/netns/{name}"))
        .with_context(|| format!("failed to open the network namespace {name}"))?;
    setns(namespace, CloneFlags::CLONE_NEWNET)
        .with_context(|| format!("failed to enter the network namespace {name}"))
}

/// One request over a connection of its own. HTTP/1.0, so that the answer ends with the connection.
pub(super) fn request(
    address: &str,
    line: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Answer> {
    let started = Instant::now();
    let mut stream = TcpStream::connect(address).context("failed to connect")?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let mut text = format!(
        "{line} HTTP/1.0\r\nHost: {address}\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    stream.write_all(format!("{text}\r\n{body}").as_bytes())?;
    let mut bytes = Vec::new();
    stream
        .read_to_end(&mut bytes)
        .with_context(|| format!("failed to read the answer to {line}"))?;
    let elapsed = started.elapsed();
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        bail!("the answer to {line} has no end of its head");
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|word| word.parse().ok())
        .with_context(|| format!("the answer to {line} has no status"))?;
    Ok(Answer {
        status,
        head,
        body: bytes[end + 4..].to_vec(),
        elapsed,
    })
}
