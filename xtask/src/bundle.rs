//! The browser bundle: the crate `frontend` as WebAssembly with its JavaScript glue.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::process::{self, step};
use crate::workspace::{Flavour, Workspace};
use crate::{node, setup};

/// Compiles the bundle and returns the folder with `rollcall.js` and `rollcall_bg.wasm`.
pub(crate) fn build(workspace: &Workspace, flavour: Flavour) -> Result<PathBuf> {
    setup::wasm_target()?;
    let profile = flavour.wasm_profile();
    step(format_args!("building the browser bundle ({profile})"));
    process::run(workspace.cargo(flavour).args([
        "build",
        "--package=frontend",
        "--lib",
        "--target=wasm32-unknown-unknown",
        "--profile",
        profile,
    ]))?;
    let module = workspace
        .target
        .join("wasm32-unknown-unknown")
        .join(profile)
        .join("frontend.wasm");
    bind(workspace, flavour, &module)
}

/// Runs wasm-bindgen, and wasm-opt for a release, unless the same module went through them last time.
fn bind(workspace: &Workspace, flavour: Flavour, module: &Path) -> Result<PathBuf> {
    let folder = workspace.target.join("bundle").join(flavour.wasm_profile());
    let optimise = flavour == Flavour::Release && can_optimise(workspace)?;
    let stamp = stamp(module, optimise)?;
    let stamp_file = folder.with_extension("stamp");
    if fs::read_to_string(&stamp_file).is_ok_and(|last| last == stamp) {
        return Ok(folder);
    }
    step("writing the JavaScript glue (wasm-bindgen)");
    // Snippets of an earlier build must not linger; without the stamp a failure starts over.
    let _ = fs::remove_file(&stamp_file);
    let _ = fs::remove_dir_all(&folder);
    Bindgen::new()
        .input_path(module)
        .web(true)?
        .out_name("rollcall")
        .typescript(false)
        .omit_default_module_path(false)
        .generate(&folder)
        .context("failed to generate the JavaScript glue")?;
    if optimise {
        step("shrinking the bundle (wasm-opt -Oz), about a minute");
        node::optimise(workspace, &folder.join("rollcall_bg.wasm"))?;
    }
    fs::write(&stamp_file, stamp).context("failed to note which bundle was built")?;
    Ok(folder)
}

/// Without node the bundle is larger and works all the same.
fn can_optimise(workspace: &Workspace) -> Result<bool> {
    if !node::is_there() {
        step(
            "warning: node or npm is missing, so wasm-opt is left out and the bundle stays larger",
        );
        return Ok(false);
    }
    node::install_packages(workspace)?;
    Ok(true)
}

/// What the bundle depends on: the module's content and what is done to it.
fn stamp(module: &Path, optimise: bool) -> Result<String> {
    let bytes = fs::read(module).with_context(|| format!("failed to read {}", module.display()))?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&bytes);
    // The glue is made by this very program: a new xtask may write another one.
    let version = env!("CARGO_PKG_VERSION");
    Ok(format!("{:016x} {version} {optimise}\n", hasher.finish()))
}
