//! Problem details (RFC 9457): the one shape of every error that leaves the server.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Media type of a [`Problem`].
pub const MEDIA_TYPE: &str = "application/problem+json";

/// An error as clients see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI of the kind of problem; `about:blank` says the status tells all.
    #[serde(rename = "type", default = "blank")]
    pub kind: String,
    /// The same words for every problem of this kind.
    pub title: String,
    /// The HTTP status code.
    pub status: u16,
    /// What went wrong this time, in plain words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Seconds to wait before another try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// What is wrong with which part of the input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// What is wrong with one part of the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the body, such as `/cidr`.
    #[cfg_attr(feature = "openapi", schema(example = "/cidr"))]
    pub pointer: String,
    /// What is wrong, in plain words.
    pub detail: String,
    /// A corrected value to offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl FieldError {
    /// An error of one field.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            detail: detail.into(),
            suggestion: None,
        }
    }
}

fn blank() -> String {
    "about:blank".into()
}

impl Problem {
    /// A problem whose kind is its status.
    pub fn new(status: u16, title: impl Into<String>) -> Self {
        Self {
            kind: blank(),
            title: title.into(),
            status,
            detail: None,
            retry_after: None,
            errors: Vec::new(),
        }
    }

    /// The same with words about this time.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// What to tell a person: the first field's words, else the detail, else the title.
    pub fn message(&self) -> &str {
        self.errors
            .first()
            .map(|e| e.detail.as_str())
            .or(self.detail.as_deref())
            .unwrap_or(&self.title)
    }

    /// The error of the field at `pointer`.
    pub fn field(&self, pointer: &str) -> Option<&FieldError> {
        self.errors.iter().find(|e| e.pointer == pointer)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Problem {}
