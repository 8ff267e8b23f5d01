//! What a host's drawer shows of its scans: the newest verdict in a line, and whether it may be scanned.

use super::AddressVerdict;
use crate::{risk::RiskLevel, time::Timestamp};
use serde::{Deserialize, Serialize};

/// Characters of a verdict's line.
const LINE: usize = 200;

/// What is known of an address, in short.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    /// The newest verdict that the reader may see.
    pub newest: Option<Newest>,
    /// The newest of the reader's scans of it that are not over, by its token.
    pub scanning: Option<String>,
    /// Why it is not scanned; absent when it may be.
    pub refused: Option<String>,
}

/// A verdict in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newest {
    /// The scan that it is from.
    pub token: String,
    /// When that was asked for.
    pub at: Timestamp,
    /// What was scanned: the address, or a name or URL that led to it.
    pub target: String,
    /// The verdict in one word.
    pub level: RiskLevel,
    /// 0 to 100.
    pub score: u8,
    /// The verdict in a line.
    pub summary: String,
}

impl From<AddressVerdict> for Newest {
    fn from(verdict: AddressVerdict) -> Self {
        let AddressVerdict { token, at, result } = verdict;
        Self {
            token,
            at,
            target: result.target,
            level: result.risk_level,
            score: result.risk_score,
            summary: first_line(&result.risk_summary),
        }
    }
}

/// The first sentence, cut where it is longer than a line.
fn first_line(text: &str) -> String {
    let text = text.trim();
    // "1.24.0" and "example.org" have no space behind their dots.
    let end = text.find(". ").map_or(text.len(), |dot| dot + 1);
    let first = &text[..end];
    if first.chars().count() <= LINE {
        return first.to_owned();
    }
    let cut: String = first.chars().take(LINE - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_is_told_by_its_first_sentence() {
        for (text, line) in [
            ("nginx 1.24.0 answers. It is old.", "nginx 1.24.0 answers."),
            (" nothing answers ", "nothing answers"),
            ("", ""),
        ] {
            assert_eq!(first_line(text), line);
        }
        let long = first_line(&"wörd ".repeat(100));
        assert!(
            long.chars().count() <= LINE && long.ends_with("wörd…"),
            "{long}"
        );
    }
}
