//! A model's words in a result, or why there are none. The rules' words are kept in either case.

use crate::{Engine, Result, store};
use domain::{
    scan::{Narration, ScanResult, narration::Words},
    time::Timestamp,
};

/// What a job wants to be worded.
pub use crate::store::scan::WordsWanted;

/// Whether a job wants its summaries worded by a model, and how.
pub async fn wanted(engine: &Engine, job: i64) -> Result<Option<WordsWanted>> {
    Ok(store::scan::words_wanted(engine.store.read(), job).await?)
}

/// A result in a model's words.
pub fn told(
    result: ScanResult,
    words: Words,
    provider: &str,
    model: String,
    at: Timestamp,
) -> ScanResult {
    ScanResult {
        narration: Some(Narration {
            provider: provider.into(),
            model,
            rules_summary: result.risk_summary,
            rules_recommendation: result.recommendation,
            at,
        }),
        risk_summary: words.summary,
        recommendation: words.recommendation,
        ..result
    }
}

/// A result in the rules' words, behind the reason why no model's stand there.
pub fn missing(result: ScanResult, why: &str) -> ScanResult {
    let mut letters = why.chars();
    let first = letters.next().map(char::to_uppercase);
    let why: String = first.into_iter().flatten().chain(letters).collect();
    ScanResult {
        risk_summary: format!("{why}. {}", result.risk_summary),
        ..result
    }
}
