//! Ten thousand known hosts at the default interval, and the rows of subnets larger than any list.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::document::Section;
use super::product::{self, Product};
use crate::netns::Netns;
use crate::process::say;
use crate::workspace::Workspace;

/// 8,190 and 2,046 hosts.
const BLOCKS: [&str; 2] = ["10.80.0.0/19", "10.80.32.0/21"];
const HOSTS: u64 = 8_190 + 2_046;
/// How long the rounds are watched.
const WATCHED: Duration = Duration::from_mins(10);
/// Between two requests of the page.
const PAGE_EVERY: Duration = Duration::from_secs(1);

/// Watches 10,236 known hosts for ten minutes while somebody looks at the largest subnet's page.
pub(super) fn known_hosts(workspace: &Workspace) -> Result<Section> {
    let network = Netns::pair()?;
    network.permit_datagrams()?;
    for block in BLOCKS {
        network.answer_routed(block)?;
    }
    let product = Product::start(workspace, &network)?;
    let ids: Vec<i64> = BLOCKS
        .iter()
        .map(|block| product.add_subnet(block))
        .collect::<Result<_>>()?;
    let largest = *ids.first().context("no subnet")?;
    wait_until_known(&product)?;
    let kinds = ["down", "suspect", "up"];
    let events = || kinds.map(|kind| product.events(kind));
    let before = events();
    let (cpu, begun) = (product.cpu()?, Instant::now());
    let cookie = product::sign_in()?;
    let mut pages = Vec::new();
    let mut unknown = 0;
    while begun.elapsed() < WATCHED {
        pages.push(product::subnet_page(&cookie, largest)?.elapsed);
        unknown = unknown.max(
            product.summary()?["hosts"]["unknown"]
                .as_u64()
                .unwrap_or(u64::MAX),
        );
        sleep(PAGE_EVERY);
    }
    let watched = begun.elapsed();
    let cores = product.cpu()?.saturating_sub(cpu).as_secs_f64() / watched.as_secs_f64();
    let mut false_transitions = 0;
    for (before, after) in before.into_iter().zip(events()) {
        false_transitions += after?.saturating_sub(before?);
    }
    pages.sort_unstable();
    let p95 = pages[pages.len() * 95 / 100];
    let memory = product.peak_kib()?;
    let mut section = Section::alone("10,236 known hosts, a round every 60 s, ten minutes");
    section.figure(
        "false transitions (down, suspect, up)",
        false_transitions.to_string(),
    );
    section.figure("most hosts unknown at a time", unknown.to_string());
    section.figure(
        "processor, page requests included",
        format!("{cores:.3} cores"),
    );
    section.figure("peak memory", format!("{:.0} MiB", kib(memory)));
    section.figure(
        "data of the page with 8,190 hosts, p95",
        format!("{:.0} ms", p95.as_secs_f64() * 1000.0),
    );
    section.bar(
        "no false transition",
        false_transitions == 0 && unknown == 0,
    );
    section.bar("under half a core on average", cores < 0.5);
    section.bar("memory under 150 MiB", kib(memory) < 150.0);
    section.bar(
        "page data under 100 ms (p95)",
        p95 < Duration::from_millis(100),
    );
    Ok(section)
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn kib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

fn wait_until_known(product: &Product) -> Result<()> {
    let begun = Instant::now();
    loop {
        let up = product.summary()?["hosts"]["up"].as_u64().unwrap_or(0);
        if up == HOSTS {
            // The first rounds after the sweep belong to the start.
            sleep(Duration::from_secs(20));
            return Ok(());
        }
        ensure!(
            begun.elapsed() < Duration::from_mins(5),
            "only {up} of {HOSTS} hosts were found"
        );
        say(format_args!("{up} of {HOSTS} hosts found"));
        sleep(Duration::from_secs(5));
    }
}

/// The rows of a /8 and of a /64 with three hosts each.
pub(super) fn huge_subnets(workspace: &Workspace) -> Result<Section> {
    let network = Netns::pair()?;
    let product = Product::start(workspace, &network)?;
    let mut section = Section::alone("Rows of huge subnets with three hosts");
    for (cidr, hosts) in [
        ("10.0.0.0/8", ["10.0.0.1", "10.99.9.9", "10.255.255.254"]),
        (
            "2001:db8::/64",
            ["2001:db8::1", "2001:db8::ab", "2001:db8::ffff:1"],
        ),
    ] {
        let id = product.add_subnet(cidr)?;
        for ip in hosts {
            product.rest("POST /api/v1/hosts", &format!(r#"{{"ip":"{ip}"}}"#))?;
        }
        let line = format!("GET /api/v1/subnets/{id}/rows");
        let mut times = Vec::new();
        let mut bytes = 0;
        for _ in 0..200 {
            let answer = product.rest(&line, "")?;
            bytes = answer.body.len();
            times.push(answer.elapsed);
        }
        times.sort_unstable();
        let p95 = times[times.len() * 95 / 100];
        section.figure(
            cidr,
            format!("{:.1} ms (p95), {bytes} bytes", p95.as_secs_f64() * 1000.0),
        );
        section.bar(
            format!("{cidr} in under 50 ms and 2 kB"),
            p95 < Duration::from_millis(50) && bytes < 2_000,
        );
    }
    Ok(section)
}
