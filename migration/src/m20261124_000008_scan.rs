//! Scan jobs of the IP intelligence scanner, and their targets.

use sea_orm_migration::prelude::*;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261124_000008_scan"
    }
}

/// `owner` is who asked: `user:1`, `token:7` or `console`. A target's `result` is JSON of `domain::scan::ScanResult`; a
/// target that runs was claimed, and its attempt counts, before anything of it was sent.
const UP: &str = "
CREATE TABLE scan (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('scan', 'ai')),
    request TEXT NOT NULL CHECK (json_valid(request)),
    idempotency_key TEXT,
    status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'complete', 'cancelled', 'failed')),
    total INTEGER NOT NULL CHECK (total > 0),
    done INTEGER NOT NULL CHECK (done BETWEEN 0 AND total),
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    CHECK ((status IN ('queued', 'running')) = (finished_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX scan_idempotency ON scan (owner, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX scan_open ON scan (id) WHERE finished_at IS NULL;
CREATE INDEX scan_owner ON scan (owner, id);

CREATE TABLE scan_target (
    scan_id INTEGER NOT NULL REFERENCES scan (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    target TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    attempts INTEGER NOT NULL,
    result TEXT CHECK (result IS NULL OR json_valid(result)),
    PRIMARY KEY (scan_id, position),
    CHECK ((state IN ('done', 'failed')) = (result IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX scan_target_open ON scan_target (scan_id, position) WHERE state IN ('queued', 'running');
";

const DOWN: &str = "
DROP TABLE scan_target;
DROP TABLE scan;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(UP).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(DOWN).await.map(drop)
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
