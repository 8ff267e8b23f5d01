//! Scan jobs of the IP intelligence scanner: what is asked, how far it is, and what is answered for each target. The
//! names of the fields are a fixed contract.

pub mod brief;
pub mod category;
pub mod csv;
pub mod diff;
pub mod entry;
pub mod metadata;
pub mod meter;
pub mod narration;
pub mod news;
pub mod schedule;
pub mod source;

use crate::{
    port::{Proto, Service},
    risk::{Finding, RiskLevel, Step},
    time::Timestamp,
};
use category::ServiceCategory;
use metadata::MetadataFact;
use serde::{Deserialize, Serialize};

/// Targets of one job, after blocks were written out.
pub const MAX_TARGETS: usize = 1024;
/// Entries of one request; each is at least one target.
pub const MAX_ENTRIES: usize = MAX_TARGETS;

/// What to scan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewScan {
    /// Addresses, and blocks of at most a /24 (IPv4) or a /120 (IPv6).
    #[serde(default)]
    pub ip_addresses: Vec<String>,
    /// Host names, `host:port`, and URLs.
    #[serde(default)]
    pub endpoints: Vec<String>,
    /// Have a language model word the summary. The verdict stays that of the rules.
    #[serde(default)]
    pub generate_ai_summary: bool,
    /// Give the model neither addresses nor names.
    #[serde(default)]
    pub redact: bool,
    /// Have nmap find out the versions of what answers at open ports, where it is installed. It takes longer.
    #[serde(default)]
    pub detect_versions: bool,
}

/// A scan was accepted: it is stored, and its token leads to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScanAccepted {
    /// The only way to the results but for administrators.
    pub token: String,
    /// Where to ask for them.
    pub status_url: String,
}

/// By which route a scan was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ScanMode {
    /// `POST /scan`.
    Scan,
    /// `POST /ai-agent`.
    Ai,
}

/// How far a scan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ScanStatus {
    /// Waits for its turn.
    Queued,
    /// At work.
    Running,
    /// Every target has its result.
    Complete,
    /// Somebody ended it; finished targets keep their results.
    Cancelled,
    /// Every target failed three times.
    Failed,
}

impl ScanStatus {
    /// Whether nothing will change any more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Complete | Self::Cancelled | Self::Failed)
    }
}

/// Finished targets of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScanProgress {
    /// Finished ones.
    pub done: u32,
    /// All of them.
    pub total: u32,
}

/// A scan and what it has found so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Scan {
    /// Its number, by which the live stream calls it.
    pub id: i64,
    /// Its token.
    pub token: String,
    /// What was asked for.
    pub request: NewScan,
    /// By which route it was asked for.
    pub mode: ScanMode,
    /// How far it is.
    pub status: ScanStatus,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When its first target was begun.
    pub started_at: Option<Timestamp>,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
    /// Finished targets of all.
    pub progress: ScanProgress,
    /// The worst verdict so far; absent = no target is finished.
    pub worst: Option<RiskLevel>,
    /// The schedule that asked for it.
    pub schedule_id: Option<i64>,
    /// One per finished target, in the order of the request.
    pub results: Vec<ScanResult>,
}

