//! Every round of every host, folded by hours and days; takes the place of `last_round`.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, Statement},
};

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261124_000002_history"
    }
}

/// A block is 64 hosts, `host_id / 64`. Samples are the codes of `domain::sample`; a packed chunk is described in
/// `engine/src/store/samples/chunk.rs`. Hours and days count from 1970-01-01T00:00:00Z.
const UP: &str = "
-- The hosts of a subnet's whole rounds: the differences between their numbers as variable-length integers.
CREATE TABLE host_set (
    id INTEGER PRIMARY KEY,
    subnet_id INTEGER NOT NULL,
    hosts BLOB NOT NULL
) STRICT;
CREATE INDEX host_set_subnet ON host_set (subnet_id);

-- The journal: rounds that are not folded yet. A whole round has 2 bytes for each host of its set, little endian; a
-- partial one has pairs of 8 bytes host number and 2 bytes sample. It outlives its subnet: its hosts may have moved. The
-- set is no declared reference, which would want one more index that every round writes to.
CREATE TABLE round (
    id INTEGER PRIMARY KEY,
    subnet_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    host_set_id INTEGER,
    samples BLOB NOT NULL
) STRICT;
CREATE INDEX round_subnet ON round (subnet_id, at);

-- One packed chunk per hour and block; key = hour << 32 | block. Folded into days once the day is over.
CREATE TABLE hour_samples (
    key INTEGER PRIMARY KEY,
    samples BLOB NOT NULL
) STRICT;

-- One packed chunk per day and block; key = day << 32 | block, so that a day is one stretch of the file.
CREATE TABLE day_samples (
    key INTEGER PRIMARY KEY,
    samples BLOB NOT NULL
) STRICT;

-- What a host's day came to. Latencies are steps of the scale, loss is in hundredths of a percent; `hours` holds the
-- day's hours packed as in `domain::aggregate`, and NULL once they are dropped.
CREATE TABLE host_day (
    host_id INTEGER NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    day INTEGER NOT NULL,
    samples INTEGER NOT NULL,
    up INTEGER NOT NULL,
    loss INTEGER NOT NULL,
    observed_s INTEGER NOT NULL,
    min INTEGER,
    mean INTEGER,
    p95 INTEGER,
    max INTEGER,
    hours BLOB,
    PRIMARY KEY (host_id, day),
    CHECK ((up = 0) = (min IS NULL))
) STRICT, WITHOUT ROWID;

-- The newest of what was folded: with the journal it says when a host was asked and seen last.
CREATE TABLE host_newest (
    host_id INTEGER PRIMARY KEY REFERENCES host (id) ON DELETE CASCADE,
    round_at INTEGER NOT NULL,
    seen_at INTEGER,
    reply INTEGER,
    CHECK (seen_at IS NOT NULL OR reply IS NULL)
) STRICT;

-- The open interval of a host is its newest: the primary key finds it, and every transition writes one page less.
DROP INDEX state_interval_open;
";

const DOWN: &str = "
CREATE INDEX state_interval_open ON state_interval (host_id) WHERE end_at IS NULL;
DROP TABLE host_newest;
DROP TABLE host_day;
DROP TABLE day_samples;
DROP TABLE hour_samples;
DROP TABLE round;
DROP TABLE host_set;
CREATE TABLE last_round (
    subnet_id INTEGER PRIMARY KEY REFERENCES subnet (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    samples BLOB NOT NULL CHECK (length(samples) % 20 = 0)
) STRICT;
";

/// Times of the newest replies are carried over; round-trip times come with the next round.
async fn carry_over(db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let rounds = Statement::from_string(backend, "SELECT at, samples FROM last_round");
    for row in db.query_all_raw(rounds).await? {
        let at: i64 = row.try_get("", "at")?;
        let samples: Vec<u8> = row.try_get("", "samples")?;
        for sample in samples.as_chunks::<20>().0 {
            let number = |from: usize| {
                let mut bytes = [0; 8];
                bytes.copy_from_slice(&sample[from..from + 8]);
                i64::from_le_bytes(bytes)
            };
            let seen_at = Some(number(12)).filter(|at| *at != 0);
            let text = "INSERT INTO host_newest (host_id, round_at, seen_at)
                SELECT id, ?, ? FROM host WHERE id = ?
                ON CONFLICT (host_id) DO UPDATE SET round_at = excluded.round_at, seen_at = excluded.seen_at
                    WHERE excluded.round_at > round_at";
            let values = [at.into(), seen_at.into(), number(0).into()];
            db.execute_raw(Statement::from_sql_and_values(backend, text, values))
                .await?;
        }
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(UP).await?;
        carry_over(db).await?;
        db.execute_unprepared("DROP TABLE last_round")
            .await
            .map(drop)
    }

    /// The history goes; what `last_round` held comes back with the next round.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared(DOWN).await.map(drop)
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
