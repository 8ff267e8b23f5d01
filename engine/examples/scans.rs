//! Scans a thousand addresses of this machine in one job through the whole engine, and prints one line of figures.
//!
//! `scans ADDRESS..`; with `--workers N`, that many targets at a time.

use std::io::{Write, stdout};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use domain::scan::{NewScan, ScanMode, ScanQuery, ScanStatus};
use domain::target::Policy;
use engine::demo::{Network, Simulated};
use engine::probe::Probes;
use engine::probe::examine::Eyes;
use engine::probe::names::DnsServers;
use engine::{Caller, Engine, EngineSettings, ops};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Between two looks at how far the job is.
const LOOK: Duration = Duration::from_millis(20);
/// No job takes longer.
const LONGEST: Duration = Duration::from_mins(5);

#[tokio::main]
async fn main() -> Result<()> {
    let mut settings = EngineSettings {
        targets: Policy {
            allowed: vec!["127.0.0.0/8".parse()?],
        },
        scheduler: false,
        port_scheduler: false,
        ..EngineSettings::default()
    };
    let mut addresses = Vec::new();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--workers" => settings.scan_workers = words.next().context("no number")?.parse()?,
            "--database" => {
                let path = words.next().context("no path")?;
                settings.database_url = format!("sqlite://{path}?mode=rwc");
            }
            address => addresses.push(address.to_owned()),
        }
    }
    let clock = engine::clock::Clock::system();
    // Nobody is pinged; only the look is real.
    let nobody = Simulated::new(Arc::new(Network::new(1, clock.now())), clock);
    let probes = Probes {
        examine: Arc::new(Eyes::open(DnsServers::System)?),
        ..Probes::from(Arc::new(nobody))
    };
    let engine = Engine::open(settings, probes).await?.engine;
    let cancel = CancellationToken::new();
    engine.start_workers(&cancel);
    let new = NewScan {
        ip_addresses: addresses,
        ..NewScan::default()
    };
    let caller = Caller::console();
    let begun = Instant::now();
    let token = ops::scan::enqueue(&engine, &caller, ScanMode::Scan, &new, None)
        .await?
        .token;
    let status = loop {
        let jobs = ops::scan::list(&engine, &caller, &ScanQuery::default()).await?;
        let job = jobs.items.first().context("the job is gone")?;
        if job.status.is_over() {
            break job.status;
        }
        ensure!(begun.elapsed() < LONGEST, "the job is never over");
        sleep(LOOK).await;
    };
    let elapsed = begun.elapsed();
    // Before the results are read, which is no part of the job.
    let peak = peak_memory();
    ensure!(status == ScanStatus::Complete, "the job is {status:?}");
    let scan = ops::scan::find(&engine, &caller, &token).await?;
    let mut ports: Vec<u16> = Vec::new();
    let (mut asked, mut open) = (0, 0);
    for result in &scan.results {
        open += result.open_ports.len();
        let tests = result.accessibility_tests.iter();
        let of_target = tests.filter_map(|it| it.test.strip_prefix("tcp/")?.parse::<u16>().ok());
        let of_target: Vec<u16> = of_target.collect();
        asked += of_target.len();
        ports.extend(of_target);
    }
    ports.sort_unstable();
    ports.dedup();
    let ports: Vec<String> = ports.iter().map(ToString::to_string).collect();
    writeln!(
        stdout(),
        "targets={} asked={asked} open={open} elapsed_ms={} peak_kib={peak} ports={}",
        scan.results.len(),
        elapsed.as_millis(),
        ports.join(","),
    )?;
    cancel.cancel();
    Ok(engine.close().await?)
}

/// The most memory this process held so far, in KiB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}
