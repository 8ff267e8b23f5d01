//! Sessions, by the SHA-256 of their ids.

use super::entity::session;
use crate::caller::SessionKey;
use domain::time::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

/// A session as the cookie layer keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSession {
    /// SHA-256 of its id.
    pub key: SessionKey,
    /// Who is signed in.
    pub user_id: Option<i64>,
    /// The cookie layer's own record.
    pub data: Vec<u8>,
    /// When it ends unless it is used.
    pub expires_at: Timestamp,
}

/// The session of this key, if it has not ended.
pub async fn find(
    db: &impl ConnectionTrait,
    key: SessionKey,
    now: Timestamp,
) -> Result<Option<StoredSession>, DbErr> {
    let row = session::Entity::find_by_id(key.0.to_vec())
        .filter(session::Column::ExpiresAt.gt(now.0))
        .one(db)
        .await?;
    Ok(row.map(|row| StoredSession {
        key,
        user_id: row.user_id,
        data: row.data,
        expires_at: Timestamp(row.expires_at),
    }))
}

fn row(stored: StoredSession) -> session::ActiveModel {
    session::ActiveModel {
        key: Set(stored.key.0.to_vec()),
        user_id: Set(stored.user_id),
        data: Set(stored.data),
        expires_at: Set(stored.expires_at.0),
    }
}

/// Stores a new session.
pub async fn insert(db: &impl ConnectionTrait, stored: StoredSession) -> Result<(), DbErr> {
    session::Entity::insert(row(stored))
        .exec_without_returning(db)
        .await
        .map(drop)
}

/// Stores a changed session, if it still exists.
pub async fn update(db: &impl ConnectionTrait, stored: StoredSession) -> Result<(), DbErr> {
    let key = stored.key.0.to_vec();
    session::Entity::update_many()
        .set(row(stored))
        .filter(session::Column::Key.eq(key))
        .exec(db)
        .await
        .map(drop)
}

/// Deletes a session.
pub async fn delete(db: &impl ConnectionTrait, key: SessionKey) -> Result<(), DbErr> {
    session::Entity::delete_by_id(key.0.to_vec())
        .exec(db)
        .await
        .map(drop)
}

/// Deletes a user's sessions but `keep`; returns the keys of those that ended.
pub async fn delete_others(
    db: &impl ConnectionTrait,
    user_id: i64,
    keep: Option<SessionKey>,
) -> Result<Vec<SessionKey>, DbErr> {
    let rows = session::Entity::find()
        .filter(session::Column::UserId.eq(user_id))
        .all(db)
        .await?;
    let others: Vec<SessionKey> = rows
        .into_iter()
        .filter_map(|row| row.key.try_into().ok().map(SessionKey))
        .filter(|key| Some(*key) != keep)
        .collect();
    for key in &others {
        delete(db, *key).await?;
    }
    Ok(others)
}

/// Deletes what has ended; returns how many.
pub async fn delete_expired(db: &impl ConnectionTrait, now: Timestamp) -> Result<u64, DbErr> {
    Ok(session::Entity::delete_many()
        .filter(session::Column::ExpiresAt.lte(now.0))
        .exec(db)
        .await?
        .rows_affected)
}
