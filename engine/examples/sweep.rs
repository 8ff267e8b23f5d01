//! Sweeps networks once or more with the product's prober and prints one line of figures per sweep.
//!
//! `sweep [--rate N] [--burst N] [--mode auto|datagram|raw] [--timeout-ms N] [--attempts N] [--repeat N] CIDR..`

use std::io::{Write, stdout};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use domain::probe::{Answer, Unsent};
use engine::probe::{IcmpPing, Ping, PingMode, PingSettings, Round, RoundReport};
use ipnetwork::IpNetwork;
use tokio_util::sync::CancellationToken;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let order = Order::parse(std::env::args().skip(1))?;
    let ping = IcmpPing::start(order.settings).context("start the prober")?;
    for _ in 0..order.repeat {
        let report = ping
            .round(order.round.clone(), CancellationToken::new())
            .await;
        writeln!(stdout(), "{}", figures(&report))?;
    }
    let status = ping.status();
    for warning in &status.warnings {
        writeln!(stdout(), "warning: {warning}")?;
    }
    writeln!(
        stdout(),
        "v4={:?} v6={:?} peak_kib={}",
        status.v4,
        status.v6,
        peak_memory()
    )?;
    Ok(())
}

struct Order {
    settings: PingSettings,
    round: Round,
    repeat: u32,
}

impl Order {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut order = Self {
            settings: PingSettings {
                rate: None,
                ..PingSettings::default()
            },
            round: Round {
                addresses: Vec::new(),
                attempts: 1,
                timeout: Duration::from_millis(500),
                spacing: Duration::from_secs(1),
            },
            repeat: 1,
        };
        while let Some(word) = words.next() {
            let mut value = || {
                words
                    .next()
                    .with_context(|| format!("{word} needs a value"))
            };
            match word.as_str() {
                "--rate" => order.settings.rate = Some(value()?.parse()?),
                "--burst" => order.settings.burst = value()?.parse()?,
                "--mode" => order.settings.mode = mode(&value()?)?,
                "--timeout-ms" => order.round.timeout = Duration::from_millis(value()?.parse()?),
                "--attempts" => order.round.attempts = value()?.parse()?,
                "--repeat" => order.repeat = value()?.parse()?,
                network => {
                    let network: IpNetwork = network.parse().context(word.clone())?;
                    order.round.addresses.extend(network.iter());
                }
            }
        }
        Ok(order)
    }
}

fn mode(word: &str) -> Result<PingMode> {
    Ok(match word {
        "auto" => PingMode::Auto,
        "datagram" => PingMode::Datagram,
        "raw" => PingMode::Raw,
        _ => bail!("unknown mode {word}"),
    })
}

fn figures(report: &RoundReport) -> String {
    let (mut alive, mut silent, mut total_us) = (0_u64, 0, 0_u64);
    let (mut least_us, mut most_us) = (u32::MAX, 0);
    let mut unsent: Vec<(Unsent, u64)> = Vec::new();
    for observation in &report.observations {
        match observation.answer {
            Answer::Reply { rtt_us } => {
                alive += 1;
                total_us += u64::from(rtt_us);
                least_us = least_us.min(rtt_us);
                most_us = most_us.max(rtt_us);
            }
            Answer::Silence => silent += 1,
            Answer::Unsent(reason) => match unsent.iter_mut().find(|known| known.0 == reason) {
                Some(known) => known.1 += 1,
                None => unsent.push((reason, 1)),
            },
        }
    }
    let mean_us = total_us.checked_div(alive).unwrap_or(0);
    let least_us = if alive == 0 { 0 } else { least_us };
    format!(
        "alive={alive} silent={silent} unsent={} overflowed={} rtt_min_us={least_us} rtt_mean_us={mean_us} \
         rtt_max_us={most_us} elapsed_ms={} reasons={unsent:?}",
        unsent.iter().map(|reason| reason.1).sum::<u64>(),
        report.overflowed,
        report.elapsed.as_millis(),
    )
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
