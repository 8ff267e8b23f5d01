//! Webhooks, the messages to them, uplinks of subnets, and how full a subnet was when somebody was told.

use sea_orm_migration::prelude::*;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261124_000007_webhook"
    }
}

/// Nothing is written here when something happens: `webhook.cursor` is the last event that was looked at for it, so the
/// events themselves are the outbox. URL and secrets are sealed. `held` is a JSON array of `[host, event]` pairs: hosts
/// whose silence an uplink explains. A message's body is kept until it was accepted, so that every try is the same;
/// it is long and comes last, where counting does not have to read past it.
const UP: &str = "
CREATE TABLE webhook (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    origin TEXT NOT NULL,
    has_path INTEGER NOT NULL CHECK (has_path IN (0, 1)),
    url BLOB NOT NULL,
    secret BLOB NOT NULL,
    old_secret BLOB,
    old_secret_until INTEGER,
    format TEXT NOT NULL CHECK (format IN ('rollcall', 'ntfy', 'slack', 'discord', 'telegram')),
    filter TEXT NOT NULL CHECK (json_valid(filter)),
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    cursor INTEGER NOT NULL,
    held TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(held)),
    failing_since INTEGER,
    last_status INTEGER,
    last_error TEXT,
    delivered_at INTEGER,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CHECK ((old_secret IS NULL) = (old_secret_until IS NULL))
) STRICT;

CREATE TABLE delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook_id INTEGER NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    message_id TEXT NOT NULL UNIQUE,
    events INTEGER NOT NULL,
    summary TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts INTEGER NOT NULL,
    begun_at INTEGER NOT NULL,
    next_at INTEGER,
    last_status INTEGER,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    delivered_at INTEGER,
    body TEXT NOT NULL,
    CHECK ((state = 'waiting') = (next_at IS NOT NULL))
) STRICT;
CREATE INDEX delivery_webhook ON delivery (webhook_id, state, id);

ALTER TABLE subnet ADD COLUMN uplink_host_id INTEGER REFERENCES host (id) ON DELETE SET NULL;
CREATE INDEX subnet_uplink ON subnet (uplink_host_id) WHERE uplink_host_id IS NOT NULL;
ALTER TABLE subnet ADD COLUMN full_level INTEGER NOT NULL DEFAULT 0 CHECK (full_level BETWEEN 0 AND 100);
";

const DOWN: &str = "
ALTER TABLE subnet DROP COLUMN full_level;
DROP INDEX subnet_uplink;
ALTER TABLE subnet DROP COLUMN uplink_host_id;
DROP TABLE delivery;
DROP TABLE webhook;
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
