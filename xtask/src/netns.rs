//! A real network without touching a real one: two network namespaces joined by a veth pair.
//!
//! The near side is where the product runs; the far side answers for as many addresses as it is told to.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};

use crate::process;

/// The veth's name on both sides.
const VETH: &str = "veth0";
/// The near side's gateway to everything routed.
const FAR_V4: &str = "10.78.0.2";
const FAR_V6: &str = "fd78::2";

/// Two namespaces and the link between them, removed when dropped.
pub(crate) struct Netns {
    near: String,
    far: String,
}

impl Netns {
    /// Makes both sides, up and addressed (10.78.0.1/30 and `fd78::1/64` near, .2 and `::2` far). Needs root.
    pub(crate) fn pair() -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let unique = format!(
            "rc-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let pair = Self {
            near: format!("{unique}-near"),
            far: format!("{unique}-far"),
        };
        ip(&format!("netns add {}", pair.near)).context("failed to make a network namespace")?;
        ip(&format!("netns add {}", pair.far))?;
        ip(&format!(
            "-n {} link add {VETH} type veth peer name {VETH} netns {}",
            pair.near, pair.far
        ))?;
        for (side, last) in [(&pair.near, 1), (&pair.far, 2)] {
            ip(&format!("-n {side} link set lo up"))?;
            ip(&format!(
                "-n {side} address add 10.78.0.{last}/30 dev {VETH}"
            ))?;
            // Without nodad the address is tentative for a second and nothing can be sent from it.
            ip(&format!(
                "-n {side} address add fd78::{last}/64 dev {VETH} nodad"
            ))?;
            ip(&format!("-n {side} link set {VETH} up"))?;
        }
        Ok(pair)
    }

    /// The names of the near and of the far namespace.
    pub(crate) fn names(&self) -> (&str, &str) {
        (&self.near, &self.far)
    }

    /// The near side's name.
    pub(crate) fn near_name(&self) -> &str {
        &self.near
    }

    /// A command that runs on the near side.
    pub(crate) fn near(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.near]).arg(program);
        command
    }

    /// Lets the far side answer for every address of a network, reached through a gateway.
    pub(crate) fn answer_routed(&self, network: &str) -> Result<()> {
        let gateway = if network.contains(':') {
            FAR_V6
        } else {
            FAR_V4
        };
        self.answer(network)?;
        self.near_ip(&format!("route add {network} via {gateway} dev {VETH}"))
    }

    /// Attaches a network to the link: the near side has `near` in it. The far side answers for nothing of it yet.
    pub(crate) fn attach(&self, near: &str) -> Result<()> {
        let Some((address, _)) = near.split_once('/') else {
            bail!("{near} has no prefix length");
        };
        self.near_ip(&format!("address add {near} dev {VETH}"))?;
        self.far_ip(&format!("route add {address} dev {VETH}"))
    }

    /// Lets the far side answer for a part of an attached network.
    pub(crate) fn answer(&self, network: &str) -> Result<()> {
        self.far_ip(&format!("route add local {network} dev lo"))
    }

    /// Silences a part of what answers.
    pub(crate) fn silence(&self, network: &str) -> Result<()> {
        self.far_ip(&format!("route add blackhole {network} table local"))
    }

    /// Lets unprivileged processes of the near side open datagram ICMP sockets.
    pub(crate) fn permit_datagrams(&self) -> Result<()> {
        let setting = "net.ipv4.ping_group_range=0 2147483647";
        let done = self
            .near("sysctl")
            .args(["-q", "-w", setting])
            .stdout(Stdio::null())
            .status()
            .context("failed to start sysctl")?;
        if !done.success() {
            bail!("failed to set {setting}");
        }
        Ok(())
    }

    fn near_ip(&self, words: &str) -> Result<()> {
        ip(&format!("-n {} {words}", self.near))
    }

    fn far_ip(&self, words: &str) -> Result<()> {
        ip(&format!("-n {} {words}", self.far))
    }
}

impl Drop for Netns {
    fn drop(&mut self) {
        for side in [&self.near, &self.far] {
            // One that was never made cannot be removed, and says so.
            process::works(Command::new("ip").args(["netns", "del", side]));
        }
    }
}

fn ip(words: &str) -> Result<()> {
    process::run(Command::new("ip").args(words.split_whitespace()))
}
