//! Runs the server until it is told to end.

use super::{prober, scanner, sources, tell};
use crate::{
    config::Config,
    http::{self, App},
    listen,
};
use anyhow::Context;
use engine::{Engine, FirstSignIn, Opened, probe::Probes};
use std::{process, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

/// The workers have this long to end and the database to be closed: with the requests' 5 s, less than 10 s.
const CLOSING: Duration = Duration::from_secs(4);
/// Ended by a second signal.
const INTERRUPTED: i32 = 130;

pub(super) async fn run(mut config: Config) -> anyhow::Result<()> {
    tracing::info!("settings: {}", config.presence());
    // First, so that a taken port leaves no trace in the database.
    let listener = bind(&mut config).await?;
    let scanner = scanner(&config)?;
    let probes = prober(&config)?;
    let probes = Probes {
        ports: scanner.clone(),
        metadata: sources(&config, &probes.names)?,
        ..probes
    };
    let technique = config.scan_profile.technique;
    let opening = Engine::open(config.engine(), probes);
    let (opened, ()) = tokio::join!(opening, scanner.look(technique));
    serve(listener, config, opened?).await
}

/// Listens; a port that the system chose goes into the configuration.
pub(super) async fn bind(config: &mut Config) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(config.bind)
        .await
        .with_context(|| format!("failed to listen on {}", config.bind))?;
    config.take_port(listener.local_addr()?);
    Ok(listener)
}

/// Serves what was opened until the end is asked for.
pub(super) async fn serve(
    listener: TcpListener,
    config: Config,
    opened: Opened,
) -> anyhow::Result<()> {
    let Opened {
        engine,
        first_sign_in,
    } = opened;
    let shutdown = CancellationToken::new();
    let (end, again) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    greet(&config, first_sign_in.as_ref())?;
    engine.start_workers(&shutdown);
    let app = App {
        engine: engine.clone(),
        config: Arc::new(config),
        shutdown: shutdown.clone(),
    };
    let serving = async {
        listen::serve(listener, http::router(app), &shutdown).await;
        close(&engine).await
    };
    tokio::select! {
        closed = serving => closed,
        () = impatience(end, again, &shutdown) => process::exit(INTERRUPTED),
    }
}

async fn close(engine: &Engine) -> anyhow::Result<()> {
    timeout(CLOSING, engine.close())
        .await
        .context("the workers did not end in time")?
        .context("failed to close the database")?;
    tracing::info!("ended");
    Ok(())
}

/// The first signal asks for an orderly end; returns at the second one.
async fn impatience(mut terminate: Signal, mut interrupt: Signal, shutdown: &CancellationToken) {
    for last in [false, true] {
        tokio::select! {
            _ = terminate.recv() => {},
            _ = interrupt.recv() => {},
        }
        if last {
            return;
        }
        tracing::info!("ending; a second signal ends at once");
        shutdown.cancel();
    }
}

fn greet(config: &Config, first_sign_in: Option<&FirstSignIn>) -> anyhow::Result<()> {
    if let Some(FirstSignIn {
        username,
        password,
        file,
    }) = first_sign_in
    {
        tell(match (password, file) {
            (Some(password), Some(file)) => format!(
                "First sign-in: user {username}, password {password} (kept in {} until it is changed)",
                file.display()
            ),
            (Some(password), None) => {
                format!("First sign-in: user {username}, password {password}")
            }
            (None, _) => {
                format!("First sign-in: user {username}, with the password you configured")
            }
        })?;
    }
    tell(format_args!("Rollcall is ready at {}", config.public_url))?;
    tracing::info!(http.bind = %config.bind, version = env!("CARGO_PKG_VERSION"), "ready");
    Ok(())
}
