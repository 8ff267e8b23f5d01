//! API tokens.

use super::Failure;
#[cfg(feature = "ssr")]
use super::door::Door;
use domain::token::{NewToken, Token, TokenCreated};
#[cfg(feature = "ssr")]
use engine::ops;
use leptos::{prelude::*, server_fn::codec::Json};

/// Every token, without its secret.
#[server(ListTokens, prefix = "/rpc", endpoint = "tokens", input = Json, output = Json)]
pub async fn tokens() -> Result<Vec<Token>, Failure> {
    let door = Door::open()?;
    door.answer(ops::token::list(&door.engine, &door.caller).await)
}

/// Makes a token; the only time its secret is shown.
#[server(CreateToken, prefix = "/rpc", endpoint = "create_token", input = Json, output = Json)]
pub async fn create_token(
    /// What to make.
    token: NewToken,
) -> Result<TokenCreated, Failure> {
    let door = Door::open()?;
    door.answer(ops::token::create(&door.engine, &door.caller, &token).await)
}

/// Ends a token at once.
#[server(RevokeToken, prefix = "/rpc", endpoint = "revoke_token", input = Json, output = Json)]
pub async fn revoke_token(
    /// Its number.
    id: i64,
) -> Result<(), Failure> {
    let door = Door::open()?;
    door.answer(ops::token::revoke(&door.engine, &door.caller, id).await)
}
