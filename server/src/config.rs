//! Configuration: flag, environment and `.env` become one typed value, or a list of everything that is wrong.

mod metadata;
mod narrator;
mod public_url;
mod reader;
mod secret;
pub mod settings;
pub mod source;

pub use public_url::PublicUrl;
pub use secret::Secret;

use domain::{port::profile::ScanProfile, session::password_problem, target::Policy};
use engine::{
    EngineSettings,
    probe::{
        PingSettings, metadata::MetadataSettings, names::DnsServers, narrate::NarratorSettings,
    },
};
use ipnetwork::IpNetwork;
use reader::Reader;
use source::Sources;
use std::{
    ffi::OsString,
    fmt, fs,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};
use tracing_subscriber::EnvFilter;

/// The user that exists from the start.
pub const FIRST_USER: &str = "admin";

/// Settings of which the log tells at the start whether they are given, and never their values.
const TOLD: [&str; 5] = [
    "SCAN_DB_PATH",
    "GEMINI_API_KEY",
    "GEMINI_MODEL",
    "OPENAI_URL",
    "OPENAI_API_KEY",
];

/// Everything that an operator decides, understood and checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The SQLite database as a URL.
    pub database_url: String,
    /// The file of the key that seals secrets; absent = beside the database.
    pub secret_key_file: Option<PathBuf>,
    /// Where to listen.
    pub bind: SocketAddr,
    /// The address people type.
    pub public_url: PublicUrl,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNetwork>,
    /// Addresses that are not public and may be sent to.
    pub allow_targets: Vec<IpNetwork>,
    /// Targets of scan jobs that are looked at at the same time.
    pub scan_workers: usize,
    /// Who is asked what is known of public addresses.
    pub metadata: MetadataSettings,
    /// Which language model words summaries.
    pub narrator: NarratorSettings,
    /// Which of the settings that people most often look for are given.
    pub given: Vec<(&'static str, bool)>,
    /// Password of the first user, if the operator chose one.
    pub admin_password: Option<Secret>,
    /// `admin`/`admin`.
    pub demo: bool,
    /// The network is a sample, whose answers are made up.
    pub simulated: bool,
    /// Seconds between two rounds of the known hosts.
    pub icmp_interval: Duration,
    /// Time between two sweeps of a subnet.
    pub sweep_interval: Duration,
    /// Echo requests that may leave back to back.
    pub ping_workers: u32,
    /// Echo requests per second; `None` = unbounded.
    pub ping_rate: Option<u32>,
    /// Echo requests per host and round.
    pub ping_attempts: u8,
    /// How long one echo request may stay unanswered.
    pub ping_timeout: Duration,
    /// Silent rounds that make a host Down.
    pub down_after: u16,
    /// Answered rounds that make a host Up.
    pub up_after: u16,
    /// Whether names are looked up by reverse DNS.
    pub ptr_lookup: bool,
    /// The name servers to ask.
    pub dns_servers: DnsServers,
    /// Whether the neighbour table is read.
    pub neighbours: bool,
    /// Days for which every round is kept.
    pub keep_raw_days: u32,
    /// Days for which hours are kept.
    pub keep_hourly_days: u32,
    /// Whether rounds and sweeps start by themselves.
    pub scheduler: bool,
    /// Time between two port scans of a host.
    pub port_interval: Duration,
    /// Whether port scans start by themselves.
    pub port_scheduler: bool,
    /// How ports are scanned.
    pub scan_profile: ScanProfile,
    /// Where programs are looked for, as the variable `PATH` lists it.
    pub search_path: OsString,
    /// What to log.
    pub log: String,
    /// Whether a log line is JSON.
    pub log_json: bool,
}

/// Everything that is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<String>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the settings can't be used:")?;
        self.0.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl std::error::Error for ConfigErrors {}

