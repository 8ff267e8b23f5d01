//! What every handler shares.

use crate::config::Config;
use engine::Engine;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What every handler shares; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The use cases.
    pub engine: Engine,
    /// What the operator decided.
    pub config: Arc<Config>,
    /// Cancelled when the process is told to end: live streams end, readiness is withdrawn.
    pub shutdown: CancellationToken,
}
