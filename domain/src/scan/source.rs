//! What the scanner can ask, and what of it leaves the network.

use serde::{Deserialize, Serialize};

/// What the scanner has at hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScannerStatus {
    /// Where facts and words come from, in the order in which they are asked.
    pub sources: Vec<SourceStatus>,
    /// Whether nmap is installed, so that versions can be found out.
    pub can_detect_versions: bool,
    /// Whether a language model can word summaries.
    pub can_narrate: bool,
}

/// One source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceStatus {
    /// What it is called.
    #[cfg_attr(feature = "openapi", schema(example = "ip-api.com"))]
    pub name: String,
    /// Whether it is asked.
    pub is_on: bool,
    /// What is sent and to whom; absent = nothing leaves the network.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "public addresses, unencrypted, to ip-api.com")
    )]
    pub sends: Option<String>,
    /// What else people should know: terms, the age of a file.
    pub note: Option<String>,
    /// What turns it on.
    #[cfg_attr(feature = "openapi", schema(example = "IP_API_ENABLED=1"))]
    pub how: Option<String>,
    /// What is wrong with it.
    pub problem: Option<String>,
}
