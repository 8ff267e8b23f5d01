//! The built-in port scanner beside nmap's: many closed ports, and ports that never answer.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::contest::{alternate, median, times};
use super::cost;
use super::document::Section;
use super::sweeper::figures;
use crate::netns::Netns;
use crate::process;
use crate::workspace::Workspace;

/// 64 addresses of this machine itself, by both names that the tools have for them.
const HOSTS: u64 = 64;
const LOOPBACK: &str = "127.0.1.0/26";
/// A thousand ports at which nobody listens.
const PORTS: &str = "-p20001-21000";
const CLOSED: u64 = 64_000;
/// Addresses that never answer, and 16 ports of each.
const ROUTED: &str = "10.77.0.0/16";
const SILENT: &str = "10.77.0.0/26";
const SILENT_PORTS: &str = "-p20001-20016";
const PROBES: u64 = 1_024;
const MOST_MEMORY_KIB: u64 = 30 * 1_024;
const MOST_MILLIS: u64 = 1_300;

/// 64,000 closed ports beside nmap, and 1,024 that are filtered.
pub(super) fn ports(workspace: &Workspace) -> Result<Section> {
    let program = build(workspace)?;
    let mut section = Section::beside("Port scans: 64 hosts, 1,000 closed ports each", "nmap -sT");
    let contest = alternate(
        || {
            let mut ours = Command::new(&program);
            ours.args(["--profile", &format!("-T4 {PORTS}"), LOOPBACK]);
            ours
        },
        || {
            let mut theirs = Command::new("nmap");
            theirs.args(["-sT", "-T4", "-n", "-Pn", PORTS, LOOPBACK]);
            theirs
        },
    )?;
    let (ours, theirs) = (times(&contest.ours), times(&contest.theirs));
    for (what, ours, theirs, most) in [
        ("wall", ours.0, theirs.0, 1.1),
        ("processor", ours.1, theirs.1, 1.2),
    ] {
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64().max(f64::EPSILON);
        let shown = [ours, theirs].map(|time| format!("{:.3} s", time.as_secs_f64()));
        let [ours, theirs] = shown;
        section.row(what, [ours, theirs, format!("{ratio:.2}")]);
        section.bar(
            format!("{what} at most {most} × nmap -sT -T4"),
            ratio <= most,
        );
    }
    let version = process::read(Command::new("nmap").arg("--version")).unwrap_or_default();
    let version = version.split_whitespace().nth(2).unwrap_or("unknown");
    section.row(
        "version",
        [String::new(), version.to_owned(), String::new()],
    );
    let all = |key: &str| -> Vec<u64> {
        let runs = contest.ours.iter();
        runs.flat_map(|run| figures(&run.output, key)).collect()
    };
    let is_complete = all("asked") == [CLOSED; 5] && all("answered") == [HOSTS; 5];
    let their_hosts = contest
        .theirs
        .iter()
        .all(|run| run.output.contains(&format!("({HOSTS} hosts up)")));
    section.bar(
        "both asked every port in every run",
        is_complete && their_hosts,
    );
    let memory = all("peak_kib").into_iter().max().unwrap_or(u64::MAX);

    let silent = silent(&program)?;
    let millis = median(&silent, |run| {
        figures(&run.output, "elapsed_ms").first().copied()
    });
    let millis = millis.context("failed to read the time of the silent ports")?;
    section.row(
        "1,024 ports that never answer, timeout 1 s",
        [format!("{millis} ms"), String::new(), String::new()],
    );
    let asked = silent.iter().flat_map(|run| figures(&run.output, "asked"));
    let answered = silent
        .iter()
        .flat_map(|run| figures(&run.output, "answered"));
    section.bar(
        format!("1,024 silent ports in at most {MOST_MILLIS} ms"),
        (1_000..=MOST_MILLIS).contains(&millis) && asked.eq([PROBES; 5]) && answered.eq([0; 5]),
    );
    let peaks = silent
        .iter()
        .flat_map(|run| figures(&run.output, "peak_kib"));
    let memory = peaks.max().unwrap_or(u64::MAX).max(memory);
    section.row(
        "peak memory of the process",
        [
            format!("{} MiB", memory.div_ceil(1_024)),
            String::new(),
            String::new(),
        ],
    );
    section.bar("memory under 30 MiB", memory < MOST_MEMORY_KIB);
    Ok(section)
}

fn silent(program: &PathBuf) -> Result<Vec<cost::Run>> {
    let network = Netns::pair()?;
    network.answer_routed(ROUTED)?;
    network.silence(SILENT)?;
    let scan = || {
        let mut command = network.near(program);
        command.args(["--profile", &format!("-T4 {SILENT_PORTS}"), SILENT]);
        cost::run(&mut command)
    };
    (0..5).map(|_| scan()).collect()
}

/// Builds the example.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let mut cargo = process::cargo(&workspace.root);
    process::run(cargo.args([
        "build",
        "--release",
        "-p",
        "engine",
        "--example",
        "portscan",
    ]))?;
    let program = workspace.target.join("release/examples/portscan");
    if !program.is_file() {
        bail!("failed to find {}", program.display());
    }
    Ok(program)
}
