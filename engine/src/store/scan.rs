//! Scan jobs and their targets: the queue is these tables.

pub mod query;
pub mod schedule;

use super::sql;
use domain::{
    risk::RiskLevel,
    scan::{ScanMode, ScanNews, ScanProgress, ScanStatus},
    time::Timestamp,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

/// A job as it is stored, without its targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub id: i64,
    /// Its token.
    pub token: String,
    /// Who asked.
    pub owner: String,
    /// By which route.
    pub mode: ScanMode,
    /// What was asked for, as JSON.
    pub request: String,
    /// How far it is.
    pub status: ScanStatus,
    /// Finished targets of all.
    pub progress: ScanProgress,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When its first target was begun.
    pub started_at: Option<Timestamp>,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
    /// The worst verdict so far.
    pub worst: Option<RiskLevel>,
    /// The schedule that asked for it.
    pub schedule_id: Option<i64>,
}

/// A job to store.
#[derive(Clone, Debug)]
pub struct NewJob<'a> {
    /// Its token.
    pub token: &'a str,
    /// Who asks.
    pub owner: &'a str,
    /// By which route.
    pub mode: ScanMode,
    /// What is asked for, as JSON.
    pub request: &'a str,
    /// What the caller calls it, so that asking twice makes one job.
    pub idempotency_key: Option<&'a str>,
    /// The schedule that asks for it.
    pub schedule_id: Option<i64>,
    /// Its targets, in the order of the request.
    pub targets: &'a [String],
    /// Now.
    pub at: Timestamp,
}

/// A target that was taken up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The job.
    pub scan_id: i64,
    /// The target's place in the request.
    pub position: i64,
    /// The target.
    pub target: String,
    /// Which attempt this is, from 1.
    pub attempt: i64,
}

fn mode_word(mode: ScanMode) -> &'static str {
    match mode {
        ScanMode::Scan => "scan",
        ScanMode::Ai => "ai",
    }
}

fn status_of(word: &str) -> Option<ScanStatus> {
    Some(match word {
        "queued" => ScanStatus::Queued,
        "running" => ScanStatus::Running,
        "complete" => ScanStatus::Complete,
        "cancelled" => ScanStatus::Cancelled,
        "failed" => ScanStatus::Failed,
        _ => return None,
    })
}

fn stored(row: &QueryResult) -> Result<Stored, DbErr> {
    let id: i64 = row.try_get("", "id")?;
    let number = |name: &str| -> Result<u32, DbErr> {
        let number: i64 = row.try_get("", name)?;
        Ok(u32::try_from(number).unwrap_or(u32::MAX))
    };
    let word: String = row.try_get("", "status")?;
    let mode: String = row.try_get("", "mode")?;
    let time = |name: &str| -> Result<Option<Timestamp>, DbErr> {
        Ok(row.try_get::<Option<i64>>("", name)?.map(Timestamp))
    };
    Ok(Stored {
        id,
        token: row.try_get("", "token")?,
        owner: row.try_get("", "owner")?,
        mode: if mode == "ai" {
            ScanMode::Ai
        } else {
            ScanMode::Scan
        },
        request: row.try_get("", "request")?,
        status: status_of(&word)
            .ok_or_else(|| DbErr::Custom(format!("scan {id}: malformed status")))?,
        progress: ScanProgress {
            done: number("done")?,
            total: number("total")?,
        },
        created_at: Timestamp(row.try_get("", "created_at")?),
        started_at: time("started_at")?,
        finished_at: time("finished_at")?,
        worst: row.try_get::<Option<i64>>("", "worst")?.and_then(level_of),
        schedule_id: row.try_get("", "schedule_id")?,
    })
}

/// A level as `worst` keeps it: its place in the order of levels.
const LEVELS: [RiskLevel; 6] = [
    RiskLevel::Unknown,
    RiskLevel::None,
    RiskLevel::Low,
    RiskLevel::Medium,
    RiskLevel::High,
    RiskLevel::Critical,
];

