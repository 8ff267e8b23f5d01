//! The numbers and tokens in a path.

use crate::http::failure::Failure;
use axum::extract::{FromRequestParts, Path};
use http::{StatusCode, request::Parts};

/// The `{id}` of a path.
pub(in crate::http) struct Id(pub(in crate::http) i64);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(id) = Path::<i64>::from_request_parts(parts, state)
            .await
            .map_err(|_| Failure::new(StatusCode::BAD_REQUEST, "the path needs a whole number"))?;
        Ok(Self(id))
    }
}

/// The `{id}` and the second number of a path.
pub(in crate::http) struct Ids(pub(in crate::http) i64, pub(in crate::http) i64);

impl<S: Send + Sync> FromRequestParts<S> for Ids {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path((id, second)) = Path::<(i64, i64)>::from_request_parts(parts, state)
            .await
            .map_err(|_| Failure::new(StatusCode::BAD_REQUEST, "the path needs whole numbers"))?;
        Ok(Self(id, second))
    }
}

/// The `{token}` of a path.
pub(in crate::http) struct Token(pub(in crate::http) String);

impl<S: Send + Sync> FromRequestParts<S> for Token {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(token) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Failure::new(StatusCode::BAD_REQUEST, "the path needs a token"))?;
        Ok(Self(token))
    }
}

/// The two tokens of a path.
pub(in crate::http) struct Tokens(pub(in crate::http) String, pub(in crate::http) String);

impl<S: Send + Sync> FromRequestParts<S> for Tokens {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path((a, b)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| Failure::new(StatusCode::BAD_REQUEST, "the path needs two tokens"))?;
        Ok(Self(a, b))
    }
}
