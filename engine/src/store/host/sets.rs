//! Which hosts, and which tags they have: no more than the dashboard needs to count.

use super::super::sql;
use domain::{host::HostId, time::Timestamp};
use sea_orm::{ConnectionTrait, DbErr, Value};
use std::collections::HashSet;

/// Hosts whose silence is expected.
pub async fn reserved(db: &impl ConnectionTrait) -> Result<HashSet<HostId>, DbErr> {
    numbers(db, "SELECT id FROM host WHERE reserved = 1", []).await
}

/// Hosts that were added since a time.
pub async fn added_since(
    db: &impl ConnectionTrait,
    since: Timestamp,
) -> Result<HashSet<HostId>, DbErr> {
    let text = "SELECT id FROM host WHERE created_at >= ?";
    numbers(db, text, [since.0.into()]).await
}

async fn numbers(
    db: &impl ConnectionTrait,
    text: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<HashSet<HostId>, DbErr> {
    let rows = db.query_all_raw(sql(text, values)).await?;
    rows.iter()
        .map(|row| row.try_get_by_index(0).map(HostId))
        .collect()
}

/// Every tag of a host that is listed, in alphabetical order, at most `limit`.
pub async fn tags(db: &impl ConnectionTrait, limit: u32) -> Result<Vec<String>, DbErr> {
    let text = "SELECT DISTINCT tag.value FROM host, json_each(host.tags) AS tag
        WHERE host.tags <> '[]' AND host.archived_at IS NULL ORDER BY tag.value LIMIT ?";
    let rows = db.query_all_raw(sql(text, [limit.into()])).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}
