//! How one host is asked by SNMP, when not as its subnet says.

use sea_orm_migration::prelude::*;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261124_000011_host_snmp"
    }
}

/// The same columns as `snmp` has. An archived host keeps its row, a removed one takes it along.
const UP: &str = "
CREATE TABLE host_snmp (
    host_id INTEGER PRIMARY KEY REFERENCES host (id) ON DELETE CASCADE,
    version TEXT NOT NULL CHECK (version IN ('v2c', 'v3')),
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    user TEXT,
    auth TEXT CHECK (auth IN ('sha1', 'sha256')),
    privacy TEXT CHECK (privacy IN ('aes128')),
    sealed BLOB NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
";

const DOWN: &str = "DROP TABLE host_snmp;";

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
