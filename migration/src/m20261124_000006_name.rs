//! What DNS calls a host, when its names are looked up next, and how the hosts of a subnet are asked by SNMP.

use sea_orm_migration::prelude::*;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261124_000006_name"
    }
}

/// `snmp.sealed` is the credentials, sealed with a key that is not in the database.
const UP: &str = "
ALTER TABLE host ADD COLUMN dns_name TEXT;
ALTER TABLE host ADD COLUMN dns_checked_at INTEGER;
ALTER TABLE host ADD COLUMN lookup_due_at INTEGER;
ALTER TABLE host ADD COLUMN snmp INTEGER NOT NULL DEFAULT 1 CHECK (snmp IN (0, 1));
CREATE INDEX host_lookup_due ON host (lookup_due_at) WHERE archived_at IS NULL;

CREATE TABLE snmp (
    subnet_id INTEGER PRIMARY KEY REFERENCES subnet (id) ON DELETE CASCADE,
    version TEXT NOT NULL CHECK (version IN ('v2c', 'v3')),
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    user TEXT,
    auth TEXT CHECK (auth IN ('sha1', 'sha256')),
    privacy TEXT CHECK (privacy IN ('aes128')),
    sealed BLOB NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
";

const DOWN: &str = "
DROP TABLE snmp;
DROP INDEX host_lookup_due;
ALTER TABLE host DROP COLUMN snmp;
ALTER TABLE host DROP COLUMN lookup_due_at;
ALTER TABLE host DROP COLUMN dns_checked_at;
ALTER TABLE host DROP COLUMN dns_name;
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
