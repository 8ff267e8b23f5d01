//! A real network without touching a real one: two network namespaces joined by a veth pair.
//!
//! The near side is where the product runs; the far side answers for as many addresses as it is told to.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, bail};

use crate::process;

/// What the names begin with; the id of the process that made them follows.
const PREFIX: &str = "rc-";
/// Where the kernel's namespaces have their names.
const NAMES: &str = "/run/netns";
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
    ///
    /// Those that a killed process has left behind are removed first.
    pub(crate) fn pair() -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        remove_left_behind();
        let unique = format!(
            "{PREFIX}{}-{}",
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
            remove(side);
        }
    }
}

/// Removes the namespaces of processes that were killed before they could do so.
fn remove_left_behind() {
    // Without the folder there has never been a namespace with a name.
    let Ok(entries) = fs::read_dir(NAMES) else {
        return;
    };
    let names = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok());
    for name in names.filter(|name| is_left_behind(name, lives)) {
        process::say(format_args!(
            "removing the network namespace {name}: its process is gone"
        ));
        remove(&name);
    }
}

/// Whether a name is one of ours and the process that made it does not live any more.
fn is_left_behind(name: &str, lives: impl Fn(u32) -> bool) -> bool {
    maker(name).is_some_and(|process| !lives(process))
}

/// The id of the process that made a namespace; none if the name is not one of ours.
fn maker(name: &str) -> Option<u32> {
    let (unique, side) = name.strip_prefix(PREFIX)?.rsplit_once('-')?;
    let (process, count) = unique.split_once('-')?;
    count.parse::<u32>().ok()?;
    matches!(side, "near" | "far")
        .then(|| process.parse().ok())
        .flatten()
}

/// Whether a process with this id exists, ours or not.
fn lives(process: u32) -> bool {
    Path::new("/proc").join(process.to_string()).exists()
}

fn remove(name: &str) {
    // One that was never made, or that somebody else removes just now, cannot be removed.
    process::works(Command::new("ip").args(["netns", "del", name]));
}

fn ip(words: &str) -> Result<()> {
    process::run(Command::new("ip").args(words.split_whitespace()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_names_without_a_living_process_are_left_behind() {
        for (name, left_behind) in [
            ("rc-41-0-near", true),
            ("rc-41-12-far", true),
            ("rc-42-0-near", false),
            ("rc-41-0", false),
            ("rc-41-0-middle", false),
            ("rc-41-x-near", false),
            ("rc--0-near", false),
            ("rc-near", false),
            ("src-41-0-near", false),
            ("vpn", false),
        ] {
            assert_eq!(is_left_behind(name, |id| id == 42), left_behind, "{name}");
        }
    }

    #[test]
    fn this_process_lives_and_one_with_an_impossible_id_does_not() {
        assert!(lives(std::process::id()));
        // More than the kernel's limit, 2^22.
        assert!(!lives(1 << 23));
    }
}
