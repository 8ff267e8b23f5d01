//! A [`Problem`] as server functions carry it, also when the server could not be asked at all.

use domain::problem::Problem;
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};
use std::{fmt, ops::Deref};

/// Why a server function failed. On the wire it is the problem itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Failure(pub Problem);

impl Failure {
    /// The session ended: the reader has to sign in again.
    pub fn is_signed_out(&self) -> bool {
        self.0.status == 401
    }

    /// The server did not answer, so asking again may help.
    pub fn is_offline(&self) -> bool {
        self.0.status == 0
    }
}

impl Deref for Failure {
    type Target = Problem;

    fn deref(&self) -> &Problem {
        &self.0
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Failure {}

impl FromServerFnError for Failure {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Request(_) => Problem::new(0, "No connection")
                .with_detail("the server does not answer: check that it runs and is reachable"),
            ServerFnErrorErr::Args(text) | ServerFnErrorErr::MissingArg(text) => {
                Problem::new(422, "Invalid input").with_detail(text)
            }
            ServerFnErrorErr::Deserialization(_) | ServerFnErrorErr::Response(_) => Problem::new(
                502,
                "Unexpected answer",
            )
            .with_detail(
                "the answer could not be read: reload the page, the server may be newer than it",
            ),
            _ => Problem::new(500, "Internal error").with_detail("the server's log says more"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_the_wire_a_failure_is_the_problem() {
        let problem = Problem::new(409, "Conflict").with_detail("changed by somebody");
        let sent = Failure(problem.clone()).ser();
        assert_eq!(serde_json::from_slice::<Problem>(&sent).unwrap(), problem);
        assert_eq!(Failure::de(sent), Failure(problem));
    }

    #[test]
    fn an_answer_that_is_no_problem_is_told_apart() {
        assert_eq!(Failure::de("<html>".into()).status, 502);
    }
}
