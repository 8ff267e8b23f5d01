//! What can go wrong in an operation, free of any transport.

use crate::sealed::SealError;
use domain::problem::{FieldError, Problem};
use std::time::Duration;

/// The result of an operation.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The thing does not exist, or the caller may not know that it does.
    #[error("{what} not found")]
    NotFound {
        /// What was looked for: "subnet", "host".
        what: &'static str,
    },
    /// The input breaks a rule.
    #[error("invalid input: {}", .0.first().map_or("no detail", |e| e.detail.as_str()))]
    Invalid(Vec<FieldError>),
    /// The input is fine, but contradicts what is stored.
    #[error("{detail}")]
    Conflict {
        /// What contradicts.
        detail: String,
    },
    /// The row was changed since the caller read it.
    #[error("{detail}")]
    PreconditionFailed {
        /// Which row, and what to do.
        detail: String,
    },
    /// Nobody, or nobody any more.
    #[error("not signed in")]
    Unauthenticated,
    /// Somebody, but not allowed to.
    #[error("{reason}")]
    Forbidden {
        /// What is missing.
        reason: &'static str,
    },
    /// The caller asks too often.
    #[error("{detail}")]
    Busy {
        /// How long to wait.
        retry_after: Duration,
        /// What is too much.
        detail: &'static str,
    },
    /// The server can't do it now.
    #[error("{detail}")]
    Unavailable {
        /// How long to wait.
        retry_after: Duration,
        /// Why.
        detail: &'static str,
    },
    /// A fault of ours; the text is for the log only.
    #[error("internal error")]
    Internal(#[source] anyhow::Error),
}

impl Error {
    /// An error of one field of the input.
    pub fn field(pointer: &str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, detail)])
    }

    /// How clients see it: never with internal text.
    pub fn problem(&self) -> Problem {
        match self {
            Self::NotFound { .. } => Problem::new(404, "Not found").with_detail(self.to_string()),
            Self::Invalid(errors) => {
                let mut problem = Problem::new(422, "Invalid input");
                problem.errors.clone_from(errors);
                problem
            }
            Self::Conflict { detail } => Problem::new(409, "Conflict").with_detail(detail),
            Self::PreconditionFailed { detail } => {
                Problem::new(412, "Changed meanwhile").with_detail(detail)
            }
            Self::Unauthenticated => Problem::new(401, "Not signed in"),
            Self::Forbidden { reason } => Problem::new(403, "Not allowed").with_detail(*reason),
            Self::Busy {
                retry_after,
                detail,
            } => waiting(
                Problem::new(429, "Too many requests").with_detail(*detail),
                *retry_after,
            ),
            Self::Unavailable {
                retry_after,
                detail,
            } => waiting(
                Problem::new(503, "Not available now").with_detail(*detail),
                *retry_after,
            ),
            Self::Internal(_) => {
                Problem::new(500, "Internal error").with_detail("the server's log says more")
            }
        }
    }
}

fn waiting(mut problem: Problem, retry_after: Duration) -> Problem {
    problem.retry_after =
        Some(u32::try_from(retry_after.as_millis().div_ceil(1000).max(1)).unwrap_or(u32::MAX));
    problem
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Internal(error.into())
    }
}

impl From<SealError> for Error {
    /// Only whoever runs the server can mend it: the words say what to do.
    fn from(error: SealError) -> Self {
        let detail = match &error {
            SealError::Unusable { source, .. } => format!("{error}: {source}"),
            other => other.to_string(),
        };
        Self::Conflict { detail }
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}
