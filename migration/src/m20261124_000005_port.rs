//! Lifetimes of ports, and the newest port scan of each host.

use sea_orm_migration::prelude::*;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261124_000005_port"
    }
}

/// One row of `port` per lifetime; `closed_at` is empty while it is open. The same ports are asked of many hosts, so what a
/// scan asked is stored once.
const UP: &str = "
CREATE TABLE port (
    id INTEGER PRIMARY KEY,
    host_id INTEGER NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    proto TEXT NOT NULL CHECK (proto IN ('tcp', 'udp')),
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    service TEXT COLLATE NOCASE,
    product TEXT,
    version TEXT,
    opened_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    closed_at INTEGER,
    accepted INTEGER NOT NULL CHECK (accepted IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX port_open ON port (host_id, proto, port) WHERE closed_at IS NULL;
CREATE INDEX port_host ON port (host_id, opened_at);
CREATE INDEX port_number ON port (port, host_id) WHERE closed_at IS NULL;
CREATE INDEX port_service ON port (service, host_id) WHERE closed_at IS NULL;

CREATE TABLE port_coverage (
    id INTEGER PRIMARY KEY,
    ports TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE port_scan (
    host_id INTEGER PRIMARY KEY REFERENCES host (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    good_at INTEGER,
    coverage_id INTEGER REFERENCES port_coverage (id),
    asked INTEGER NOT NULL,
    failure TEXT,
    CHECK ((good_at IS NULL) = (coverage_id IS NULL))
) STRICT;
";

const DOWN: &str = "
DROP TABLE port_scan;
DROP TABLE port_coverage;
DROP TABLE port;
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
