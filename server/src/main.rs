//! `rollcall`: reads what was asked and configured, then does it.

use server::{
    cli, command,
    config::{Config, source},
};
use std::{path::Path, process::ExitCode};

/// Settings that cannot be used (`EX_CONFIG` of sysexits.h).
const UNUSABLE: u8 = 78;

fn main() -> ExitCode {
    let (task, flags) = cli::parse();
    let config = source::dotenv(Path::new(".env"))
        .map_err(|problem| server::config::ConfigErrors(vec![problem]))
        .and_then(|file| {
            let sources = source::Sources {
                flags,
                environment: source::environment(),
                file,
            };
            let sources = if task.is_simulated() {
                sources.without_real_database()
            } else {
                sources
            };
            Config::read(&sources, task.is_demo())
        });
    match config {
        Ok(config) => command::run(task, config),
        Err(errors) => {
            command::tell_error(&errors);
            ExitCode::from(UNUSABLE)
        }
    }
}
