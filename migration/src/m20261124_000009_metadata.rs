//! What services and registries said of addresses, for as long as it holds.

use sea_orm_migration::prelude::*;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261124_000009_metadata"
    }
}

/// `facts` is JSON of `domain::scan::metadata::MetadataFact`; an empty list = the source knows nothing.
const UP: &str = "
CREATE TABLE metadata (
    addr BLOB NOT NULL CHECK (length(addr) = 17),
    source TEXT NOT NULL,
    facts TEXT NOT NULL CHECK (json_valid(facts)),
    asked_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (addr, source),
    CHECK (expires_at > asked_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX metadata_expires ON metadata (expires_at);
";

const DOWN: &str = "DROP TABLE metadata;";

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
