//! Messages to webhooks: those that wait, and what became of the others.

use super::{entity::delivery, sql};
use domain::{
    time::Timestamp,
    webhook::{Delivery, DeliveryState, LONGEST_PAUSE},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::{collections::HashMap, time::Duration};

/// Accepted messages that are remembered per webhook.
const DELIVERED: i64 = 50;
/// Messages that were given up and can be sent again, per webhook.
const DEAD: i64 = 100;

impl TryFrom<delivery::Model> for Delivery {
    type Error = DbErr;

    fn try_from(row: delivery::Model) -> Result<Self, DbErr> {
        let state = DeliveryState::ALL
            .into_iter()
            .find(|state| state.as_str() == row.state)
            .ok_or_else(|| DbErr::Custom(format!("delivery {}: malformed state", row.id)))?;
        Ok(Self {
            id: row.id,
            webhook_id: row.webhook_id,
            message_id: row.message_id,
            events: row.events.try_into().unwrap_or(0),
            summary: row.summary,
            attempts: row.attempts.try_into().unwrap_or(u32::MAX),
            state,
            next_at: row.next_at.map(Timestamp),
            last_status: row.last_status.and_then(|n| n.try_into().ok()),
            last_error: row.last_error,
            created_at: Timestamp(row.created_at),
            delivered_at: row.delivered_at.map(Timestamp),
        })
    }
}

/// A message that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its number.
    pub id: i64,
    /// The webhook.
    pub webhook_id: i64,
    /// What the receiver knows it by.
    pub message_id: String,
    /// What is sent.
    pub body: String,
    /// Tries until now.
    pub attempts: u32,
    /// Since when it is tried.
    pub begun_at: Timestamp,
}

/// A message to store.
#[derive(Clone, Debug)]
pub struct NewRow<'a> {
    /// The webhook.
    pub webhook_id: i64,
    /// What the receiver knows it by.
    pub message_id: String,
    /// Events that it tells of.
    pub events: usize,
    /// In a few words.
    pub summary: &'a str,
    /// What is sent.
    pub body: &'a str,
    /// Now.
    pub at: Timestamp,
}

/// Stores a message that waits.
pub async fn insert(db: &impl ConnectionTrait, new: NewRow<'_>) -> Result<(), DbErr> {
    let row = delivery::ActiveModel {
        id: NotSet,
        webhook_id: Set(new.webhook_id),
        message_id: Set(new.message_id),
        events: Set(i64::try_from(new.events).unwrap_or(i64::MAX)),
        summary: Set(new.summary.into()),
        body: Set(new.body.into()),
        state: Set(DeliveryState::Waiting.as_str().into()),
        attempts: Set(0),
        begun_at: Set(new.at.0),
        next_at: Set(Some(new.at.0)),
        last_status: Set(None),
        last_error: Set(None),
        created_at: Set(new.at.0),
        delivered_at: Set(None),
    };
    delivery::Entity::insert(row).exec(db).await.map(drop)
}

/// The oldest message of each webhook in use that waits, the only one that may be tried, if its time has come. A time
/// farther ahead than any pause was set before the clock was stepped back.
pub async fn due(db: &impl ConnectionTrait, now: Timestamp) -> Result<Vec<Waiting>, DbErr> {
    let text = "SELECT * FROM delivery WHERE (next_at <= ? OR next_at > ?) AND id IN
        (SELECT min(d.id) FROM delivery AS d JOIN webhook AS w ON w.id = d.webhook_id
        WHERE d.state = 'waiting' AND w.enabled GROUP BY d.webhook_id) ORDER BY next_at";
    let far = now.plus(LONGEST_PAUSE + Duration::from_mins(1));
    let rows = delivery::Entity::find()
        .from_raw_sql(sql(text, [now.0.into(), far.0.into()]))
        .all(db)
        .await?;
    let waiting = rows.into_iter().map(|row| Waiting {
        id: row.id,
        webhook_id: row.webhook_id,
        message_id: row.message_id,
        body: row.body,
        attempts: row.attempts.try_into().unwrap_or(u32::MAX),
        begun_at: Timestamp(row.begun_at),
    });
    Ok(waiting.collect())
}

/// When the newest message to each webhook was put together.
pub async fn newest(db: &impl ConnectionTrait) -> Result<HashMap<i64, Timestamp>, DbErr> {
    let text = "SELECT webhook_id, max(created_at) AS at FROM delivery GROUP BY webhook_id";
    let rows = db.query_all_raw(sql(text, [])).await?;
    let newest = |row: &sea_orm::QueryResult| {
        Ok((
            row.try_get("", "webhook_id")?,
            Timestamp(row.try_get("", "at")?),
        ))
    };
    rows.iter().map(newest).collect()
}

