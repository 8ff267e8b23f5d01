//! API tokens, by the SHA-256 of their secrets (256 random bits need no slow hash).

use super::{entity::token, from_json_list, json_list};
use domain::{
    time::Timestamp,
    token::{Scope, Token},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
};

impl From<token::Model> for Token {
    fn from(row: token::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            scopes: from_json_list(&row.scopes)
                .iter()
                .filter_map(|s| s.parse().ok())
                .collect(),
            created_at: Timestamp(row.created_at),
            expires_at: Timestamp(row.expires_at),
            last_used_at: row.last_used_at.map(Timestamp),
        }
    }
}

/// A token to store.
pub struct NewRow<'a> {
    /// What it is for.
    pub name: &'a str,
    /// SHA-256 of the secret.
    pub hash: [u8; 32],
    /// The secret's first characters.
    pub prefix: &'a str,
    /// What it may do.
    pub scopes: &'a [Scope],
    /// Now.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Stores a token; returns what is listed of it.
pub async fn insert(db: &impl ConnectionTrait, new: NewRow<'_>) -> Result<Token, DbErr> {
    let scopes: Vec<String> = new.scopes.iter().map(ToString::to_string).collect();
    let row = token::ActiveModel {
        name: Set(new.name.into()),
        hash: Set(new.hash.to_vec()),
        prefix: Set(new.prefix.into()),
        scopes: Set(json_list(&scopes)),
        created_at: Set(new.created_at.0),
        expires_at: Set(new.expires_at.0),
        ..Default::default()
    };
    Ok(token::Entity::insert(row)
        .exec_with_returning(db)
        .await?
        .into())
}

/// Every token, newest first.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Token>, DbErr> {
    Ok(token::Entity::find()
        .order_by_desc(token::Column::Id)
        .all(db)
        .await?
        .into_iter()
        .map(Token::from)
        .collect())
}

/// The token whose secret has this hash, if it has not ended.
pub async fn by_hash(
    db: &impl ConnectionTrait,
    hash: [u8; 32],
    now: Timestamp,
) -> Result<Option<Token>, DbErr> {
    let found = token::Entity::find()
        .filter(token::Column::Hash.eq(hash.to_vec()))
        .filter(token::Column::ExpiresAt.gt(now.0))
        .one(db)
        .await?;
    Ok(found.map(Token::from))
}

/// Whether a token exists and has not ended.
pub async fn exists(db: &impl ConnectionTrait, id: i64, now: Timestamp) -> Result<bool, DbErr> {
    let found = token::Entity::find_by_id(id)
        .filter(token::Column::ExpiresAt.gt(now.0))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Notes when a token was used.
pub async fn touch(db: &impl ConnectionTrait, id: i64, now: Timestamp) -> Result<(), DbErr> {
    let row = token::ActiveModel {
        id: Set(id),
        last_used_at: Set(Some(now.0)),
        ..Default::default()
    };
    token::Entity::update_many()
        .set(row)
        .filter(token::Column::Id.eq(id))
        .exec(db)
        .await
        .map(drop)
}

/// Deletes a token; whether there was one.
pub async fn delete(db: &impl ConnectionTrait, id: i64) -> Result<bool, DbErr> {
    Ok(token::Entity::delete_by_id(id)
        .exec(db)
        .await?
        .rows_affected
        > 0)
}
