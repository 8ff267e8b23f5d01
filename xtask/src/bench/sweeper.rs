//! The product's prober as a program: the release build of the engine's example `sweep`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::netns::Netns;
use crate::process;
use crate::workspace::Workspace;

/// The built example.
pub(super) struct Sweeper {
    program: PathBuf,
}

impl Sweeper {
    /// Builds it.
    pub(super) fn build(workspace: &Workspace) -> Result<Self> {
        let mut cargo = process::cargo(&workspace.root);
        process::run(cargo.args(["build", "--release", "-p", "engine", "--example", "sweep"]))?;
        let program = workspace.target.join("release/examples/sweep");
        if !program.is_file() {
            bail!("failed to find {}", program.display());
        }
        Ok(Self { program })
    }

    /// The command that sweeps on the near side of a network.
    pub(super) fn command(&self, network: &Netns, words: &str) -> Command {
        let mut command = network.near(&self.program);
        command.args(words.split_whitespace());
        command
    }
}

/// fping on the near side of a network.
pub(super) fn fping(network: &Netns, words: &str) -> Command {
    let mut command = network.near("fping");
    command.args(words.split_whitespace());
    command
}

/// The figure after `key=` in what `sweep` printed, in every line that has one.
pub(super) fn figures(output: &str, key: &str) -> Vec<u64> {
    let words = output.split_whitespace();
    words
        .filter_map(|word| word.strip_prefix(key)?.strip_prefix('=')?.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_per_line_and_by_whole_key() {
        let output = "alive=3 unsent=0 elapsed_ms=12\nalive=4 unsent=1 elapsed_ms=9\n";
        assert_eq!(figures(output, "alive"), [3, 4]);
        assert!(figures(output, "sent").is_empty());
    }
}
