//! What the engine is told at its start.

use domain::{port::profile::ScanProfile, status::Thresholds, target::Policy};
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// How the engine runs. The server's configuration fills it in.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// `sqlite://` and a path.
    pub database_url: String,
    /// The file of the key that seals secrets; `None` = beside the database.
    pub secret_key_file: Option<PathBuf>,
    /// Between two rounds of the known hosts.
    pub icmp_interval: Duration,
    /// Between two discovery sweeps.
    pub sweep_interval: Duration,
    /// Echo requests of a round, 1 to 3.
    pub ping_attempts: u8,
    /// How long one echo request is waited for.
    pub ping_timeout: Duration,
    /// Silent rounds in a row that make a host Down.
    pub down_after: u16,
    /// Answered rounds in a row that make a host Up.
    pub up_after: u16,
    /// Days for which every round is kept.
    pub keep_raw_days: u32,
    /// Days for which hours are kept; days are kept for ever.
    pub keep_hourly_days: u32,
    /// Where requests to addresses that people typed may go.
    pub targets: Policy,
    /// Where this program itself listens; scans never connect to it.
    pub listens_on: Option<SocketAddr>,
    /// Targets of scan jobs that are looked at at the same time.
    pub scan_workers: usize,
    /// How long a notification waits for further events.
    pub notify_gather: Duration,
    /// From one notification to the next one to the same webhook.
    pub notify_interval: Duration,
    /// Whether the workers run.
    pub scheduler: bool,
    /// Between two port scans of a host.
    pub port_interval: Duration,
    /// Whether port scans start by themselves.
    pub port_scheduler: bool,
    /// How ports are scanned.
    pub scan_profile: ScanProfile,
    /// `admin`/`admin` as the first sign-in.
    pub demo: bool,
    /// The network is a sample, whose answers are made up: only a database of such a network is opened.
    pub simulated: bool,
    /// The first user's password.
    pub admin_password: Option<String>,
    /// Passwords cross a network unencrypted: shown as a banner.
    pub insecure_http: bool,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            database_url: "sqlite://rollcall.db?mode=rwc".into(),
            secret_key_file: None,
            icmp_interval: Duration::from_mins(1),
            sweep_interval: Duration::from_mins(5),
            ping_attempts: 3,
            ping_timeout: Duration::from_secs(1),
            down_after: 3,
            up_after: 1,
            keep_raw_days: 7,
            keep_hourly_days: 400,
            targets: Policy::default(),
            listens_on: None,
            scan_workers: 16,
            notify_gather: Duration::from_secs(10),
            notify_interval: Duration::from_secs(30),
            scheduler: true,
            port_interval: Duration::from_hours(1),
            port_scheduler: true,
            scan_profile: ScanProfile::default(),
            demo: false,
            simulated: false,
            admin_password: None,
            insecure_http: false,
        }
    }
}

impl EngineSettings {
    /// The thresholds of subnets that have none of their own.
    pub fn thresholds(&self) -> Thresholds {
        Thresholds {
            down_after: self.down_after,
            up_after: self.up_after,
        }
    }
}