fn level_of(number: i64) -> Option<RiskLevel> {
    LEVELS.get(usize::try_from(number).ok()?).copied()
}

/// Stores a job and its targets; returns its number.
pub async fn insert(db: &impl ConnectionTrait, new: &NewJob<'_>) -> Result<i64, DbErr> {
    let text = "INSERT INTO scan (token, owner, mode, request, idempotency_key, schedule_id, status, total, done, created_at)
        VALUES (?, ?, ?, ?, ?, ?, 'queued', ?, 0, ?) RETURNING id";
    let total = i64::try_from(new.targets.len()).unwrap_or(i64::MAX);
    let values = [
        new.token.into(),
        new.owner.into(),
        mode_word(new.mode).into(),
        new.request.into(),
        new.idempotency_key.map(ToOwned::to_owned).into(),
        new.schedule_id.into(),
        total.into(),
        new.at.0.into(),
    ];
    let row = db.query_one_raw(sql(text, values)).await?;
    let row = row.ok_or_else(|| DbErr::Custom("a new scan has no number".into()))?;
    let id: i64 = row.try_get("", "id")?;
    let targets = serde_json::to_string(new.targets).map_err(|e| DbErr::Custom(e.to_string()))?;
    let text = "INSERT INTO scan_target (scan_id, position, target, state, attempts)
        SELECT ?, key, value, 'queued', 0 FROM json_each(?)";
    db.execute_raw(sql(text, [id.into(), targets.into()]))
        .await?;
    Ok(id)
}

/// A job by its token.
pub async fn find(db: &impl ConnectionTrait, token: &str) -> Result<Option<Stored>, DbErr> {
    let text = "SELECT * FROM scan WHERE token = ?";
    let row = db.query_one_raw(sql(text, [token.into()])).await?;
    row.as_ref().map(stored).transpose()
}

/// A job by what its owner calls it.
pub async fn find_by_key(
    db: &impl ConnectionTrait,
    owner: &str,
    key: &str,
) -> Result<Option<Stored>, DbErr> {
    let text = "SELECT * FROM scan WHERE owner = ? AND idempotency_key = ?";
    let row = db
        .query_one_raw(sql(text, [owner.into(), key.into()]))
        .await?;
    row.as_ref().map(stored).transpose()
}

/// The results of a job's finished targets, as JSON, in the order of the request.
pub async fn results(db: &impl ConnectionTrait, id: i64) -> Result<Vec<String>, DbErr> {
    let text =
        "SELECT result FROM scan_target WHERE scan_id = ? AND result IS NOT NULL ORDER BY position";
    let rows = db.query_all_raw(sql(text, [id.into()])).await?;
    rows.iter().map(|row| row.try_get("", "result")).collect()
}

/// How many jobs are not over.
pub async fn count_open(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    let text = "SELECT count(*) AS n FROM scan WHERE finished_at IS NULL";
    let row = db.query_one_raw(sql(text, [])).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(count.unsigned_abs())
}

/// Whether a job wants its summaries worded by a model.
pub async fn wants_words(db: &impl ConnectionTrait, id: i64) -> Result<bool, DbErr> {
    let text = "SELECT request ->> '$.generate_ai_summary' AS wants FROM scan WHERE id = ?";
    let row = db.query_one_raw(sql(text, [id.into()])).await?;
    let wants: Option<i64> = row.map_or(Ok(None), |row| row.try_get("", "wants"))?;
    Ok(wants == Some(1))
}

/// Whether a target waits.
pub async fn is_waiting(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let text = "SELECT 1 FROM scan_target AS t JOIN scan AS s ON s.id = t.scan_id
        WHERE t.state = 'queued' AND s.finished_at IS NULL LIMIT 1";
    Ok(db.query_one_raw(sql(text, [])).await?.is_some())
}

