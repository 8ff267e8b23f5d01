//! Users: today the one administrator.

use super::entity::user;
use domain::time::Timestamp;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

/// A user as the sign-in needs it. Never leaves the engine.
#[derive(Clone)]
pub struct User {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// PHC string.
    pub password_hash: String,
    /// Nothing else is possible until the password was changed.
    pub must_change: bool,
}

impl From<user::Model> for User {
    fn from(row: user::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            password_hash: row.password_hash,
            must_change: row.must_change,
        }
    }
}

/// The user of this name, in any case.
pub async fn by_name(db: &impl ConnectionTrait, name: &str) -> Result<Option<User>, DbErr> {
    Ok(user::Entity::find()
        .filter(user::Column::Name.eq(name))
        .one(db)
        .await?
        .map(User::from))
}

/// The user of this number.
pub async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<User>, DbErr> {
    Ok(user::Entity::find_by_id(id).one(db).await?.map(User::from))
}

/// Adds a user.
pub async fn insert(
    db: &impl ConnectionTrait,
    name: &str,
    password_hash: String,
    must_change: bool,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = user::ActiveModel {
        name: Set(name.into()),
        password_hash: Set(password_hash),
        must_change: Set(must_change),
        created_at: Set(now.0),
        ..Default::default()
    };
    user::Entity::insert(row)
        .exec_without_returning(db)
        .await
        .map(drop)
}

/// Gives a user a new password.
pub async fn set_password(
    db: &impl ConnectionTrait,
    id: i64,
    password_hash: String,
    must_change: bool,
) -> Result<(), DbErr> {
    let row = user::ActiveModel {
        id: Set(id),
        password_hash: Set(password_hash),
        must_change: Set(must_change),
        ..Default::default()
    };
    user::Entity::update(row).exec(db).await.map(drop)
}
