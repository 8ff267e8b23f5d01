//! The queue of targets: taken up, finished, put back.

use super::{CLAIMED, Claimed, claimed};
use crate::store::sql;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DbErr};

/// Whether a target waits.
pub async fn is_waiting(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let text = "SELECT 1 FROM scan_target WHERE state = 'queued' LIMIT 1";
    Ok(db.query_one_raw(sql(text, [])).await?.is_some())
}

/// The targets whose turn it is: the first of every job, then the second of every job, so that no job waits for the end of
/// a longer one.
const NEXT: &str = "SELECT scan_id, position FROM scan_target WHERE state = 'queued' ORDER BY position, scan_id LIMIT ?";

/// Takes up targets that wait: from now on their attempt counts.
pub async fn claim(
    db: &impl ConnectionTrait,
    most: usize,
    now: Timestamp,
) -> Result<Vec<Claimed>, DbErr> {
    let text = format!(
        "UPDATE scan_target SET state = 'running', attempts = attempts + 1
        WHERE (scan_id, position) IN ({NEXT})
        RETURNING {CLAIMED}"
    );
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = db.query_all_raw(sql(&text, [most.into()])).await?;
    let mut claimed: Vec<Claimed> = rows.iter().map(claimed).collect::<Result<_, _>>()?;
    // They come in the order of the table.
    claimed.sort_by_key(|it| (it.position, it.scan_id));
    let text = "UPDATE scan SET status = 'running', started_at = coalesce(started_at, ?)
        WHERE id IN (SELECT value FROM json_each(?)) AND status = 'queued'";
    let ids: Vec<i64> = claimed.iter().map(|claimed| claimed.scan_id).collect();
    let ids = serde_json::to_string(&ids).map_err(|e| DbErr::Custom(e.to_string()))?;
    db.execute_raw(sql(text, [now.0.into(), ids.into()]))
        .await?;
    Ok(claimed)
}

/// Stores the result of a target that was taken up, once; the job is over with its last one. Whether it was stored: a
/// cancelled job takes no more.
pub async fn finish(
    db: &impl ConnectionTrait,
    claimed: &Claimed,
    result: &str,
    is_failed: bool,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let text = "UPDATE scan_target SET state = ?, result = ?
        WHERE scan_id = ? AND position = ? AND state = 'running'
        AND (SELECT finished_at IS NULL FROM scan WHERE id = scan_id)";
    let state = if is_failed { "failed" } else { "done" };
    let values = [
        state.into(),
        result.into(),
        claimed.scan_id.into(),
        claimed.position.into(),
    ];
    if db.execute_raw(sql(text, values)).await?.rows_affected() == 0 {
        return Ok(false);
    }
    let text = "UPDATE scan SET done = done + 1,
        finished_at = iif(done + 1 = total, ?1, NULL),
        worst = max(coalesce(worst, 0), (SELECT CASE result ->> '$.risk_level'
            WHEN 'critical' THEN 5 WHEN 'high' THEN 4 WHEN 'medium' THEN 3 WHEN 'low' THEN 2 WHEN 'none' THEN 1 ELSE 0 END
            FROM scan_target WHERE scan_id = ?2 AND position = ?3)),
        status = iif(done + 1 < total, status, iif(EXISTS
            (SELECT 1 FROM scan_target WHERE scan_id = ?2 AND state = 'done'), 'complete', 'failed'))
        WHERE id = ?2";
    let values = [
        now.0.into(),
        claimed.scan_id.into(),
        claimed.position.into(),
    ];
    db.execute_raw(sql(text, values)).await?;
    Ok(true)
}

/// Puts a target back that was not finished.
pub async fn put_back(db: &impl ConnectionTrait, claimed: &Claimed) -> Result<(), DbErr> {
    let text = "UPDATE scan_target SET state = 'queued' WHERE scan_id = ? AND position = ? AND state = 'running'";
    let values = [claimed.scan_id.into(), claimed.position.into()];
    db.execute_raw(sql(text, values)).await.map(drop)
}

/// Puts everything back that is taken up, as if it had not been.
pub async fn suspend(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let text =
        "UPDATE scan_target SET state = 'queued', attempts = attempts - 1 WHERE state = 'running'";
    db.execute_raw(sql(text, [])).await.map(drop)
}

/// Targets that were taken up by a process that is gone: they are put back, and those that had their last attempt are
/// returned instead.
pub async fn put_back_all(db: &impl ConnectionTrait, attempts: i64) -> Result<Vec<Claimed>, DbErr> {
    let text = "UPDATE scan_target SET state = 'queued' WHERE state = 'running' AND attempts < ?";
    db.execute_raw(sql(text, [attempts.into()])).await?;
    let text = format!("SELECT {CLAIMED} FROM scan_target WHERE state = 'running'");
    let rows = db.query_all_raw(sql(&text, [])).await?;
    rows.iter().map(claimed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use migration::{Migrator, MigratorTrait as _};
    use sea_orm::{ConnectOptions, Database};

    #[tokio::test]
    async fn looks_at_the_queue_read_what_waits_and_not_what_is_done() {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1);
        let db = Database::connect(options).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        for text in [
            "SELECT 1 FROM scan_target WHERE state = 'queued' LIMIT 1",
            NEXT,
            "SELECT 1 FROM scan_target WHERE state = 'running'",
        ] {
            let explain = format!("EXPLAIN QUERY PLAN {text}");
            let rows = db.query_all_raw(sql(&explain, [])).await.unwrap();
            assert_eq!(rows.len(), 1, "sorted by hand: {text}");
            let plan: String = rows[0].try_get("", "detail").unwrap();
            assert!(plan.contains("INDEX scan_target_"), "{plan}");
        }
    }
}
