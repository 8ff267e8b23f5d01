//! Webhooks, with their URL and secrets as they are sealed, and how far each has come in the events.

use super::{entity::webhook, sql};
use domain::{
    host::HostId,
    time::Timestamp,
    webhook::{Format, WebhookFilter},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ConnectionTrait, DbErr, EntityTrait, QueryOrder,
};
use std::collections::BTreeMap;

/// What is stored of a webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its number; 0 before it is stored.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// Scheme, host and port of its URL.
    pub origin: String,
    /// Whether its URL goes on after that.
    pub has_path: bool,
    /// The URL, sealed.
    pub url: Vec<u8>,
    /// The signing secret, sealed.
    pub secret: Vec<u8>,
    /// The secret before it, sealed, and until when it signs too.
    pub old_secret: Option<(Vec<u8>, Timestamp)>,
    /// How the body is shaped.
    pub format: Format,
    /// Which events it is about.
    pub filter: WebhookFilter,
    /// Whether it is in use.
    pub enabled: bool,
    /// The last event that was looked at for it.
    pub cursor: i64,
    /// Hosts whose silence an uplink explains, with the events of their going down.
    pub held: BTreeMap<HostId, i64>,
    /// Since when every try failed.
    pub failing_since: Option<Timestamp>,
    /// What the newest try was answered.
    pub last_status: Option<u16>,
    /// Why the newest try failed.
    pub last_error: Option<String>,
    /// When something was last accepted.
    pub delivered_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
    /// Counts edits.
    pub version: i64,
}

/// Pairs as they are stored, since a number is no key of a JSON object.
fn held_json(held: &BTreeMap<HostId, i64>) -> Result<String, DbErr> {
    let pairs: Vec<(i64, i64)> = held.iter().map(|(host, event)| (host.0, *event)).collect();
    json(&pairs)
}

fn json(value: &impl serde::Serialize) -> Result<String, DbErr> {
    serde_json::to_string(value).map_err(|e| DbErr::Custom(e.to_string()))
}

impl TryFrom<webhook::Model> for Stored {
    type Error = DbErr;

    fn try_from(row: webhook::Model) -> Result<Self, DbErr> {
        let malformed = |what: &str| DbErr::Custom(format!("webhook {}: malformed {what}", row.id));
        let format = Format::ALL
            .into_iter()
            .find(|format| format.as_str() == row.format);
        let held: Vec<(i64, i64)> =
            serde_json::from_str(&row.held).map_err(|_| malformed("held hosts"))?;
        Ok(Self {
            id: row.id,
            format: format.ok_or_else(|| malformed("format"))?,
            filter: serde_json::from_str(&row.filter).map_err(|_| malformed("filter"))?,
            held: held.into_iter().map(|(h, e)| (HostId(h), e)).collect(),
            name: row.name,
            origin: row.origin,
            has_path: row.has_path,
            url: row.url,
            secret: row.secret,
            old_secret: row.old_secret.zip(row.old_secret_until.map(Timestamp)),
            enabled: row.enabled,
            cursor: row.cursor,
            failing_since: row.failing_since.map(Timestamp),
            last_status: row.last_status.and_then(|n| n.try_into().ok()),
            last_error: row.last_error,
            delivered_at: row.delivered_at.map(Timestamp),
            created_at: Timestamp(row.created_at),
            version: row.version,
        })
    }
}

fn row(it: &Stored) -> Result<webhook::ActiveModel, DbErr> {
    let (old_secret, old_until) = it.old_secret.clone().unzip();
    Ok(webhook::ActiveModel {
        id: if it.id == 0 { NotSet } else { Set(it.id) },
        name: Set(it.name.clone()),
        origin: Set(it.origin.clone()),
        has_path: Set(it.has_path),
        url: Set(it.url.clone()),
        secret: Set(it.secret.clone()),
        old_secret: Set(old_secret),
        old_secret_until: Set(old_until.map(|at| at.0)),
        format: Set(it.format.as_str().into()),
        filter: Set(json(&it.filter)?),
        enabled: Set(it.enabled),
        cursor: Set(it.cursor),
        held: Set(held_json(&it.held)?),
        failing_since: Set(it.failing_since.map(|at| at.0)),
        last_status: Set(it.last_status.map(i64::from)),
        last_error: Set(it.last_error.clone()),
        delivered_at: Set(it.delivered_at.map(|at| at.0)),
        created_at: Set(it.created_at.0),
        version: Set(it.version),
    })
}

/// Every webhook, oldest first.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Stored>, DbErr> {
    let find = webhook::Entity::find().order_by_asc(webhook::Column::Id);
    let rows = find.all(db).await?;
    rows.into_iter().map(Stored::try_from).collect()
}

/// One webhook.
pub async fn find(db: &impl ConnectionTrait, id: i64) -> Result<Option<Stored>, DbErr> {
    let row = webhook::Entity::find_by_id(id).one(db).await?;
    row.map(Stored::try_from).transpose()
}

/// Stores a new webhook; returns its number.
pub async fn insert(db: &impl ConnectionTrait, new: &Stored) -> Result<i64, DbErr> {
    let insert = webhook::Entity::insert(row(new)?);
    Ok(insert.exec(db).await?.last_insert_id)
}

/// Stores a changed webhook.
pub async fn update(db: &impl ConnectionTrait, changed: &Stored) -> Result<(), DbErr> {
    let update = webhook::Entity::update(row(changed)?);
    update.exec(db).await.map(drop)
}

/// Notes how far it has come.
pub async fn advance(
    db: &impl ConnectionTrait,
    id: i64,
    cursor: i64,
    held: &BTreeMap<HostId, i64>,
) -> Result<(), DbErr> {
    let text = "UPDATE webhook SET cursor = ?, held = ? WHERE id = ?";
    let values = [cursor.into(), held_json(held)?.into(), id.into()];
    db.execute_raw(sql(text, values)).await.map(drop)
}

/// Notes that a message was accepted.
pub async fn accepted(
    db: &impl ConnectionTrait,
    id: i64,
    status: u16,
    at: Timestamp,
) -> Result<(), DbErr> {
    let text = "UPDATE webhook SET failing_since = NULL, last_error = NULL, last_status = ?,
        delivered_at = ? WHERE id = ?";
    let values = [i64::from(status).into(), at.0.into(), id.into()];
    db.execute_raw(sql(text, values)).await.map(drop)
}

/// Notes that a try failed.
pub async fn failed(
    db: &impl ConnectionTrait,
    id: i64,
    status: Option<u16>,
    error: &str,
    at: Timestamp,
) -> Result<(), DbErr> {
    let text = "UPDATE webhook SET failing_since = coalesce(failing_since, ?), last_status = ?,
        last_error = ? WHERE id = ?";
    let status = status.map(i64::from);
    let values = [at.0.into(), status.into(), error.into(), id.into()];
    db.execute_raw(sql(text, values)).await.map(drop)
}

/// Deletes a webhook and its messages; whether there was one.
pub async fn delete(db: &impl ConnectionTrait, id: i64) -> Result<bool, DbErr> {
    let deleted = webhook::Entity::delete_by_id(id).exec(db).await?;
    Ok(deleted.rows_affected > 0)
}