/// Which scans to list, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ScanQuery {
    /// Part of an address, a block, a host or a URL that was asked for; or an address that was scanned.
    #[serde(default)]
    pub q: Option<String>,
    /// Only as far as this.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub status: Option<ScanStatus>,
    /// Only runs of this schedule.
    #[serde(default)]
    pub schedule: Option<i64>,
    /// Items of a page, 1 to 1000; absent = 100.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 1000))]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// What is known of one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScanResult {
    /// As it was asked for.
    #[cfg_attr(feature = "openapi", schema(example = "https://example.com/login"))]
    pub target: String,
    /// The address that was scanned; `unknown` when the name has none.
    #[cfg_attr(feature = "openapi", schema(example = "93.184.215.14"))]
    pub ip_address: String,
    /// Whether anything answered.
    pub availability: bool,
    /// City, region and country, as far as a source knows them.
    pub location: Option<String>,
    /// The country's name.
    pub country: Option<String>,
    /// Who runs the network: provider or organisation, and the autonomous system.
    pub provider: Option<String>,
    /// What kind of network it is in.
    pub service_category: ServiceCategory,
    /// It is a global address and something answers there.
    pub publicly_exposed: bool,
    /// Open ports, by number.
    pub open_ports: Vec<ScannedPort>,
    /// What was tried, one entry each.
    pub accessibility_tests: Vec<AccessTest>,
    /// The verdict in one word.
    pub risk_level: RiskLevel,
    /// The verdict in some sentences.
    pub risk_summary: String,
    /// What to do.
    pub recommendation: String,
    /// 0 to 100.
    pub risk_score: u8,
    /// The number of the rules that gave the verdict.
    pub risk_model: u32,
    /// Why, the worst first.
    pub findings: Vec<Finding>,
    /// How the score came about.
    pub risk_arithmetic: Vec<Step>,
    /// Where location and provider come from; absent = no source knew.
    pub metadata_source: Option<String>,
    /// Everything that sources know of the address, each with its source.
    #[serde(default)]
    pub metadata: Vec<MetadataFact>,
    /// Why sources that were asked said nothing, one line each.
    #[serde(default)]
    pub metadata_problems: Vec<String>,
    /// Who worded summary and recommendation; absent = the rules.
    #[serde(default)]
    pub narration: Option<Narration>,
    /// Milliseconds that it took.
    pub duration_ms: u64,
}

impl ScanResult {
    /// Whether its ports were asked and none of them answered. That is no verdict, but it is known.
    pub fn is_silent(&self) -> bool {
        let timed_out = |test: &AccessTest| test.outcome == Outcome::TimedOut;
        !self.availability && self.accessibility_tests.iter().any(timed_out)
    }
}

/// A language model worded the summary and the recommendation. Its words change nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Narration {
    /// `gemini` or `openai`.
    pub provider: String,
    /// The model, as it calls itself.
    pub model: String,
    /// The summary by the rules.
    pub rules_summary: String,
    /// The recommendation by the rules.
    pub rules_recommendation: String,
    /// When it answered.
    pub at: Timestamp,
}

/// How far a scan is, as the live stream tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScanNews {
    /// The scan's number.
    pub id: i64,
    /// How far it is.
    pub status: ScanStatus,
    /// Finished targets of all.
    pub progress: ScanProgress,
}

/// The newest verdict on an address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddressVerdict {
    /// The scan that it is from.
    pub token: String,
    /// When that was asked for.
    pub at: Timestamp,
    /// What was found.
    pub result: ScanResult,
}

/// An open port of a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScannedPort {
    /// Its number.
    pub port: u16,
    /// Its protocol.
    pub proto: Proto,
    /// The service's name.
    pub service: Option<String>,
    /// The program behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The program's version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl ScannedPort {
    /// A port and what answers there.
    pub fn new(proto: Proto, port: u16, service: &Service) -> Self {
        Self {
            port,
            proto,
            service: service.name.clone(),
            product: service.product.clone(),
            version: service.version.clone(),
        }
    }
}

/// How a test of a target went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It answered as hoped.
    Passed,
    /// It answered otherwise, or refused.
    Failed,
    /// Nothing came back in time.
    TimedOut,
    /// It was not tried; the detail says why.
    Skipped,
}

/// One test of a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessTest {
    /// What was tried: `dns`, `policy`, `tcp/443`, `http/80`, `tls/443`, `redirect/80` (where a page leads), `access/6379`
    /// (whether strangers are let in), `nmap`.
    #[cfg_attr(feature = "openapi", schema(example = "tcp/443"))]
    pub test: String,
    /// How it went.
    pub outcome: Outcome,
    /// What came back, one line.
    pub detail: String,
}
