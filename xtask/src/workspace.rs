//! Where things are: the checkout, the target folder, and the folders xtask makes in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;

/// What is built for whom.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// Quick to build: `run` and the tests.
    Development,
    /// Small and fast: `dist`.
    Release,
}

impl Flavour {
    /// The cargo profile of the browser bundle.
    pub(crate) fn wasm_profile(self) -> &'static str {
        match self {
            Self::Development => "wasm-dev",
            Self::Release => "wasm-release",
        }
    }
}

/// The checkout and its target folder, as cargo sees them.
pub(crate) struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// The target folder; `CARGO_TARGET_DIR` and cargo's configuration are honoured.
    pub(crate) target: PathBuf,
    /// `cargo metadata` of our own packages, without their dependencies' packages.
    pub(crate) metadata: Value,
}

impl Workspace {
    /// Asks cargo, from the current folder.
    pub(crate) fn find() -> Result<Self> {
        let here = std::env::current_dir().context("failed to find the current folder")?;
        let text = process::read(process::cargo(&here).args([
            "metadata",
            "--no-deps",
            "--format-version=1",
        ]))?;
        let metadata: Value =
            serde_json::from_str(&text).context("failed to read cargo metadata")?;
        let folder = |key: &str| {
            metadata[key]
                .as_str()
                .map(PathBuf::from)
                .with_context(|| format!("failed to find {key} in cargo metadata"))
        };
        Ok(Self {
            root: folder("workspace_root")?,
            target: folder("target_directory")?,
            metadata,
        })
    }

    /// The folder of static files that the server embeds.
    pub(crate) fn site(&self, flavour: Flavour) -> PathBuf {
        self.target.join(match flavour {
            Flavour::Development => "site",
            Flavour::Release => "site-release",
        })
    }

    /// The folder of the Playwright tests and of the npm packages.
    pub(crate) fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }

    /// The server that a build of this flavour leaves behind.
    pub(crate) fn binary(&self, flavour: Flavour) -> PathBuf {
        self.target.join(match flavour {
            Flavour::Development => "debug/rollcall",
            Flavour::Release => "release/rollcall",
        })
    }

    /// Cargo in the checkout, told which site to embed.
    pub(crate) fn cargo(&self, flavour: Flavour) -> Command {
        let mut command = process::cargo(&self.root);
        command.env("ROLLCALL_SITE", self.site(flavour));
        command
    }

    /// A path as short as it can be shown.
    pub(crate) fn shown<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}