/// Takes up targets that wait, of the oldest jobs first: from now on their attempt counts.
pub async fn claim(
    db: &impl ConnectionTrait,
    most: usize,
    now: Timestamp,
) -> Result<Vec<Claimed>, DbErr> {
    let text = "UPDATE scan_target SET state = 'running', attempts = attempts + 1
        WHERE (scan_id, position) IN (
            SELECT t.scan_id, t.position FROM scan_target AS t JOIN scan AS s ON s.id = t.scan_id
            WHERE t.state = 'queued' AND s.finished_at IS NULL ORDER BY t.scan_id, t.position LIMIT ?)
        RETURNING scan_id, position, target, attempts";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = db.query_all_raw(sql(text, [most.into()])).await?;
    let claimed = |row: &QueryResult| {
        Ok(Claimed {
            scan_id: row.try_get("", "scan_id")?,
            position: row.try_get("", "position")?,
            target: row.try_get("", "target")?,
            attempt: row.try_get("", "attempts")?,
        })
    };
    let claimed: Vec<Claimed> = rows.iter().map(claimed).collect::<Result<_, DbErr>>()?;
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

/// How far some jobs are.
pub async fn news(db: &impl ConnectionTrait, jobs: &[i64]) -> Result<Vec<ScanNews>, DbErr> {
    let text = "SELECT * FROM scan WHERE id IN (SELECT value FROM json_each(?))";
    let jobs = serde_json::to_string(jobs).map_err(|e| DbErr::Custom(e.to_string()))?;
    let rows = db.query_all_raw(sql(text, [jobs.into()])).await?;
    let news = |row: &QueryResult| {
        let job = stored(row)?;
        Ok(ScanNews {
            id: job.id,
            status: job.status,
            progress: job.progress,
        })
    };
    rows.iter().map(news).collect()
}

/// Which of some jobs are over.
pub async fn over(db: &impl ConnectionTrait, jobs: &[i64]) -> Result<Vec<i64>, DbErr> {
    let text = "SELECT id FROM scan WHERE finished_at IS NOT NULL AND id IN (SELECT value FROM json_each(?))";
    let jobs = serde_json::to_string(jobs).map_err(|e| DbErr::Custom(e.to_string()))?;
    let rows = db.query_all_raw(sql(text, [jobs.into()])).await?;
    rows.iter().map(|row| row.try_get("", "id")).collect()
}

/// Targets that were taken up by a process that is gone: they are put back, and those that had their last attempt are
/// returned instead.
pub async fn put_back_all(db: &impl ConnectionTrait, attempts: i64) -> Result<Vec<Claimed>, DbErr> {
    let text = "UPDATE scan_target SET state = 'queued' WHERE state = 'running' AND attempts < ?";
    db.execute_raw(sql(text, [attempts.into()])).await?;
    let text = "SELECT t.scan_id, position, target, attempts FROM scan_target AS t JOIN scan AS s ON s.id = t.scan_id
        WHERE state = 'running' AND s.finished_at IS NULL";
    let rows = db.query_all_raw(sql(text, [])).await?;
    rows.iter()
        .map(|row| {
            Ok(Claimed {
                scan_id: row.try_get("", "scan_id")?,
                position: row.try_get("", "position")?,
                target: row.try_get("", "target")?,
                attempt: row.try_get("", "attempts")?,
            })
        })
        .collect()
}

/// Ends a job; its finished targets keep their results. Whether it was not over before.
pub async fn cancel(db: &impl ConnectionTrait, id: i64, now: Timestamp) -> Result<bool, DbErr> {
    let text = "UPDATE scan SET status = 'cancelled', finished_at = ? WHERE id = ? AND finished_at IS NULL";
    let done = db.execute_raw(sql(text, [now.0.into(), id.into()])).await?;
    Ok(done.rows_affected() > 0)
}

/// Forgets jobs that were over before `before`.
pub async fn prune(db: &impl ConnectionTrait, before: Timestamp) -> Result<u64, DbErr> {
    let text = "DELETE FROM scan WHERE id IN (SELECT id FROM scan WHERE finished_at < ? LIMIT 100)";
    let done = db.execute_raw(sql(text, [before.0.into()])).await?;
    Ok(done.rows_affected())
}
