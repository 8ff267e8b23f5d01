//! Words about a verdict by a language model: the trait that the scanner's worker uses, and the providers behind it.
//!
//! A key is in a header that is marked as sensitive, and in no URL, error or log line. What a provider says of a failure is
//! told by its documented words only, never by its free text.

mod desk;
mod gemini;
mod http;
mod openai;
mod settings;

use desk::Desk;
use domain::scan::{narration::Words, source::SourceStatus};
use futures::{FutureExt as _, future::BoxFuture};
pub use settings::{ApiKey, NarratorSettings};
use std::{sync::Arc, time::Duration};

/// Something that words a verdict.
pub trait RiskNarrator: Send + Sync + 'static {
    /// Asks for words about a block of facts, which is JSON. It waits for its turn, and after that ends within some
    /// minutes.
    fn narrate(&self, facts: String) -> BoxFuture<'_, Result<Answer, NarrateError>>;

    /// Its name in results: `gemini` or `openai`; absent = nothing is configured.
    fn provider(&self) -> Option<&'static str>;

    /// What is sent where, and what is wrong.
    fn source_status(&self) -> SourceStatus;
}

/// Words that a model gave, not checked against the facts yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The words.
    pub words: Words,
    /// The model, as it calls itself.
    pub model: String,
}

/// Why there are no words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NarrateError {
    /// No provider is set up.
    #[error("Gemini API key not configured")]
    NotConfigured,
    /// The key is not accepted.
    #[error("{0} refused the API key")]
    Auth(&'static str),
    /// Too much was asked for.
    #[error("{who}'s quota is used up{}", if *is_daily { " for today" } else { "" })]
    Quota {
        /// Who says so.
        who: &'static str,
        /// When it is worth another try, if that is known.
        retry_after: Option<Duration>,
        /// It lasts until the day ends where the provider is.
        is_daily: bool,
    },
    /// The provider does not want to answer this.
    #[error("{who} blocked the answer ({reason})")]
    Blocked {
        /// Who says so.
        who: &'static str,
        /// In the provider's word.
        reason: String,
    },
    /// The answer was cut off.
    #[error("{0}'s answer was cut off")]
    Truncated(&'static str),
    /// The answer is not what was asked for.
    #[error("{0}'s answer has another shape than asked for")]
    Malformed(&'static str),
    /// The model is gone or never was.
    #[error("{who} has no model {model}")]
    NoModel {
        /// Who says so.
        who: &'static str,
        /// The model that was asked for.
        model: String,
    },
    /// Another refusal.
    #[error("{who} refused the request ({reason})")]
    Refused {
        /// Who says so.
        who: &'static str,
        /// The HTTP status, and the provider's word if there is one.
        reason: String,
    },
    /// It is out of order for now.
    #[error("{who} is out of order ({status})")]
    OutOfOrder {
        /// Who says so.
        who: &'static str,
        /// The HTTP status.
        status: u16,
    },
    /// Nothing was answered.
    #[error("{who} can't be reached: {why}")]
    Unreachable {
        /// Who is meant.
        who: &'static str,
        /// Why, in the words of this machine.
        why: String,
    },
    /// Nothing was answered in time.
    #[error("{0} did not answer in time")]
    Timeout(&'static str),
}

/// Sets up what is configured.
pub fn open(settings: &NarratorSettings) -> anyhow::Result<Arc<dyn RiskNarrator>> {
    open_with(settings, Patience::default())
}

/// The same with another patience.
pub fn open_with(
    settings: &NarratorSettings,
    patience: Patience,
) -> anyhow::Result<Arc<dyn RiskNarrator>> {
    Ok(match settings {
        NarratorSettings::Off => Arc::new(Silent),
        NarratorSettings::Gemini { key, model, url } => {
            let gemini = gemini::Gemini::new(key, model, url, patience.gemini)?;
            Arc::new(Desk::new(gemini, patience))
        }
        NarratorSettings::OpenAi { key, model, url } => {
            let openai = openai::OpenAi::new(key.as_ref(), model, url, patience.openai)?;
            Arc::new(Desk::new(openai, patience))
        }
    })
}

/// How long answers are waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// One answer of Gemini.
    pub gemini: Duration,
    /// One answer of another model, which may run on this machine's own processor.
    pub openai: Duration,
    /// All tries for one target, from its turn on.
    pub whole: Duration,
    /// The pause after the first failure that may pass; it doubles.
    pub back_off: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            gemini: Duration::from_secs(30),
            openai: Duration::from_mins(2),
            whole: Duration::from_mins(3),
            back_off: Duration::from_secs(1),
        }
    }
}

/// Nobody is set up.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl RiskNarrator for Silent {
    fn narrate(&self, _: String) -> BoxFuture<'_, Result<Answer, NarrateError>> {
        async { Err(NarrateError::NotConfigured) }.boxed()
    }

    fn provider(&self) -> Option<&'static str> {
        None
    }

    fn source_status(&self) -> SourceStatus {
        SourceStatus {
            name: "language model".into(),
            is_on: false,
            sends: None,
            note: None,
            how: Some("GEMINI_API_KEY, or OPENAI_URL and OPENAI_MODEL".into()),
            problem: None,
        }
    }
}
