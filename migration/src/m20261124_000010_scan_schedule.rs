//! Scans that are repeated, how bad each scan's worst verdict is, and the newest verdict on an address.

use sea_orm_migration::prelude::*;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261124_000010_scan_schedule"
    }
}

/// `worst` is 0 unknown, 1 none, 2 low, 3 medium, 4 high, 5 critical. A run of a schedule was `compared` once it was
/// looked at what changed. `scan_known` names the newest result of each target of a schedule that says something: what
/// the next run is compared with.
const UP: &str = "
CREATE TABLE scan_schedule (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    every TEXT NOT NULL CHECK (every IN ('day', 'week')),
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    mode TEXT NOT NULL CHECK (mode IN ('scan', 'ai')),
    request TEXT NOT NULL CHECK (json_valid(request)),
    created_at INTEGER NOT NULL,
    next_at INTEGER,
    last_token TEXT,
    last_at INTEGER,
    last_problem TEXT,
    CHECK (enabled = (next_at IS NOT NULL)),
    CHECK ((last_token IS NULL) = (last_at IS NULL))
) STRICT;
CREATE INDEX scan_schedule_due ON scan_schedule (next_at) WHERE enabled = 1;

ALTER TABLE scan ADD COLUMN worst INTEGER CHECK (worst BETWEEN 0 AND 5);
ALTER TABLE scan ADD COLUMN schedule_id INTEGER REFERENCES scan_schedule (id) ON DELETE SET NULL;
ALTER TABLE scan ADD COLUMN compared INTEGER NOT NULL DEFAULT 0 CHECK (compared IN (0, 1));
CREATE INDEX scan_schedule_run ON scan (schedule_id, id) WHERE schedule_id IS NOT NULL;
CREATE INDEX scan_to_compare ON scan (id) WHERE schedule_id IS NOT NULL AND compared = 0;
CREATE INDEX scan_target_address ON scan_target (result ->> '$.ip_address', scan_id) WHERE result IS NOT NULL;

CREATE TABLE scan_known (
    schedule_id INTEGER NOT NULL REFERENCES scan_schedule (id) ON DELETE CASCADE,
    target TEXT NOT NULL,
    scan_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (schedule_id, target),
    FOREIGN KEY (scan_id, position) REFERENCES scan_target (scan_id, position) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX scan_known_result ON scan_known (scan_id, position);

UPDATE scan SET worst = (
    SELECT max(CASE result ->> '$.risk_level'
        WHEN 'critical' THEN 5 WHEN 'high' THEN 4 WHEN 'medium' THEN 3 WHEN 'low' THEN 2 WHEN 'none' THEN 1 ELSE 0 END)
    FROM scan_target WHERE scan_id = scan.id AND result IS NOT NULL);
";

const DOWN: &str = "
DROP TABLE scan_known;
DROP INDEX scan_target_address;
DROP INDEX scan_to_compare;
DROP INDEX scan_schedule_run;
ALTER TABLE scan DROP COLUMN compared;
ALTER TABLE scan DROP COLUMN schedule_id;
ALTER TABLE scan DROP COLUMN worst;
DROP TABLE scan_schedule;
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