impl Config {
    /// Understands the sources; every complaint is told at once.
    pub fn read(sources: &Sources, demo: bool) -> Result<Self, ConfigErrors> {
        let mut r = Reader::new(sources);
        let bind = r
            .parsed(
                "BIND",
                "expected an address and a port, such as 127.0.0.1:8080",
            )
            .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)));
        let config = Self {
            database_url: database_url(&mut r),
            secret_key_file: r.given("ROLLCALL_SECRET_KEY_FILE").map(PathBuf::from),
            bind,
            public_url: public_url(&mut r, bind),
            trusted_proxies: blocks(&mut r, "ROLLCALL_TRUSTED_PROXIES"),
            allow_targets: blocks(&mut r, "ALLOW_TARGETS"),
            scan_workers: r.number("PER_TARGET_MAX_WORKERS", 1..=64),
            metadata: metadata::read(&mut r),
            narrator: narrator::read(&mut r),
            given: TOLD.map(|name| (name, r.given(name).is_some())).into(),
            admin_password: admin_password(&mut r),
            demo,
            simulated: false,
            icmp_interval: Duration::from_secs(r.number("SCAN_ICMP_INTERVAL_SECONDS", 5..=86_400)),
            sweep_interval: Duration::from_secs(
                60 * r.number("SCAN_SWEEP_INTERVAL_MINUTES", 1..=10_080),
            ),
            ping_workers: r.number("PING_WORKERS", 1..=4_096),
            ping_rate: Some(r.number("PING_RATE", 0..=1_000_000)).filter(|rate| *rate > 0),
            ping_attempts: r.number("PING_ATTEMPTS", 1..=3),
            ping_timeout: Duration::from_millis(r.number("PING_TIMEOUT_MS", 50..=10_000)),
            down_after: r.number("DOWN_AFTER", 1..=100),
            up_after: r.number("UP_AFTER", 1..=100),
            ptr_lookup: r.switch("PTR_LOOKUP_ENABLED"),
            dns_servers: dns_servers(&mut r),
            neighbours: r.switch("NEIGHBOURS_ENABLED"),
            keep_raw_days: r.number("ROLLCALL_KEEP_RAW_DAYS", 1..=90),
            keep_hourly_days: r.number("ROLLCALL_KEEP_HOURLY_DAYS", 1..=3_650),
            scheduler: !r.switch("DISABLE_SCHEDULER"),
            port_interval: Duration::from_secs(
                60 * r.number("SCAN_NMAP_INTERVAL_MINUTES", 5..=10_080),
            ),
            port_scheduler: r.switch("ENABLE_NMAP_SCHEDULER"),
            scan_profile: scan_profile(&mut r),
            search_path: sources
                .environment
                .get("PATH")
                .map_or_else(OsString::new, OsString::from),
            log: log_filter(&mut r),
            log_json: match r.text("ROLLCALL_LOG_FORMAT") {
                "json" => true,
                "plain" => false,
                _ => {
                    r.complain("ROLLCALL_LOG_FORMAT", "expected plain or json");
                    false
                }
            },
        };
        config.check_exposure(&mut r);
        if r.problems.is_empty() {
            Ok(config)
        } else {
            Err(ConfigErrors(r.problems))
        }
    }

    /// What the engine needs of it.
    pub fn engine(&self) -> EngineSettings {
        EngineSettings {
            database_url: self.database_url.clone(),
            secret_key_file: self.secret_key_file.clone(),
            icmp_interval: self.icmp_interval,
            sweep_interval: self.sweep_interval,
            ping_attempts: self.ping_attempts,
            ping_timeout: self.ping_timeout,
            down_after: self.down_after,
            up_after: self.up_after,
            keep_raw_days: self.keep_raw_days,
            keep_hourly_days: self.keep_hourly_days,
            scheduler: self.scheduler,
            targets: Policy {
                allowed: self.allow_targets.clone(),
            },
            listens_on: Some(self.bind),
            scan_workers: self.scan_workers,
            port_interval: self.port_interval,
            port_scheduler: self.port_scheduler,
            scan_profile: self.scan_profile.clone(),
            demo: self.demo,
            simulated: self.simulated,
            admin_password: self.admin_password.as_ref().map(|p| p.reveal().to_owned()),
            insecure_http: self.is_readable_on_the_network(),
            ..EngineSettings::default()
        }
    }

    /// Which settings are given, without their values.
    pub fn presence(&self) -> String {
        let word = |is_given| if is_given { "given" } else { "not given" };
        let told = self.given.iter();
        let told: Vec<String> = told
            .map(|(name, is_given)| format!("{name} {}", word(*is_given)))
            .collect();
        told.join(", ")
    }

    /// Takes the port that the system chose, when any was asked for.
    pub fn take_port(&mut self, bound: SocketAddr) {
        if self.public_url == PublicUrl::of_bind(self.bind) {
            self.public_url = PublicUrl::of_bind(bound);
        }
        self.bind = bound;
    }

    /// What the prober needs of it.
    pub fn ping(&self) -> PingSettings {
        PingSettings {
            rate: self.ping_rate,
            burst: self.ping_workers,
            ..PingSettings::default()
        }
    }

    /// Whether passwords cross a network without TLS.
    pub fn is_readable_on_the_network(&self) -> bool {
        let stays_here = self.bind.ip().is_loopback() && self.public_url.is_loopback();
        !self.public_url.is_https() && !stays_here
    }

    fn check_exposure(&self, r: &mut Reader) {
        if self.demo && !(self.bind.ip().is_loopback() && self.public_url.is_loopback()) {
            r.complain(
                "BIND",
                "a demo signs in with admin/admin, so BIND and PUBLIC_URL are loopback only",
            );
        }
        let permitted = r.switch("ROLLCALL_ALLOW_INSECURE_HTTP");
        if !self.public_url.is_https() && !is_private(self.bind.ip()) && !permitted {
            r.complain(
                "BIND",
                "without TLS only loopback and private addresses are listened on; put a proxy with TLS in front and set PUBLIC_URL=https://…, or accept readable passwords with ROLLCALL_ALLOW_INSECURE_HTTP=1",
            );
        }
    }
}

