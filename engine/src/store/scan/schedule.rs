//! Scans that are repeated, and what their next run is compared with.

use super::mode_word;
use crate::store::sql;
use domain::{
    scan::{ScanMode, schedule::Every},
    time::Timestamp,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

/// A schedule as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its number; 0 before it is stored.
    pub id: i64,
    /// Who made it: its runs are theirs.
    pub owner: String,
    /// What people call it.
    pub name: String,
    /// How often.
    pub every: Every,
    /// By which route it is asked for.
    pub mode: ScanMode,
    /// What is asked for, as JSON.
    pub request: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it runs next; absent while it is off.
    pub next_at: Option<Timestamp>,
    /// Its last run, and when that was asked for.
    pub last: Option<(String, Timestamp)>,
    /// Why the last run could not be asked for.
    pub last_problem: Option<String>,
}

fn every_word(every: Every) -> &'static str {
    match every {
        Every::Day => "day",
        Every::Week => "week",
    }
}

fn stored(row: &QueryResult) -> Result<Stored, DbErr> {
    let time = |name: &str| -> Result<Option<Timestamp>, DbErr> {
        Ok(row.try_get::<Option<i64>>("", name)?.map(Timestamp))
    };
    let every: String = row.try_get("", "every")?;
    let mode: String = row.try_get("", "mode")?;
    let token: Option<String> = row.try_get("", "last_token")?;
    Ok(Stored {
        id: row.try_get("", "id")?,
        owner: row.try_get("", "owner")?,
        name: row.try_get("", "name")?,
        every: if every == "day" {
            Every::Day
        } else {
            Every::Week
        },
        mode: if mode == "ai" {
            ScanMode::Ai
        } else {
            ScanMode::Scan
        },
        request: row.try_get("", "request")?,
        created_at: Timestamp(row.try_get("", "created_at")?),
        next_at: time("next_at")?,
        last: token.zip(time("last_at")?),
        last_problem: row.try_get("", "last_problem")?,
    })
}

/// Schedules, oldest first; of one owner, or of all.
pub async fn list(db: &impl ConnectionTrait, owner: Option<&str>) -> Result<Vec<Stored>, DbErr> {
    let text = "SELECT * FROM scan_schedule WHERE ?1 IS NULL OR owner = ?1 ORDER BY id";
    let owner = owner.map(ToOwned::to_owned);
    let rows = db.query_all_raw(sql(text, [owner.into()])).await?;
    rows.iter().map(stored).collect()
}

/// One schedule.
pub async fn find(db: &impl ConnectionTrait, id: i64) -> Result<Option<Stored>, DbErr> {
    let text = "SELECT * FROM scan_schedule WHERE id = ?";
    let row = db.query_one_raw(sql(text, [id.into()])).await?;
    row.as_ref().map(stored).transpose()
}

/// Stores a new schedule; returns its number.
pub async fn insert(db: &impl ConnectionTrait, new: &Stored) -> Result<i64, DbErr> {
    let text = "INSERT INTO scan_schedule (owner, name, every, enabled, mode, request, created_at, next_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id";
    let values: [Value; 8] = [
        new.owner.clone().into(),
        new.name.clone().into(),
        every_word(new.every).into(),
        i64::from(new.next_at.is_some()).into(),
        mode_word(new.mode).into(),
        new.request.clone().into(),
        new.created_at.0.into(),
        new.next_at.map(|at| at.0).into(),
    ];
    let row = db.query_one_raw(sql(text, values)).await?;
    let row = row.ok_or_else(|| DbErr::Custom("a new schedule has no number".into()))?;
    row.try_get("", "id")
}

/// Stores what changed of a schedule: all but who made it and what it asks for.
pub async fn update(db: &impl ConnectionTrait, changed: &Stored) -> Result<(), DbErr> {
    let text = "UPDATE scan_schedule SET name = ?, every = ?, enabled = ?, next_at = ?, last_token = ?, last_at = ?,
        last_problem = ? WHERE id = ?";
    let (token, at) = changed.last.clone().unzip();
    let values: [Value; 8] = [
        changed.name.clone().into(),
        every_word(changed.every).into(),
        i64::from(changed.next_at.is_some()).into(),
        changed.next_at.map(|at| at.0).into(),
        token.into(),
        at.map(|at: Timestamp| at.0).into(),
        changed.last_problem.clone().into(),
        changed.id.into(),
    ];
    db.execute_raw(sql(text, values)).await.map(drop)
}

