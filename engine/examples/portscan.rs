//! Scans ports of addresses with the product's built-in prober, all hosts at once, and prints one line of figures.
//!
//! `portscan [--profile WORDS] [--deadline-s N] CIDR..`, the profile in nmap's words: `--profile "-T4 -p1-1000"`.

use std::io::{Write, stdout};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use domain::port::profile::ScanProfile;
use engine::probe::ConnectScanner;
use engine::probe::ports::{PortRequest, PortScanner};
use futures::future::join_all;
use ipnetwork::IpNetwork;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> Result<()> {
    let mut profile = ScanProfile::default();
    let mut deadline = Duration::from_mins(10);
    let mut addresses: Vec<IpAddr> = Vec::new();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--profile" => profile = words.next().context("no profile")?.parse()?,
            "--deadline-s" => {
                deadline = Duration::from_secs(words.next().context("no deadline")?.parse()?);
            }
            network => {
                let network: IpNetwork = network.parse().context(word.clone())?;
                addresses.extend(network.iter());
            }
        }
    }
    if addresses.is_empty() {
        bail!("no addresses");
    }
    let scanner = ConnectScanner::new();
    let started = Instant::now();
    let scans = addresses.iter().map(|ip| {
        let request = PortRequest {
            ip: *ip,
            profile: profile.clone(),
            deadline,
        };
        scanner.scan(request, watch::channel(None).0, CancellationToken::new())
    });
    let reports = join_all(scans).await;
    let elapsed = started.elapsed();
    let good: Vec<_> = reports.iter().flatten().collect();
    writeln!(
        stdout(),
        "hosts={} failed={} answered={} asked={} open={} elapsed_ms={} peak_kib={}",
        reports.len(),
        reports.len() - good.len(),
        good.iter().filter(|report| report.responded).count(),
        good.iter()
            .map(|report| report.covered.tcp.len())
            .sum::<u32>(),
        good.iter().map(|report| report.open.len()).sum::<usize>(),
        elapsed.as_millis(),
        peak_memory(),
    )?;
    for failure in reports
        .iter()
        .filter_map(|report| report.as_ref().err())
        .take(3)
    {
        writeln!(stdout(), "{failure}")?;
    }
    Ok(())
}

/// The most memory this process ever held, in KiB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}
