//! API tokens.

use super::{
    extract::{Actor, Id, Json, Query},
    failure::Answer,
    state::App,
};
use axum::{extract::State, response::IntoResponse};
use domain::{
    api::path,
    page::{Page, PageQuery},
    token::{NewToken, Token, TokenCreated},
};
use engine::ops;
use http::{StatusCode, header::LOCATION};

/// Every API token, never with its secret.
#[utoipa::path(get, path = path::TOKENS, tag = "tokens", params(PageQuery),
    responses((status = 200, description = "One page", body = Page<Token>)))]
pub(super) async fn list_tokens(
    State(app): State<App>,
    Actor(caller): Actor,
    Query(query): Query<PageQuery>,
) -> Answer<Json<Page<Token>>> {
    let tokens = ops::token::list(&app.engine, &caller).await?;
    Ok(Json(ops::paged(tokens, &query)?))
}

/// Make an API token: the only time its secret is shown.
#[utoipa::path(post, path = path::TOKENS, tag = "tokens",
    request_body = NewToken,
    responses((status = 201, description = "Made", body = TokenCreated,
        headers(("location" = String, description = "The token's path")))))]
pub(super) async fn create_token(
    State(app): State<App>,
    Actor(caller): Actor,
    Json(new): Json<NewToken>,
) -> Answer<impl IntoResponse> {
    let created = ops::token::create(&app.engine, &caller, &new).await?;
    let location = super::location(path::TOKEN, created.details.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(created)))
}

/// End an API token and its live streams.
#[utoipa::path(delete, path = path::TOKEN, tag = "tokens",
    params(("id" = i64, Path, description = "The token's number")),
    responses((status = 204, description = "Ended")))]
pub(super) async fn delete_token(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<StatusCode> {
    ops::token::revoke(&app.engine, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