/// Per webhook, the events that wait and the messages that were given up.
pub async fn counts(db: &impl ConnectionTrait) -> Result<HashMap<i64, (u64, u64)>, DbErr> {
    let text = "SELECT webhook_id, sum(events) FILTER (WHERE state = 'waiting') AS waiting,
        count(*) FILTER (WHERE state = 'dead') AS dead FROM delivery GROUP BY webhook_id";
    let rows = db.query_all_raw(sql(text, [])).await?;
    let count = |row: &sea_orm::QueryResult| {
        let (waiting, dead): (Option<i64>, i64) =
            (row.try_get("", "waiting")?, row.try_get("", "dead")?);
        let number = |n: i64| u64::try_from(n).unwrap_or(0);
        let both = (number(waiting.unwrap_or(0)), number(dead));
        Ok((row.try_get("", "webhook_id")?, both))
    };
    rows.iter().map(count).collect()
}

/// Notes that a message was accepted; its body is not needed any more.
pub async fn delivered(
    db: &impl ConnectionTrait,
    id: i64,
    status: u16,
    at: Timestamp,
) -> Result<(), DbErr> {
    let text =
        "UPDATE delivery SET state = 'delivered', next_at = NULL, body = '', last_error = NULL,
        attempts = attempts + 1, last_status = ?, delivered_at = ? WHERE id = ?";
    let values = [i64::from(status).into(), at.0.into(), id.into()];
    db.execute_raw(sql(text, values)).await.map(drop)
}

/// Notes that a try failed; without a next one the message is given up.
pub async fn failed(
    db: &impl ConnectionTrait,
    id: i64,
    status: Option<u16>,
    error: &str,
    next_at: Option<Timestamp>,
) -> Result<(), DbErr> {
    let state = match next_at {
        Some(_) => DeliveryState::Waiting,
        None => DeliveryState::Dead,
    };
    let text =
        "UPDATE delivery SET state = ?, next_at = ?, attempts = attempts + 1, last_status = ?,
        last_error = ? WHERE id = ?";
    let values = [
        state.as_str().into(),
        next_at.map(|at| at.0).into(),
        status.map(i64::from).into(),
        error.into(),
        id.into(),
    ];
    db.execute_raw(sql(text, values)).await.map(drop)
}

/// Forgets the oldest accepted and given up messages of a webhook beyond what is kept.
pub async fn tidy(db: &impl ConnectionTrait, webhook_id: i64) -> Result<(), DbErr> {
    for (state, kept) in [
        (DeliveryState::Delivered, DELIVERED),
        (DeliveryState::Dead, DEAD),
    ] {
        let text = "DELETE FROM delivery WHERE webhook_id = ? AND state = ? AND id <= (
            SELECT id FROM delivery WHERE webhook_id = ? AND state = ? ORDER BY id DESC LIMIT 1 OFFSET ?)";
        let state = state.as_str();
        let values = [
            webhook_id.into(),
            state.into(),
            webhook_id.into(),
            state.into(),
            kept.into(),
        ];
        db.execute_raw(sql(text, values)).await?;
    }
    Ok(())
}

/// The messages of a webhook before the number `before`, newest first, at most `limit`; and how many there are in all.
pub async fn list(
    db: &impl ConnectionTrait,
    webhook_id: i64,
    state: Option<DeliveryState>,
    before: Option<i64>,
    limit: u64,
) -> Result<(Vec<Delivery>, u64), DbErr> {
    let mut find = delivery::Entity::find().filter(delivery::Column::WebhookId.eq(webhook_id));
    if let Some(state) = state {
        find = find.filter(delivery::Column::State.eq(state.as_str()));
    }
    let total = find.clone().count(db).await?;
    if let Some(before) = before {
        find = find.filter(delivery::Column::Id.lt(before));
    }
    let find = find.order_by_desc(delivery::Column::Id).limit(limit);
    let rows = find.all(db).await?.into_iter();
    Ok((
        rows.map(Delivery::try_from).collect::<Result<_, _>>()?,
        total,
    ))
}

/// One message of a webhook.
pub async fn find(
    db: &impl ConnectionTrait,
    webhook_id: i64,
    id: i64,
) -> Result<Option<Delivery>, DbErr> {
    let find = delivery::Entity::find_by_id(id).filter(delivery::Column::WebhookId.eq(webhook_id));
    find.one(db).await?.map(Delivery::try_from).transpose()
}

/// Lets a message that was given up be tried again for another day.
pub async fn revive(db: &impl ConnectionTrait, id: i64, now: Timestamp) -> Result<(), DbErr> {
    let text = "UPDATE delivery SET state = 'waiting', attempts = 0, begun_at = ?, next_at = ? WHERE id = ?";
    let values = [now.0.into(), now.0.into(), id.into()];
    db.execute_raw(sql(text, values)).await.map(drop)
}

/// Lets what waits be tried at once and for another day, as after its webhook was changed.
pub async fn hurry(
    db: &impl ConnectionTrait,
    webhook_id: i64,
    now: Timestamp,
) -> Result<(), DbErr> {
    let text = "UPDATE delivery SET attempts = 0, begun_at = ?, next_at = ?
        WHERE webhook_id = ? AND state = 'waiting'";
    let values = [now.0.into(), now.0.into(), webhook_id.into()];
    db.execute_raw(sql(text, values)).await.map(drop)
}

/// Deletes a message.
pub async fn delete(db: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
    delivery::Entity::delete_by_id(id).exec(db).await.map(drop)
}
