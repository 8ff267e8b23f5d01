//! Users, sessions, tokens, subnets, hosts, their current status, state intervals and events.

use sea_orm_migration::prelude::*;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261123_000001_first"
    }
}

/// Addresses are 17 bytes, the family (4 or 6) and 16 bytes in network order, so that `memcmp` is address order.
/// Times are UTC milliseconds. Tags are a JSON array of strings.
const UP: &str = "
CREATE TABLE instance (
    id TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE user (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    password_hash TEXT NOT NULL,
    must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    key BLOB PRIMARY KEY CHECK (length(key) = 32),
    user_id INTEGER REFERENCES user (id) ON DELETE CASCADE,
    data BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user_id);
CREATE INDEX session_expiry ON session (expires_at);

CREATE TABLE token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    prefix TEXT NOT NULL,
    scopes TEXT NOT NULL CHECK (json_valid(scopes)),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;

CREATE TABLE subnet (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cidr TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    notes TEXT,
    tags TEXT NOT NULL CHECK (json_valid(tags)),
    ping INTEGER NOT NULL CHECK (ping IN (0, 1)),
    discover INTEGER NOT NULL CHECK (discover IN (0, 1)),
    port_scan INTEGER NOT NULL CHECK (port_scan IN (0, 1)),
    interval_seconds INTEGER CHECK (interval_seconds BETWEEN 5 AND 86400),
    down_after INTEGER CHECK (down_after BETWEEN 1 AND 100),
    swept_at INTEGER,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE host (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    addr BLOB NOT NULL UNIQUE CHECK (length(addr) = 17),
    subnet_id INTEGER NOT NULL REFERENCES subnet (id),
    hostname TEXT,
    hostname_source TEXT CHECK (hostname_source IN ('dns', 'snmp', 'import', 'manual')),
    description TEXT,
    tags TEXT NOT NULL CHECK (json_valid(tags)),
    notes TEXT,
    mac TEXT,
    vendor TEXT,
    reserved INTEGER NOT NULL CHECK (reserved IN (0, 1)),
    first_seen_at INTEGER,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CHECK ((hostname IS NULL) = (hostname_source IS NULL))
) STRICT;
CREATE INDEX host_subnet ON host (subnet_id);

-- The latest status per host. Written when it changes; what every round changes is in last_round.
CREATE TABLE host_current (
    host_id INTEGER PRIMARY KEY REFERENCES host (id) ON DELETE CASCADE,
    known TEXT NOT NULL CHECK (known IN ('up', 'down', 'unknown')),
    since INTEGER NOT NULL,
    silent INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    unasked TEXT,
    unasked_since INTEGER,
    changes TEXT NOT NULL CHECK (json_valid(changes)),
    CHECK ((unasked IS NULL) = (unasked_since IS NULL))
) STRICT;

-- The newest round of each subnet: for each host 8 bytes id, 4 bytes round-trip time in microseconds (0 = no reply),
-- 8 bytes time of the newest reply; little endian.
CREATE TABLE last_round (
    subnet_id INTEGER PRIMARY KEY REFERENCES subnet (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    samples BLOB NOT NULL CHECK (length(samples) % 20 = 0)
) STRICT;

CREATE TABLE state_interval (
    host_id INTEGER NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    start_at INTEGER NOT NULL,
    end_at INTEGER,
    state TEXT NOT NULL CHECK (state IN ('up', 'down', 'unknown')),
    cause TEXT,
    PRIMARY KEY (host_id, start_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX state_interval_open ON state_interval (host_id) WHERE end_at IS NULL;

CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    host_id INTEGER REFERENCES host (id) ON DELETE SET NULL,
    subnet_id INTEGER REFERENCES subnet (id) ON DELETE SET NULL,
    addr BLOB NOT NULL CHECK (length(addr) = 17),
    hostname TEXT,
    detail TEXT NOT NULL,
    lasted_seconds INTEGER
) STRICT;
CREATE INDEX event_at ON event (at);
CREATE INDEX event_kind ON event (kind, id);
CREATE INDEX event_host ON event (host_id, id);
CREATE INDEX event_subnet ON event (subnet_id, id);
";

const TABLES: [&str; 10] = [
    "event",
    "state_interval",
    "last_round",
    "host_current",
    "host",
    "subnet",
    "token",
    "session",
    "user",
    "instance",
];

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
        for table in TABLES {
            manager
                .get_connection()
                .execute_unprepared(&format!("DROP TABLE {table}"))
                .await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
