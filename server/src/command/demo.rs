//! Runs the server on a sample network: a database of its own, and a prober that sends nothing.

use super::{serve, tell};
use crate::config::{Config, sqlite_url};
use anyhow::Context;
use engine::{
    Engine, FirstSignIn, Opened,
    clock::{Clock, Hands},
    demo::{Network, Simulated},
    ops,
};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};

/// Hours of a day.
const DAY: u64 = 24;

pub(super) async fn run(seed: u32, is_kept: bool, mut config: Config) -> anyhow::Result<()> {
    let folder = if is_kept { None } else { Some(folder()?) };
    if let Some(folder) = &folder {
        let path = folder.path().join("rollcall-demo.db");
        config.database_url = sqlite_url(&path.to_string_lossy());
    }
    config.simulated = true;
    let listener = serve::bind(&mut config).await?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (network, first_sign_in) = tokio::select! {
        prepared = prepare(seed, &config) => prepared?,
        _ = terminate.recv() => return Ok(()),
        _ = interrupt.recv() => return Ok(()),
    };
    let clock = Clock::system();
    let probes = Simulated::new(Arc::new(network), clock.clone());
    let opened = Engine::open_at(config.engine(), probes, clock).await?;
    let opened = Opened {
        first_sign_in: opened.first_sign_in.or(first_sign_in),
        ..opened
    };
    serve::serve(listener, config, opened).await
}

/// A folder that goes with this value.
fn folder() -> anyhow::Result<TempDir> {
    tempfile::Builder::new()
        .prefix("rollcall-demo-")
        .tempdir()
        .context("failed to make a temporary folder")
}

/// The sample network of the database; a new database gets its past first, by an engine whose clock runs through it.
async fn prepare(seed: u32, config: &Config) -> anyhow::Result<(Network, Option<FirstSignIn>)> {
    let now = Clock::system().now();
    let hands = Hands::default();
    hands.set(now);
    let new = Network::new(seed, now);
    let ping = Arc::new(Simulated::new(
        Arc::new(Network::new(seed, now)),
        hands.clock(),
    ));
    let Opened {
        engine,
        first_sign_in,
    } = Engine::open_at(config.engine(), ping, hands.clock()).await?;
    let network = if let Some(old) = ops::demo::find(&engine).await? {
        old
    } else {
        load(&engine, &new, &hands).await?;
        new
    };
    engine.close().await?;
    Ok((network, first_sign_in))
}

async fn load(engine: &Engine, network: &Network, hands: &Hands) -> anyhow::Result<()> {
    tell("Loading the sample network: a week of history, for some seconds")?;
    let mut days = 0;
    let told = |hours: u64, all: u64| {
        if hours / DAY > days {
            days = hours / DAY;
            // Nobody is left to tell when standard output is closed.
            let _ = tell(format_args!("  day {days} of {}", all / DAY));
        }
    };
    ops::demo::load(engine, network, hands, told)
        .await
        .context("failed to load the sample network")
}
