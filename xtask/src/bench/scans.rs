//! A scan job of a thousand targets beside nmap on the same ports and addresses: the engine's example `scans`, with its
//! queue, its database and its verdicts.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::contest::{alternate, median, times};
use super::document::Section;
use super::sweeper::figures;
use crate::process;
use crate::workspace::Workspace;

const TARGETS: u64 = 1_000;
/// Ports of those that the product asks, on addresses that nobody else listens on.
const OPEN: [(u8, u16); 4] = [(10, 8081), (80, 8888), (160, 9090), (240, 8008)];
const MOST_TIMES: f64 = 1.5;
const MOST_MEMORY_KIB: u64 = 200 * 1_024;

/// One job beside one nmap, five times each.
pub(super) fn scans(workspace: &Workspace) -> Result<Section> {
    let program = build(workspace)?;
    let folder = tempfile::tempdir().context("failed to make a folder")?;
    let addresses: Vec<String> = (0..TARGETS)
        .map(|n| format!("127.99.{}.{}", n / 250, n % 250 + 1))
        .collect();
    for (last, port) in OPEN {
        listen(Ipv4Addr::new(127, 99, 1, last), port)?;
    }
    let list = folder.path().join("addresses");
    fs::write(&list, addresses.join("\n")).context("failed to write the list")?;
    let mut run = 0;
    let mut job = || {
        run += 1;
        let mut ours = Command::new(&program);
        ours.arg("--database")
            .arg(folder.path().join(format!("{run}.db")))
            .args(&addresses);
        ours
    };
    // Which ports the product asks is told by the first run.
    let first = process::read(&mut job())?;
    let ports = first
        .split_whitespace()
        .find_map(|word| word.strip_prefix("ports="));
    let ports = ports.context("no ports were told")?.to_owned();
    let contest = alternate(job, || {
        let mut theirs = Command::new("nmap");
        theirs
            .args(["-sT", "-n", "-Pn", "-T4", "-p", &ports, "-iL"])
            .arg(&list);
        theirs
    })?;
    let mut section = Section::beside("One scan job: 1,000 targets", "nmap -sT");
    let of_each = ports.split(',').count() as u64;
    section.row(
        "ports of each target",
        [of_each.to_string(), of_each.to_string(), String::new()],
    );
    let (ours, theirs) = (times(&contest.ours), times(&contest.theirs));
    let job = median(&contest.ours, |run| {
        figures(&run.output, "elapsed_ms").first().copied()
    });
    let job = Duration::from_millis(job.context("no time was told")?);
    let seconds = |time: Duration| format!("{:.2} s", time.as_secs_f64());
    let ratio = |ours: Duration, theirs: Duration| {
        ours.as_secs_f64() / theirs.as_secs_f64().max(f64::EPSILON)
    };
    for (what, ours, theirs) in [
        ("wall, from the request to the last result", job, theirs.0),
        (
            "wall of the process, its start and end included",
            ours.0,
            theirs.0,
        ),
        ("processor", ours.1, theirs.1),
    ] {
        let shown = format!("{:.2}", ratio(ours, theirs));
        section.row(what, [seconds(ours), seconds(theirs), shown]);
    }
    let all = |key: &str| -> Vec<u64> {
        let runs = contest.ours.iter();
        runs.flat_map(|run| figures(&run.output, key)).collect()
    };
    let peak = all("peak_kib").into_iter().max().unwrap_or(u64::MAX);
    section.row(
        "peak memory of the process",
        [
            format!("{} MiB", peak.div_ceil(1_024)),
            String::new(),
            String::new(),
        ],
    );
    section.bar(
        format!("wall at most {MOST_TIMES} × nmap -sT -n -Pn -T4"),
        ratio(job, theirs.0) <= MOST_TIMES,
    );
    section.bar("memory under 200 MiB", peak < MOST_MEMORY_KIB);
    let asked = TARGETS * of_each;
    let is_complete = all("targets") == [TARGETS; 5] && all("asked") == [asked; 5];
    let their_hosts = contest.theirs.iter();
    let up = format!("({TARGETS} hosts up)");
    section.bar(
        "both asked every port of every target in every run",
        is_complete && their_hosts.into_iter().all(|run| run.output.contains(&up)),
    );
    let all_open = all("open").iter().all(|open| *open >= OPEN.len() as u64);
    section.bar("every listener was found in every run", all_open);
    Ok(section)
}

/// A web server until this process ends.
fn listen(ip: Ipv4Addr, port: u16) -> Result<()> {
    let listener = TcpListener::bind((ip, port))
        .with_context(|| format!("failed to listen on {ip}:{port}"))?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || drop(answer(stream)));
        }
    });
    Ok(())
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    if stream.read(&mut [0; 4096])? > 0 {
        stream.write_all(
            b"HTTP/1.1 200 OK\r\nserver: nginx/1.27.3\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi",
        )?;
    }
    Ok(())
}

/// Builds the example.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let mut cargo = process::cargo(&workspace.root);
    process::run(cargo.args(["build", "--release", "-p", "engine", "--example", "scans"]))?;
    let program = workspace.target.join("release/examples/scans");
    if !program.is_file() {
        bail!("failed to find {}", program.display());
    }
    Ok(program)
}
