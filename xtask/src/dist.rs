//! The release: one binary with everything in it, and what its first page costs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::{say, step};
use crate::server;
use crate::workspace::{Flavour, Workspace};

/// What the first page may transfer for WebAssembly, JavaScript and CSS together, in bytes.
const BUDGET: u64 = 350_000;

/// Builds `dist/rollcall` in the target folder and returns its path.
pub(crate) fn run(workspace: &Workspace) -> Result<PathBuf> {
    let built = server::build(workspace, Flavour::Release)?;
    let folder = workspace.target.join("dist");
    let binary = folder.join("rollcall");
    fs::create_dir_all(&folder).with_context(|| format!("failed to make {}", folder.display()))?;
    // A rename replaces a binary that is being run; a copy onto it would be refused.
    let fresh = folder.join(".rollcall.new");
    fs::copy(&built, &fresh)
        .and_then(|_| fs::rename(&fresh, &binary))
        .with_context(|| format!("failed to write {}", binary.display()))?;
    step("sizes in bytes: raw, as sent to the browser");
    let total = report(&workspace.site(Flavour::Release).join("pkg"))?;
    say(format_args!(
        "{:>10} {total:>10}  first page (budget {BUDGET})",
        ""
    ));
    say(format_args!(
        "{:>10} {:>10}  {}",
        size(&binary)?,
        "",
        binary.display()
    ));
    if total > BUDGET {
        // A large bundle is slow to load and no less usable, so the binary is not withheld.
        let over = total - BUDGET;
        step(format_args!(
            "BUDGET MISSED: the first page transfers {over} bytes more than the {BUDGET} it may"
        ));
    }
    Ok(binary)
}

/// Prints the sizes of the files a page loads and returns what they come to when transferred.
fn report(folder: &Path) -> Result<u64> {
    let mut total = 0;
    let what = || format!("failed to read {}", folder.display());
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(what)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .with_context(what)?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            total += report(&path)?;
            continue;
        }
        let is_copy = path
            .extension()
            .is_some_and(|extension| extension == "br" || extension == "gz");
        if is_copy {
            continue;
        }
        let raw = size(&path)?;
        let packed = PathBuf::from(format!("{}.br", path.display()));
        let sent = if packed.exists() { size(&packed)? } else { raw };
        say(format_args!("{raw:>10} {sent:>10}  {}", path.display()));
        total += sent;
    }
    Ok(total)
}

fn size(path: &Path) -> Result<u64> {
    Ok(fs::metadata(path)
        .with_context(|| format!("failed to look at {}", path.display()))?
        .len())
}