/// Loopback, private (RFC 1918, RFC 4193), link-local, or all addresses: containers listen on those behind a private bridge.
fn is_private(ip: IpAddr) -> bool {
    ip.is_loopback()
        || ip.is_unspecified()
        || match ip {
            IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
            IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
        }
}

fn database_url(r: &mut Reader) -> String {
    let Some(path) = r.given("SCAN_DB_PATH") else {
        let url = r.text("DATABASE_URL");
        if !url.starts_with("sqlite:") {
            r.complain("DATABASE_URL", "expected sqlite://FILE?mode=rwc");
        }
        return url.to_owned();
    };
    if r.given("DATABASE_URL").is_some() {
        r.complain(
            "SCAN_DB_PATH",
            "DATABASE_URL is given too: keep one of them",
        );
    }
    sqlite_url(path)
}

/// The URL of a database file.
pub fn sqlite_url(path: &str) -> String {
    let escaped = path
        .replace('%', "%25")
        .replace('?', "%3F")
        .replace('#', "%23");
    format!("sqlite://{escaped}?mode=rwc")
}

fn public_url(r: &mut Reader, bind: SocketAddr) -> PublicUrl {
    if r.given("PUBLIC_URL").is_none() {
        return PublicUrl::of_bind(bind);
    }
    r.parsed(
        "PUBLIC_URL",
        "expected http:// or https://, a host and perhaps a port, without a path",
    )
    .unwrap_or_else(|| PublicUrl::of_bind(bind))
}

/// Addresses and subnets with commas between them.
fn blocks(r: &mut Reader, name: &str) -> Vec<IpNetwork> {
    let mut blocks = Vec::new();
    let parts = r.text(name).split(',').map(str::trim);
    for part in parts.filter(|part| !part.is_empty()) {
        if let Ok(block) = part.parse() {
            blocks.push(block);
        } else {
            r.complain(name, format!("\"{part}\" is no address and no subnet"));
        }
    }
    blocks
}

fn dns_servers(r: &mut Reader) -> DnsServers {
    let text = r.text("DNS_SERVERS");
    text.parse().unwrap_or_else(|complaint| {
        r.complain("DNS_SERVERS", complaint);
        DnsServers::System
    })
}

fn admin_password(r: &mut Reader) -> Option<Secret> {
    let (name, password) = match (r.given("ADMIN_PASSWORD"), r.given("ADMIN_PASSWORD_FILE")) {
        (None, None) => return None,
        (Some(_), Some(_)) => {
            r.complain(
                "ADMIN_PASSWORD_FILE",
                "ADMIN_PASSWORD is given too: keep one of them",
            );
            return None;
        }
        (Some(password), None) => ("ADMIN_PASSWORD", password.to_owned()),
        (None, Some(path)) => match fs::read_to_string(Path::new(path)) {
            Ok(content) => (
                "ADMIN_PASSWORD_FILE",
                content.trim_end_matches(['\r', '\n']).to_owned(),
            ),
            Err(error) => {
                r.complain(
                    "ADMIN_PASSWORD_FILE",
                    format!("the file can't be read: {error}"),
                );
                return None;
            }
        },
    };
    if let Some(problem) = password_problem(&password, FIRST_USER) {
        r.complain(name, format!("the password is refused: {problem}"));
    }
    Some(Secret::new(password))
}

fn scan_profile(r: &mut Reader) -> ScanProfile {
    r.text("NMAP_ARGS").parse().unwrap_or_else(|error| {
        r.refuse("NMAP_ARGS", error);
        ScanProfile::default()
    })
}

fn log_filter(r: &mut Reader) -> String {
    let filter = r.text("ROLLCALL_LOG");
    if EnvFilter::try_new(filter).is_err() {
        r.complain(
            "ROLLCALL_LOG",
            "expected a filter such as info or info,engine=debug",
        );
    }
    filter.to_owned()
}
