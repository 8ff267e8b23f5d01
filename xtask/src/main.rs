//! What a developer or a new user runs: `cargo xtask run | demo | test | check | e2e | bench | dist`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool talks to the terminal"
)]

mod apt;
mod bench;
mod bundle;
mod check;
mod compress;
mod contract;
mod dist;
mod e2e;
mod kev;
mod netns;
mod node;
mod process;
mod server;
mod setup;
mod site;
mod test;
mod vendors;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::process::say;
use crate::workspace::{Flavour, Workspace};

/// Builds, runs and tests Rollcall.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Set up what is missing, build the browser bundle and the server, and start it
    Run {
        /// Arguments of `rollcall serve`, for example `--bind 0.0.0.0:8080`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        server: Vec<String>,
    },
    /// The same with a sample network and a week of its history; nothing is pinged
    Demo {
        /// Arguments of `rollcall demo`, for example `--seed 2`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        server: Vec<String>,
    },
    /// Run everything that must pass before a commit: check, cargo test, e2e, the API against its document
    Test,
    /// Check the rules of the code base: format, clippy, allowed dependencies, documentation
    Check,
    /// Drive the real server in Chromium, over network namespaces where root can make them
    E2e {
        /// Arguments of `playwright test`, for example `sweep --headed`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        playwright: Vec<String>,
    },
    /// Ask the scan routes of a real server whatever their document permits (needs root and schemathesis)
    Contract,
    /// Measure against fping in network namespaces (needs root)
    Bench {
        /// Run this group only
        group: Option<String>,
    },
    /// Build the release binary with everything embedded: target/dist/rollcall
    Dist,
    /// Build the table of hardware vendors from the IEEE's listing (oui.csv, mam.csv, oui36.csv)
    Vendors {
        /// Where the files are, for example /usr/share/ieee-data
        folder: std::path::PathBuf,
        /// Where they come from and of when they are
        #[arg(long)]
        edition: String,
    },
    /// Build the list of exploited vulnerabilities from CISA's catalog
    Kev {
        /// The catalog as JSON, from cisa.gov/known-exploited-vulnerabilities-catalog
        catalog: std::path::PathBuf,
    },
    /// Assemble the folder of static files and print its path
    #[command(hide = true)]
    Site {
        /// As `dist` embeds it
        #[arg(long)]
        release: bool,
    },
}

fn main() -> ExitCode {
    match perform(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<test::Failed>() => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    let workspace = Workspace::find()?;
    match task {
        Task::Run { server } => server::run(&workspace, "serve", &server),
        Task::Demo { server } => server::run(&workspace, "demo", &server),
        Task::Test => test::run(&workspace),
        Task::Contract => contract::run(&workspace),
        Task::Check => check::run(&workspace),
        Task::E2e { playwright } => e2e::run(&workspace, &playwright),
        Task::Bench { group } => {
            setup::bench_tools()?;
            bench::run(group.as_deref())
        }
        Task::Vendors { folder, edition } => vendors::build(&workspace.root, &folder, &edition),
        Task::Kev { catalog } => kev::build(&workspace.root, &catalog),
        Task::Dist => dist::run(&workspace).map(drop),
        Task::Site { release } => {
            let flavour = if release {
                Flavour::Release
            } else {
                Flavour::Development
            };
            let folder = site::assemble(&workspace, flavour)?;
            say(folder.display());
            Ok(())
        }
    }
}
