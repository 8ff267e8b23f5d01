//! The queue of scan targets by turns, so that no job waits for the end of a longer one.

use sea_orm_migration::prelude::*;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261124_000014_scan_queue"
    }
}

/// Targets of jobs that are over wait for nothing.
const UP: &str = "
DELETE FROM scan_target WHERE state IN ('queued', 'running')
    AND scan_id IN (SELECT id FROM scan WHERE finished_at IS NOT NULL);
DROP INDEX scan_target_open;
CREATE INDEX scan_target_queued ON scan_target (position, scan_id) WHERE state = 'queued';
CREATE INDEX scan_target_running ON scan_target (scan_id) WHERE state = 'running';
";

const DOWN: &str = "
DROP INDEX scan_target_queued;
DROP INDEX scan_target_running;
CREATE INDEX scan_target_open ON scan_target (scan_id, position) WHERE state IN ('queued', 'running');
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
