//! Errors as they leave: `application/problem+json` (RFC 9457), whoever made them.

use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::problem::{MEDIA_TYPE, Problem};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use std::any::Any;

/// What a handler answers.
pub(super) type Answer<T> = Result<T, Failure>;

/// A problem on its way out.
#[derive(Debug)]
pub(super) struct Failure(pub(super) Problem);

impl Failure {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self(Problem::new(status.as_u16(), title(status)).with_detail(detail))
    }
}

impl From<engine::Error> for Failure {
    fn from(error: engine::Error) -> Self {
        if let engine::Error::Internal(cause) = &error {
            // The one place where internal text is told, and only to the log.
            tracing::error!(error = format!("{cause:#}"), "an operation failed");
        }
        Self(error.problem())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = self.0.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"rollcall\""),
            );
        }
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        (status, headers, body).into_response()
    }
}

/// Makes a problem of every error that a layer or the router answered in words of its own.
pub(super) async fn shape(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || is_spoken_for(response.headers())
    {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let problem = Failure::new(status, detail(status, &parts.headers)).into_response();
    parts.headers.remove(CONTENT_LENGTH);
    for (name, value) in problem.headers() {
        parts.headers.insert(name, value.clone());
    }
    Response::from_parts(parts, problem.into_body())
}

/// Problems, pages and the errors of server functions are shaped already.
fn is_spoken_for(headers: &HeaderMap) -> bool {
    headers.contains_key("serverfnerror")
        || headers.get(CONTENT_TYPE).is_some_and(|media_type| {
            let media_type = media_type.as_bytes();
            media_type == MEDIA_TYPE.as_bytes() || media_type.starts_with(b"text/html")
        })
}

fn detail(status: StatusCode, headers: &HeaderMap) -> String {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => match headers.get(ALLOW).and_then(|v| v.to_str().ok()) {
            Some(methods) => format!("this path answers to {}", methods.replace(',', ", ")),
            None => "this path does not answer to that method".into(),
        },
        StatusCode::NOT_FOUND => "there is nothing at this path".into(),
        StatusCode::PAYLOAD_TOO_LARGE => "the body is larger than 64 KiB".into(),
        StatusCode::FORBIDDEN => "the request comes from another site".into(),
        StatusCode::SERVICE_UNAVAILABLE => "the request took too long".into(),
        StatusCode::INTERNAL_SERVER_ERROR => "the server's log says more".into(),
        _ => title(status).to_lowercase(),
    }
}

fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNPROCESSABLE_ENTITY => "Invalid input",
        StatusCode::INTERNAL_SERVER_ERROR => "Internal error",
        _ => status.canonical_reason().unwrap_or("Error"),
    }
}

/// A handler panicked: the connection lives on and the log has the words.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer hands the cause over"
)]
pub(super) fn panicked(cause: Box<dyn Any + Send>) -> Response<Body> {
    let words = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    tracing::error!(error = words, "a request handler panicked");
    Failure::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "the server's log says more",
    )
    .into_response()
}

/// Nothing is at this path below `/api`.
pub(super) async fn unknown_path() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "there is nothing at this path")
}
