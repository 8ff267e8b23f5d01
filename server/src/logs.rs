//! Where log lines go: standard error, plain or JSON.

use crate::config::Config;
use std::io::{self, IsTerminal};
use tracing_subscriber::{EnvFilter, fmt};

/// Quiet what says nothing to an operator: each query, and each visitor whose session had ended.
const QUIET: &str = "sqlx=warn,sea_orm=warn,tower_sessions=error,tower_sessions_core=error";

/// Starts logging; the configuration's filter was checked before.
pub fn start(config: &Config) {
    let filter = EnvFilter::new(format!("{QUIET},{}", config.log));
    // Colours only where somebody looks: in a file they are noise.
    let lines = fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr);
    // A second start in one process (tests) keeps the first one.
    let _ = if config.log_json {
        lines.json().flatten_event(true).try_init()
    } else {
        lines.with_target(false).try_init()
    };
}
