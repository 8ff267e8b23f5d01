//! An HTML form's body.

use super::{json::unreadable, misshapen};
use crate::http::failure::Failure;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    response::IntoResponse,
};
use serde::de::DeserializeOwned;

/// Fields of an HTML form, `application/x-www-form-urlencoded`.
pub(in crate::http) struct Form<T>(pub(in crate::http) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| unreadable(rejection.into_response().status()))?;
        let fields = serde_urlencoded::Deserializer::new(form_urlencoded::parse(&body));
        serde_path_to_error::deserialize(fields)
            .map(Self)
            .map_err(|error| misshapen(error.path(), &error.inner().to_string()))
    }
}
