//! The release: one binary with everything in it, and what its pages cost.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::process::{say, step};
use crate::workspace::{Flavour, Workspace};
use crate::{server, site};

/// What the first page may transfer for WebAssembly, JavaScript and CSS together, in bytes.
const BUDGET: u64 = 350_000;
/// What every page loads.
const SHARED: [&str; 4] = [
    "rollcall_bg.wasm",
    "rollcall.js",
    "parts.js",
    "rollcall.css",
];

/// Builds `dist/rollcall` in the target folder and returns its path.
pub(crate) fn run(workspace: &Workspace) -> Result<PathBuf> {
    // Before the server, which takes longer: a page that is too large stops the release here.
    weigh(&site::assemble(workspace, Flavour::Release)?.join("pkg"))?;
    let built = server::build(workspace, Flavour::Release)?;
    let folder = workspace.target.join("dist");
    let binary = folder.join("rollcall");
    fs::create_dir_all(&folder).with_context(|| format!("failed to make {}", folder.display()))?;
    // A rename replaces a binary that is being run; a copy onto it would be refused.
    let fresh = folder.join(".rollcall.new");
    fs::copy(&built, &fresh)
        .and_then(|_| fs::rename(&fresh, &binary))
        .with_context(|| format!("failed to write {}", binary.display()))?;
    say(format_args!("{:>10}  {}", size(&binary)?, binary.display()));
    Ok(binary)
}

/// Prints what pages transfer and checks the first one, which is the dashboard or the sign-in.
fn weigh(folder: &Path) -> Result<()> {
    step("sizes in bytes as sent to the browser (brotli)");
    let mut first = 0;
    for name in SHARED {
        let sent = sent(&folder.join(name))?;
        say(format_args!("{sent:>10}  {name}"));
        first += sent;
    }
    say(format_args!("{first:>10}  first page (at most {BUDGET})"));
    let list = folder.join("parts.json");
    let list = fs::read(&list).with_context(|| format!("failed to read {}", list.display()))?;
    let parts: BTreeMap<String, Vec<String>> =
        serde_json::from_slice(&list).context("failed to read parts.json")?;
    for (part, files) in parts {
        let more = files
            .iter()
            .map(|file| sent(&folder.join(format!("{file}.wasm"))))
            .sum::<Result<u64>>()?;
        say(format_args!("{more:>10}  more for the part \"{part}\""));
    }
    ensure!(
        first <= BUDGET,
        "the first page transfers {} bytes more than it may",
        first - BUDGET
    );
    Ok(())
}

/// What a file comes to when it is transferred.
fn sent(path: &Path) -> Result<u64> {
    let packed = PathBuf::from(format!("{}.br", path.display()));
    size(if packed.exists() { &packed } else { path })
}

fn size(path: &Path) -> Result<u64> {
    Ok(fs::metadata(path)
        .with_context(|| format!("failed to look at {}", path.display()))?
        .len())
}
