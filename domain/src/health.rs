//! Health of the running server: workers, prober, store.

use crate::{live::Banner, port::PortScannerStatus, probe::ProbeStatus, time::Timestamp};
use serde::{Deserialize, Serialize};

/// What `/api/v1/health` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// Whether everything works as set up.
    pub status: HealthStatus,
    /// The server's version.
    pub version: String,
    /// When it started.
    pub started_at: Timestamp,
    /// How echo requests are sent.
    pub probe: ProbeStatus,
    /// How ports are scanned.
    pub ports: PortScannerStatus,
    /// Every background worker.
    pub workers: Vec<WorkerHealth>,
    /// What the person at the screen must know.
    pub banners: Vec<Banner>,
    /// Bytes of the database file.
    pub database_bytes: u64,
}

/// One word of health.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    /// Everything works.
    Ok,
    /// Something does not; the banners and workers say what.
    Degraded,
}

/// One background worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkerHealth {
    /// Its name.
    pub name: String,
    /// What it does now.
    pub state: WorkerState,
    /// Activations that ended well.
    pub runs: u64,
    /// Activations that failed or panicked.
    pub failures: u64,
    /// When the last activation ended.
    pub last_end_at: Option<Timestamp>,
    /// What the last activation said, or why it failed.
    pub last_report: Option<String>,
    /// Milliseconds that the last activation took.
    pub last_elapsed_ms: Option<u64>,
}

/// What a worker does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WorkerState {
    /// Between two activations.
    Idle,
    /// At work.
    Running,
    /// Failed; it starts again by itself.
    BackingOff,
    /// Switched off by configuration.
    Off,
}
