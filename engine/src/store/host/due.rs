//! Whose names are looked up next.

use super::super::sql;
use domain::{host::HostId, snmp::SnmpOf, time::Timestamp};
use sea_orm::{ConnectionTrait, DbErr};
use std::time::Duration;

/// No lookup is put off for longer; what is, was noted by a clock that was ahead.
const LONGEST: Duration = Duration::from_hours(27);

/// Hosts whose turn has come, who waits longest first, at most `limit`.
pub async fn lookups(
    db: &impl ConnectionTrait,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<HostId>, DbErr> {
    let text = "SELECT id FROM host
        WHERE archived_at IS NULL AND (lookup_due_at IS NULL OR lookup_due_at <= ? OR lookup_due_at > ?)
        ORDER BY lookup_due_at, id LIMIT ?";
    let rows = db
        .query_all_raw(sql(
            text,
            [now.0.into(), now.plus(LONGEST).0.into(), limit.into()],
        ))
        .await?;
    rows.iter()
        .map(|row| row.try_get_by_index(0).map(HostId))
        .collect()
}

/// A host of which a lookup found nothing new.
#[derive(Clone, Copy, Debug)]
pub struct Unchanged {
    /// Which.
    pub id: HostId,
    /// When it is looked up next.
    pub due_at: Timestamp,
    /// When DNS answered; none if it did not.
    pub dns_checked_at: Option<Timestamp>,
}

/// Notes when hosts of which there is no news were looked up, and when they are next.
pub async fn put_off(db: &impl ConnectionTrait, hosts: &[Unchanged]) -> Result<(), DbErr> {
    let rows: Vec<_> = hosts
        .iter()
        .map(|host| (host.id.0, host.due_at.0, host.dns_checked_at.map(|at| at.0)))
        .collect();
    let json = serde_json::to_string(&rows).map_err(|e| DbErr::Custom(e.to_string()))?;
    let text = "UPDATE host SET lookup_due_at = row.value ->> 1,
            dns_checked_at = coalesce(row.value ->> 2, dns_checked_at)
        FROM json_each(?) AS row WHERE host.id = row.value ->> 0";
    db.execute_raw(sql(text, [json.into()])).await.map(drop)
}

/// Looks up the names of a subnet's hosts, or of one host, at once.
pub async fn at_once(db: &impl ConnectionTrait, of: SnmpOf) -> Result<(), DbErr> {
    let (text, id) = match of {
        SnmpOf::Subnet(id) => (
            "UPDATE host SET lookup_due_at = NULL WHERE subnet_id = ?",
            id.0,
        ),
        SnmpOf::Host(id) => ("UPDATE host SET lookup_due_at = NULL WHERE id = ?", id.0),
    };
    db.execute_raw(sql(text, [id.into()])).await.map(drop)
}
