//! Which model is asked, and by what key.

use std::fmt;
use url::Url;

/// A key: shown as dots, whatever prints it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// A key that can stand in a header: visible ASCII.
    pub fn new(key: &str) -> Option<Self> {
        let is_visible = !key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic());
        is_visible.then(|| Self(key.to_owned()))
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// The provider of words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NarratorSettings {
    /// None.
    #[default]
    Off,
    /// Google's Gemini.
    Gemini {
        /// The key.
        key: ApiKey,
        /// The model.
        model: String,
        /// Where it is, without a path.
        url: Url,
    },
    /// Anything that speaks as `OpenAI`'s chat completions do: Ollama, llama.cpp, and many more.
    OpenAi {
        /// The key, where one is asked for.
        key: Option<ApiKey>,
        /// The model.
        model: String,
        /// Where it is, with its path, such as `http://127.0.0.1:11434/v1`.
        url: Url,
    },
}
