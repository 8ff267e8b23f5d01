//! Tells the embedding macro which folder holds the built site; without one, an empty folder is embedded.

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=ROLLCALL_SITE");
    let manifest = PathBuf::from(required("CARGO_MANIFEST_DIR")?);
    let wanted = match variable("ROLLCALL_SITE") {
        Some(folder) => PathBuf::from(folder),
        None => manifest.join("../target/site"),
    };
    let folder = if wanted.is_dir() {
        // Only watched once it exists: cargo takes a missing path for a changed one and would build anew every time.
        println!("cargo::rerun-if-changed={}", wanted.display());
        wanted.canonicalize()?
    } else {
        let empty = PathBuf::from(required("OUT_DIR")?).join("no-site");
        fs::create_dir_all(&empty)?;
        empty
    };
    println!(
        "cargo::rustc-env=ROLLCALL_EMBEDDED_SITE={}",
        folder.display()
    );
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo talks to build scripts by environment"
)]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn required(name: &str) -> Result<String, String> {
    variable(name).ok_or_else(|| format!("cargo did not set {name}"))
}
