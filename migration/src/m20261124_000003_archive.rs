//! What the timeline and the archive remember: flapping, told unknown times, events of many hosts, archived hosts.

use sea_orm_migration::prelude::*;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261124_000003_archive"
    }
}

/// `event.wide` marks an event that means many hosts of its subnet: its `host_id` is empty, as that of a removed host is.
const UP: &str = "
ALTER TABLE host ADD COLUMN archived_at INTEGER;
CREATE INDEX host_archived ON host (addr) WHERE archived_at IS NOT NULL;

ALTER TABLE host_current ADD COLUMN told_unknown INTEGER NOT NULL DEFAULT 0 CHECK (told_unknown IN (0, 1));
ALTER TABLE host_current ADD COLUMN flapping INTEGER;

ALTER TABLE event ADD COLUMN wide INTEGER NOT NULL DEFAULT 0 CHECK (wide IN (0, 1));
CREATE INDEX event_wide ON event (subnet_id, id) WHERE wide = 1;
";

const DOWN: &str = "
DROP INDEX event_wide;
ALTER TABLE event DROP COLUMN wide;
ALTER TABLE host_current DROP COLUMN flapping;
ALTER TABLE host_current DROP COLUMN told_unknown;
DROP INDEX host_archived;
ALTER TABLE host DROP COLUMN archived_at;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(UP)
            .await
            .map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(DOWN)
            .await
            .map(drop)
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
