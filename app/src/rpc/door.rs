//! The server's side of every server function: who asks, and how an error leaves.

use super::Failure;
use domain::problem::{MEDIA_TYPE, Problem};
use engine::{Caller, Engine};
use http::{HeaderValue, StatusCode, header, request::Parts};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

/// The engine and who asks it.
pub(super) struct Door {
    pub(super) engine: Engine,
    pub(super) caller: Caller,
    response: Option<ResponseOptions>,
    is_rpc: bool,
}

impl Door {
    /// Takes what the server put into the context; nobody signed in is a failure.
    pub(super) fn open() -> Result<Self, Failure> {
        let response = use_context::<ResponseOptions>();
        // The same functions fill pages while they are rendered; those stay HTML whatever happens.
        let is_rpc = use_context::<Parts>().is_some_and(|p| p.uri.path().starts_with("/rpc/"));
        let caller = use_context::<Option<Caller>>()
            .flatten()
            .or_else(use_context::<Caller>);
        match (use_context::<Engine>(), caller) {
            (Some(engine), Some(caller)) => Ok(Self {
                engine,
                caller,
                response,
                is_rpc,
            }),
            (Some(_), None) => Err(refuse(
                response.as_ref(),
                is_rpc,
                engine::Error::Unauthenticated.problem(),
            )),
            (None, _) => {
                tracing::error!("a server function ran without an engine in its context");
                Err(refuse(
                    response.as_ref(),
                    is_rpc,
                    Problem::new(500, "Internal error"),
                ))
            }
        }
    }

    /// An operation's result as it leaves: internal text goes to the log only.
    pub(super) fn answer<T>(&self, result: engine::Result<T>) -> Result<T, Failure> {
        result.map_err(|error| {
            if let engine::Error::Internal(cause) = &error {
                tracing::error!(error = format!("{cause:#}"), "server function failed");
            }
            refuse(self.response.as_ref(), self.is_rpc, error.problem())
        })
    }
}

fn refuse(response: Option<&ResponseOptions>, is_rpc: bool, problem: Problem) -> Failure {
    if let Some(response) = response {
        if let Ok(status) = StatusCode::from_u16(problem.status) {
            response.set_status(status);
        }
        if is_rpc {
            response.insert_header(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        }
        if let Some(seconds) = problem.retry_after {
            response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
    Failure(problem)
}