/// Deletes a schedule; its runs stay.
pub async fn delete(db: &impl ConnectionTrait, id: i64) -> Result<(), DbErr> {
    let text = "DELETE FROM scan_schedule WHERE id = ?";
    db.execute_raw(sql(text, [id.into()])).await.map(drop)
}

/// Schedules that are switched on, the next one first.
pub async fn enabled(db: &impl ConnectionTrait) -> Result<Vec<Stored>, DbErr> {
    let text = "SELECT * FROM scan_schedule WHERE enabled = 1 ORDER BY next_at, id";
    let rows = db.query_all_raw(sql(text, [])).await?;
    rows.iter().map(stored).collect()
}

/// Whether a run of a schedule is not over.
pub async fn is_running(db: &impl ConnectionTrait, id: i64) -> Result<bool, DbErr> {
    let text = "SELECT 1 FROM scan WHERE schedule_id = ? AND finished_at IS NULL LIMIT 1";
    Ok(db.query_one_raw(sql(text, [id.into()])).await?.is_some())
}

/// The oldest run that is over and was not compared: its number and its schedule's. A cancelled or failed run is left
/// out of the comparing.
pub async fn to_compare(db: &impl ConnectionTrait) -> Result<Option<(i64, i64)>, DbErr> {
    let text = "SELECT id, schedule_id FROM scan
        WHERE schedule_id IS NOT NULL AND compared = 0 AND status = 'complete' ORDER BY id LIMIT 1";
    let row = db.query_one_raw(sql(text, [])).await?;
    row.map(|row| Ok((row.try_get("", "id")?, row.try_get("", "schedule_id")?)))
        .transpose()
}

/// Notes that a run was compared; whether it was not before.
pub async fn compared(db: &impl ConnectionTrait, scan: i64) -> Result<bool, DbErr> {
    let text = "UPDATE scan SET compared = 1 WHERE id = ? AND compared = 0";
    let done = db.execute_raw(sql(text, [scan.into()])).await?;
    Ok(done.rows_affected() > 0)
}

/// The results that the next run of a schedule is compared with, as JSON, by the order of the request.
pub async fn known(db: &impl ConnectionTrait, schedule: i64) -> Result<Vec<String>, DbErr> {
    let text = "SELECT t.result FROM scan_known AS k
        JOIN scan_target AS t ON t.scan_id = k.scan_id AND t.position = k.position
        WHERE k.schedule_id = ? ORDER BY k.position";
    let rows = db.query_all_raw(sql(text, [schedule.into()])).await?;
    rows.iter().map(|row| row.try_get("", "result")).collect()
}

/// Remembers the results of a scan that say something, if only that nobody answers ([`ScanResult::is_silent`]): the next
/// run of the schedule is compared with them. A target that was named twice counts by its first result.
///
/// [`ScanResult::is_silent`]: domain::scan::ScanResult::is_silent
pub async fn remember(db: &impl ConnectionTrait, schedule: i64, scan: i64) -> Result<(), DbErr> {
    let text = "INSERT INTO scan_known (schedule_id, target, scan_id, position)
        SELECT ?1, target, scan_id, min(position) FROM scan_target
        WHERE scan_id = ?2 AND (result ->> '$.risk_level' <> 'unknown' OR NOT result ->> '$.availability' AND EXISTS
            (SELECT 1 FROM json_each(result, '$.accessibility_tests') WHERE value ->> '$.outcome' = 'timed_out'))
        GROUP BY target
        ON CONFLICT (schedule_id, target) DO UPDATE SET scan_id = excluded.scan_id, position = excluded.position";
    let values = [schedule.into(), scan.into()];
    db.execute_raw(sql(text, values)).await.map(drop)
}
