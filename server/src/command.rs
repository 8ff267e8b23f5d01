//! What each subcommand does.

mod console;
mod demo;
mod healthcheck;
mod serve;

use crate::{cli::Task, config::Config, http, logs};
use engine::{
    OpenError,
    clock::Clock,
    probe::{
        IcmpPing, Probes,
        examine::Eyes,
        metadata::Metadata,
        names::{Agents, KernelTable, Names, Resolver},
        narrate,
        ports::Ports,
    },
};
use std::{
    fmt::Display,
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
};
use tokio::runtime::Runtime;

/// Does it; the exit code tells how it went.
pub fn run(task: Task, config: Config) -> ExitCode {
    logs::start(&config);
    let done = match task {
        Task::OpenApi => openapi(),
        Task::HealthCheck => healthcheck::run(config.bind),
        Task::Serve { .. } => runtime().and_then(|runtime| runtime.block_on(serve::run(config))),
        Task::Demo { seed, is_kept } => {
            runtime().and_then(|runtime| runtime.block_on(demo::run(seed, is_kept, config)))
        }
        task => runtime().and_then(|runtime| runtime.block_on(console::run(task, &config))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell_error(format!("{error:#}"));
            ExitCode::from(
                error
                    .downcast_ref::<OpenError>()
                    .map_or(1, OpenError::exit_code),
            )
        }
    }
}

/// One line for the operator on standard output.
fn tell(line: impl Display) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

/// Words for the operator on standard error.
pub fn tell_error(words: impl Display) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr(), "rollcall: {words}");
}

fn runtime() -> anyhow::Result<Runtime> {
    Ok(Runtime::new()?)
}

fn prober(config: &Config) -> anyhow::Result<Probes> {
    let mut probes = Probes::from(Arc::new(IcmpPing::start(config.ping())?));
    probes.names.snmp = Arc::new(Agents::default());
    probes.examine = Arc::new(Eyes::open(config.dns_servers.clone())?);
    probes.narrator = narrate::open(&config.narrator)?;
    if config.ptr_lookup {
        probes.names.dns = Arc::new(Resolver::new(config.dns_servers.clone()));
    }
    if config.neighbours {
        probes.names.neighbours = Arc::new(KernelTable);
    }
    Ok(probes)
}

/// Whoever is asked about public addresses; files are read now.
fn sources(config: &Config, names: &Names) -> anyhow::Result<Metadata> {
    let dns = config.ptr_lookup.then(|| names.dns.clone());
    let policy = config.engine().targets;
    Metadata::open(&config.metadata, &policy, Clock::system(), dns)
}

fn scanner(config: &Config) -> anyhow::Result<Arc<Ports>> {
    Ok(Arc::new(Ports::new(&config.search_path)?))
}

fn openapi() -> anyhow::Result<()> {
    Ok(tell(http::document().to_pretty_json()?)?)
}
