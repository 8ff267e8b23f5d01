//! Chunks of hours and days: one row per period and block.

use super::{
    DAY, HOUR, Series, block_of,
    chunk::{self, Chunk},
    key,
};
use crate::store::sql;
use domain::{host::HostId, time::Timestamp};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

/// Which chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// One hour.
    Hour,
    /// One day.
    Day,
}

impl Period {
    /// Milliseconds of it.
    pub fn ms(self) -> i64 {
        match self {
            Self::Hour => HOUR,
            Self::Day => DAY,
        }
    }

    /// The number of the period that a time lies in.
    pub fn of(self, at: Timestamp) -> i64 {
        at.0.div_euclid(self.ms())
    }

    /// When a period begins.
    pub fn start(self, number: i64) -> Timestamp {
        Timestamp(number.saturating_mul(self.ms()))
    }

    fn table(self) -> &'static str {
        match self {
            Self::Hour => "hour_samples",
            Self::Day => "day_samples",
        }
    }
}

fn damaged(error: chunk::Damaged) -> DbErr {
    DbErr::Custom(format!("{:#}", anyhow::Error::from(error)))
}

fn unpack(
    period: Period,
    row: &QueryResult,
    only: Option<HostId>,
) -> Result<(i64, i64, Chunk), DbErr> {
    let stored: i64 = row.try_get("", "key")?;
    let (number, block) = (stored >> 32, stored & 0xffff_ffff);
    let packed: Vec<u8> = row.try_get("", "samples")?;
    let chunk = chunk::unpack(period.start(number), block, &packed, only).map_err(damaged)?;
    Ok((number, block, chunk))
}

/// The chunk of a block in one period.
pub async fn find(
    db: &impl ConnectionTrait,
    period: Period,
    number: i64,
    block: i64,
) -> Result<Option<Chunk>, DbErr> {
    let text = format!("SELECT key, samples FROM {} WHERE key = ?", period.table());
    let row = db
        .query_one_raw(sql(&text, [key(number, block).into()]))
        .await?;
    row.map(|row| unpack(period, &row, None).map(|(_, _, chunk)| chunk))
        .transpose()
}

/// A block's hours of one day, each with its number.
pub async fn hours_of_day(
    db: &impl ConnectionTrait,
    day: i64,
    block: i64,
) -> Result<Vec<(i64, Chunk)>, DbErr> {
    let keys: Vec<i64> = (0..24).map(|hour| key(day * 24 + hour, block)).collect();
    let rows = by_keys(db, Period::Hour, &keys).await?;
    rows.iter()
        .map(|row| unpack(Period::Hour, row, None).map(|(hour, _, chunk)| (hour, chunk)))
        .collect()
}

async fn by_keys(
    db: &impl ConnectionTrait,
    period: Period,
    keys: &[i64],
) -> Result<Vec<QueryResult>, DbErr> {
    let keys = serde_json::to_string(keys).map_err(|e| DbErr::Custom(e.to_string()))?;
    let text = format!(
        "SELECT key, samples FROM {} WHERE key IN (SELECT value FROM json_each(?))",
        period.table()
    );
    db.query_all_raw(sql(&text, [keys.into()])).await
}

/// Writes the packed chunk of a block.
pub async fn put(
    db: &impl ConnectionTrait,
    period: Period,
    number: i64,
    block: i64,
    packed: Vec<u8>,
) -> Result<(), DbErr> {
    let text = format!(
        "INSERT OR REPLACE INTO {} (key, samples) VALUES (?, ?)",
        period.table()
    );
    let values = [key(number, block).into(), packed.into()];
    db.execute_raw(sql(&text, values)).await.map(drop)
}

/// Packs a chunk for [`put`]: outside of the transaction, since that takes its time.
pub fn pack(period: Period, number: i64, chunk: &Chunk) -> Result<Vec<u8>, DbErr> {
    chunk::pack(period.start(number), chunk).map_err(damaged)
}

/// The oldest and the newest period that there are chunks of.
pub async fn span(db: &impl ConnectionTrait, period: Period) -> Result<Option<(i64, i64)>, DbErr> {
    let table = period.table();
    // Two look-ups; one query for both would read every row.
    let text = format!(
        "SELECT (SELECT min(key) FROM {table}) AS first, (SELECT max(key) FROM {table}) AS last"
    );
    let Some(row) = db.query_one_raw(sql(&text, [])).await? else {
        return Ok(None);
    };
    let key = |name| row.try_get::<Option<i64>>("", name);
    Ok(key("first")?
        .zip(key("last")?)
        .map(|(a, b)| (a >> 32, b >> 32)))
}

/// The blocks that there are chunks of, in the periods from `first` to `last`.
pub async fn blocks(
    db: &impl ConnectionTrait,
    period: Period,
    first: i64,
    last: i64,
) -> Result<Vec<i64>, DbErr> {
    let text = format!(
        "SELECT DISTINCT key & 4294967295 AS block FROM {} WHERE key >= ? AND key < ? ORDER BY 1",
        period.table()
    );
    let values = [key(first, 0).into(), key(last + 1, 0).into()];
    let rows = db.query_all_raw(sql(&text, values)).await?;
    rows.iter().map(|row| row.try_get("", "block")).collect()
}

/// One host's samples in the periods from `first` to `last`, with the number of each period, in order.
pub async fn of_host(
    db: &impl ConnectionTrait,
    period: Period,
    id: HostId,
    first: i64,
    last: i64,
) -> Result<Vec<(i64, Series)>, DbErr> {
    let Some((oldest, newest)) = span(db, period).await? else {
        return Ok(Vec::new());
    };
    let keys: Vec<i64> = (first.max(oldest)..=last.min(newest))
        .map(|number| key(number, block_of(id)))
        .collect();
    let rows = by_keys(db, period, &keys).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let (number, _, mut chunk) = unpack(period, row, Some(id))?;
        found.extend(chunk.remove(&id).map(|series| (number, series)));
    }
    found.sort_unstable_by_key(|(number, _)| *number);
    Ok(found)
}

/// Removes a block's hours of one day.
pub async fn delete_hours(db: &impl ConnectionTrait, day: i64, block: i64) -> Result<(), DbErr> {
    let keys: Vec<i64> = (0..24).map(|hour| key(day * 24 + hour, block)).collect();
    let keys = serde_json::to_string(&keys).map_err(|e| DbErr::Custom(e.to_string()))?;
    let text = "DELETE FROM hour_samples WHERE key IN (SELECT value FROM json_each(?))";
    db.execute_raw(sql(text, [keys.into()])).await.map(drop)
}

/// Removes at most `most` chunks of days before `day`; returns how many.
pub async fn delete_days_before(
    db: &impl ConnectionTrait,
    day: i64,
    most: u32,
) -> Result<u64, DbErr> {
    let text = "DELETE FROM day_samples WHERE key IN (SELECT key FROM day_samples WHERE key < ? ORDER BY key LIMIT ?)";
    let values = [key(day, 0).into(), most.into()];
    Ok(db.execute_raw(sql(text, values)).await?.rows_affected())
}
