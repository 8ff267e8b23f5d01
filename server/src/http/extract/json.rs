//! A JSON body, and a JSON answer.

use super::misshapen;
use crate::http::failure::Failure;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::error::Category;

/// JSON in and out. In: 415 without its media type, 400 for bad syntax, 422 with a pointer for a wrong shape.
pub(in crate::http) struct Json<T>(pub(in crate::http) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            let detail = "the body has to be sent as content-type: application/json";
            return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| unreadable(rejection.into_response().status()))?;
        parse(&body).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    if !body.trim_ascii_start().starts_with(b"{") {
        // serde reads a list as a structure whose fields come in order; the document promises objects only.
        serde_json::from_slice::<IgnoredAny>(body).map_err(|error| malformed(&error))?;
        let detail = "the body has to be a JSON object";
        return Err(Failure::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        match error.inner().classify() {
            Category::Data => misshapen(error.path(), &error.inner().to_string()),
            _ => malformed(error.inner()),
        }
    })?;
    reader.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn malformed(error: &serde_json::Error) -> Failure {
    Failure::new(
        StatusCode::BAD_REQUEST,
        format!("the body is no JSON: {error}"),
    )
}

pub(super) fn unreadable(status: StatusCode) -> Failure {
    let detail = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "the body is larger than 64 KiB",
        _ => "the body ended early",
    };
    Failure::new(status, detail)
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{host::HostPatch, subnet::NewSubnet};

    fn refusal<T: DeserializeOwned>(body: &str) -> (u16, Option<String>) {
        let problem = parse::<T>(body.as_bytes()).err().unwrap().0;
        (
            problem.status,
            problem.errors.first().map(|e| e.pointer.clone()),
        )
    }

    #[test]
    fn bad_syntax_is_400_and_a_wrong_shape_is_422_with_a_pointer() {
        assert_eq!(refusal::<NewSubnet>("{"), (400, None));
        assert_eq!(refusal::<NewSubnet>(""), (400, None));
        assert_eq!(
            refusal::<NewSubnet>(r#"{"cidr":"192.0.2.0/24"} x"#),
            (400, None)
        );
        assert_eq!(
            refusal::<NewSubnet>(r#"{"cidr":7}"#),
            (422, Some("/cidr".into()))
        );
        assert_eq!(refusal::<NewSubnet>("{}"), (422, Some("/cidr".into())));
        assert_eq!(
            refusal::<NewSubnet>(r#"{"cidr":"x","a/b":1}"#),
            (422, Some("/a~1b".into()))
        );
        assert_eq!(
            refusal::<HostPatch>(r#"{"tags":["a",1]}"#),
            (422, Some("/tags/1".into()))
        );
        assert_eq!(refusal::<HostPatch>("[]"), (422, None));
    }
}
