//! The table that comes to mind first: one row per sample, with its time as text.

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbErr, Statement};
use std::path::Path;

const SCHEMA: &str = "
PRAGMA journal_mode = WAL;
CREATE TABLE sample (id INTEGER PRIMARY KEY AUTOINCREMENT, host_id INTEGER NOT NULL, at TEXT NOT NULL, up BOOLEAN NOT NULL, ms REAL);
CREATE INDEX sample_host ON sample (host_id, at);";

/// Writes an hour of 10,000 hosts by the minute; returns the bytes per sample.
pub(crate) async fn bytes_per_sample(folder: &Path) -> Result<f64, DbErr> {
    let path = folder.join("naive.db");
    let db = Database::connect(format!("sqlite://{}?mode=rwc", path.display())).await?;
    db.execute_unprepared(SCHEMA).await?;
    for minute in 0..60 {
        one_minute(&db, minute).await?;
    }
    db.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
        .await?;
    db.close().await?;
    let bytes = std::fs::metadata(&path).map_err(|e| DbErr::Custom(e.to_string()))?;
    Ok(crate::per(bytes.len(), 600_000))
}

async fn one_minute(db: &DatabaseConnection, minute: i64) -> Result<(), DbErr> {
    // 66 of 100 answer, as in the other file.
    let text =
        "WITH RECURSIVE host (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM host WHERE n < 10000)
        INSERT INTO sample (host_id, at, up, ms)
        SELECT n, strftime('%Y-%m-%dT%H:%M:%fZ', 1800000000 + 60 * ?, 'unixepoch'), n % 100 < 66,
            iif(n % 100 < 66, 0.2 + abs(random() % 30000) / 1000.0, NULL) FROM host";
    let backend = sea_orm::DbBackend::Sqlite;
    db.execute_raw(Statement::from_sql_and_values(
        backend,
        text,
        [minute.into()],
    ))
    .await
    .map(drop)
}
