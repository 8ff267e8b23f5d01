//! Lists of scan jobs, and the newest result of an address: what is only read.

use super::{Stored, stored};
use crate::store::sql;
use domain::{scan::ScanStatus, time::Timestamp};
use sea_orm::{ConnectionTrait, DbErr, Value};
use std::net::IpAddr;

/// Which jobs to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this owner.
    pub owner: Option<String>,
    /// With this part of an entry, in any case.
    pub text: Option<String>,
    /// With a target of this address, or one that led to it.
    pub address: Option<IpAddr>,
    /// As far as this.
    pub status: Option<ScanStatus>,
    /// Asked for by this schedule.
    pub schedule: Option<i64>,
}

/// The word on the wire and in the database.
fn status_word(status: ScanStatus) -> &'static str {
    match status {
        ScanStatus::Queued => "queued",
        ScanStatus::Running => "running",
        ScanStatus::Complete => "complete",
        ScanStatus::Cancelled => "cancelled",
        ScanStatus::Failed => "failed",
    }
}

/// The condition, and what is bound in it. Only what is asked for stands in it, so that an index may serve it.
fn condition(filter: &Filter) -> (String, Vec<Value>) {
    let mut parts = vec!["1 = 1"];
    let mut values: Vec<Value> = Vec::new();
    if let Some(owner) = &filter.owner {
        parts.push("owner = ?");
        values.push(owner.clone().into());
    }
    if let Some(status) = filter.status {
        parts.push("status = ?");
        values.push(status_word(status).into());
    }
    if let Some(schedule) = filter.schedule {
        parts.push("schedule_id = ?");
        values.push(schedule.into());
    }
    // The whole request is looked at first: it need not be taken apart if the text is nowhere in it.
    let of_text = "instr(lower(request), ?) AND EXISTS (
        SELECT 1 FROM json_tree(request) WHERE atom IS NOT NULL AND type = 'text' AND instr(lower(atom), ?))";
    let of_address = "id IN (SELECT scan_id FROM scan_target WHERE result ->> '$.ip_address' = ? AND result IS NOT NULL)";
    let either = format!("({of_text} OR {of_address})");
    let either = either.as_str();
    match (&filter.text, filter.address) {
        (Some(text), Some(address)) => {
            parts.push(either);
            values.extend([text.clone().into(), text.clone().into()]);
            values.push(address.to_string().into());
        }
        (Some(text), None) => {
            parts.push(of_text);
            values.extend([text.clone().into(), text.clone().into()]);
        }
        (None, Some(address)) => {
            parts.push(of_address);
            values.push(address.to_string().into());
        }
        (None, None) => {}
    }
    (parts.join(" AND "), values)
}

/// Jobs before the number `before`, newest first, at most `limit`.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Stored>, DbErr> {
    let (condition, mut values) = condition(filter);
    let text = format!("SELECT * FROM scan WHERE {condition} AND id < ? ORDER BY id DESC LIMIT ?");
    values.push(before.unwrap_or(i64::MAX).into());
    values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    let rows = db.query_all_raw(sql(&text, values)).await?;
    rows.iter().map(stored).collect()
}

/// How many jobs there are.
pub async fn count(db: &impl ConnectionTrait, filter: &Filter) -> Result<u64, DbErr> {
    let (condition, values) = condition(filter);
    let text = format!("SELECT count(*) AS n FROM scan WHERE {condition}");
    let row = db.query_one_raw(sql(&text, values)).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(count.unsigned_abs())
}

/// The newest result of an address, as JSON, with the token of its job and when that was asked for.
pub async fn newest_of(
    db: &impl ConnectionTrait,
    owner: Option<&str>,
    ip: IpAddr,
) -> Result<Option<(String, Timestamp, String)>, DbErr> {
    let text = "SELECT s.token, s.created_at, t.result FROM scan_target AS t JOIN scan AS s ON s.id = t.scan_id
        WHERE t.result ->> '$.ip_address' = ?1 AND t.result IS NOT NULL AND (?2 IS NULL OR s.owner = ?2)
        ORDER BY t.scan_id DESC, t.position DESC LIMIT 1";
    let owner = owner.map(ToOwned::to_owned);
    let values = [ip.to_string().into(), owner.into()];
    let row = db.query_one_raw(sql(text, values)).await?;
    row.map(|row| {
        Ok((
            row.try_get("", "token")?,
            Timestamp(row.try_get("", "created_at")?),
            row.try_get("", "result")?,
        ))
    })
    .transpose()
}

/// The token of the newest job that is not over and has this address, as such, among what it still has to look at.
pub async fn going_on(
    db: &impl ConnectionTrait,
    owner: Option<&str>,
    ip: IpAddr,
) -> Result<Option<String>, DbErr> {
    let text = "SELECT s.token FROM scan_target AS t JOIN scan AS s ON s.id = t.scan_id
        WHERE t.state IN ('queued', 'running') AND s.finished_at IS NULL AND t.target = ?1
            AND (?2 IS NULL OR s.owner = ?2)
        ORDER BY t.scan_id DESC LIMIT 1";
    let owner = owner.map(ToOwned::to_owned);
    let row = db
        .query_one_raw(sql(text, [ip.to_string().into(), owner.into()]))
        .await?;
    row.map(|row| row.try_get("", "token")).transpose()
}
