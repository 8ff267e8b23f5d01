//! What must be on the machine: the browser target, components of Rust, programs for the tests.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::apt::{self, Tool};
use crate::process::{self, step};

const WASM: &str = "wasm32-unknown-unknown";

const NMAP: Tool = Tool {
    program: "nmap",
    package: "nmap",
    purpose: "port scans",
};
const IP: Tool = Tool {
    program: "ip",
    package: "iproute2",
    purpose: "test networks",
};
const FPING: Tool = Tool {
    program: "fping",
    package: "fping",
    purpose: "what the benchmarks compare with",
};
const CHROMIUM: Tool = Tool {
    program: "chromium",
    package: "chromium",
    purpose: "browser tests",
};

/// The target that the browser bundle is compiled for.
pub(crate) fn wasm_target() -> Result<()> {
    let there = process::read(
        Command::new("rustc").args(["--print=target-libdir", &format!("--target={WASM}")]),
    )
    .is_ok_and(|folder| Path::new(folder.trim()).is_dir());
    if there {
        return Ok(());
    }
    if process::which("rustup").is_none() {
        bail!(
            "the Rust target {WASM} is missing and rustup is not there to add it; \
             install Rust by https://rustup.rs, or your distribution's package for {WASM}"
        );
    }
    step(format_args!("adding the Rust target {WASM}"));
    process::run(Command::new("rustup").args(["target", "add", WASM]))
}

/// The formatter and the linter.
pub(crate) fn lint_tools() -> Result<()> {
    for (program, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if process::works(Command::new(program).arg("--version")) {
            continue;
        }
        step(format_args!("adding the Rust component {component}"));
        process::run(Command::new("rustup").args(["component", "add", component]))?;
    }
    Ok(())
}

/// What `cargo test` calls.
pub(crate) fn test_tools() -> Result<()> {
    apt::require(&[&NMAP])
}

/// What the end-to-end tests call, except node.
pub(crate) fn e2e_tools() -> Result<()> {
    let mut tools = vec![&NMAP, &IP];
    // Somebody who names a browser has one.
    if process::environment("CHROMIUM").is_none() {
        tools.push(&CHROMIUM);
    }
    apt::require(&tools)
}

/// What the benchmarks call.
pub(crate) fn bench_tools() -> Result<()> {
    apt::require(&[&IP, &FPING, &NMAP])?;
    require_root("the benchmarks make network namespaces", "bench")
}

fn require_root(why: &str, task: &str) -> Result<()> {
    if !apt::is_root() {
        bail!(
            "{why}, which needs root; run\n    sudo --preserve-env=PATH,HOME,CARGO_HOME,RUSTUP_HOME \"$(command -v cargo)\" xtask {task}"
        );
    }
    Ok(())
}
