//! The browser bundle: the crate `frontend` as WebAssembly, cut at its lazy pages, with its JavaScript glue.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;

use crate::process::{self, step};
use crate::workspace::{Flavour, Workspace};
use crate::{node, setup};

/// What the bundle's files are called.
const NAME: &str = "rollcall";

/// Compiles the bundle and returns the folder with `rollcall.js` and `rollcall_bg.wasm`.
pub(crate) fn build(workspace: &Workspace, flavour: Flavour) -> Result<PathBuf> {
    setup::wasm_target()?;
    let profile = flavour.wasm_profile();
    step(format_args!("building the browser bundle ({profile})"));
    process::run(workspace.cargo(flavour).args([
        "rustc",
        "--package=frontend",
        "--lib",
        "--crate-type=cdylib",
        "--target=wasm32-unknown-unknown",
        "--profile",
        profile,
        "--",
        // Where code and data refer to each other: the cut is made along it.
        "-Clink-arg=--emit-relocs",
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
    // Files of an earlier build must not linger; without the stamp a failure starts over.
    let _ = fs::remove_file(&stamp_file);
    let _ = fs::remove_dir_all(&folder);
    let whole = cut(module, &folder)?;
    step("writing the JavaScript glue (wasm-bindgen)");
    Bindgen::new()
        .input_path(&whole)
        .web(true)?
        .out_name(NAME)
        .typescript(false)
        .omit_default_module_path(false)
        // The parts refer to what the linker exported.
        .keep_lld_exports(true)
        .demangle(false)
        .generate(&folder)
        .context("failed to generate the JavaScript glue")?;
    fs::remove_file(&whole).with_context(|| format!("failed to delete {}", whole.display()))?;
    if optimise {
        step("shrinking the bundle (wasm-opt -Oz), about a minute");
        for module in modules(&folder)? {
            node::optimise(workspace, &module)?;
        }
    }
    fs::write(&stamp_file, stamp).context("failed to note which bundle was built")?;
    Ok(folder)
}

/// Cuts the module at its lazy pages. The parts and `parts.json`, which tells the files of each part, go to `folder`;
/// returns what is left, for wasm-bindgen.
fn cut(module: &Path, folder: &Path) -> Result<PathBuf> {
    step("cutting the bundle at its lazy pages");
    let bytes = fs::read(module).with_context(|| format!("failed to read {}", module.display()))?;
    let rest = folder.join("rest.wasm");
    let glue = format!("./{NAME}.js");
    let mut options = wasm_split_cli_support::Options::new(&bytes);
    options.output_dir = folder;
    options.main_out_path = &rest;
    options.main_module = &glue;
    options.link_name = "./parts.js";
    let cut = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("failed to cut the bundle: {error:#}"))?;
    let parts: BTreeMap<_, _> = cut.prefetch_map.into_iter().collect();
    let text = serde_json::to_vec(&parts).context("failed to list the parts")?;
    fs::write(folder.join("parts.json"), text).context("failed to write parts.json")?;
    Ok(rest)
}

/// Every WebAssembly module in the folder.
fn modules(folder: &Path) -> Result<Vec<PathBuf>> {
    let what = || format!("failed to read {}", folder.display());
    let mut modules = Vec::new();
    for entry in fs::read_dir(folder).with_context(what)? {
        let path = entry.with_context(what)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            modules.push(path);
        }
    }
    Ok(modules)
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
