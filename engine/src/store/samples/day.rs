//! What each host's days and their hours came to.

use super::BLOCK;
use crate::store::sql;
use domain::{
    aggregate::{Aggregate, Latencies, pack_hours, unpack_hours},
    host::HostId,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

/// One day of one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostDay {
    /// The host.
    pub id: HostId,
    /// The day's number.
    pub day: i64,
    /// What it came to.
    pub all: Aggregate,
    /// What its hours, 0 to 23, came to; `None` once they are dropped.
    pub hours: Option<Vec<(u8, Aggregate)>>,
}

/// Writes days of hosts that exist.
pub async fn put(db: &impl ConnectionTrait, days: &[HostDay]) -> Result<(), DbErr> {
    let text = "INSERT OR REPLACE INTO host_day (host_id, day, samples, up, loss, observed_s, min, mean, p95, max, hours)
        SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM host WHERE id = ?";
    for HostDay {
        id,
        day,
        all,
        hours,
    } in days
    {
        let step = |of: fn(Latencies) -> u16| -> Value { all.latency.map(of).into() };
        let values = [
            (*day).into(),
            all.samples.into(),
            all.up.into(),
            all.loss.into(),
            all.observed_s.into(),
            step(|l| l.min),
            step(|l| l.mean),
            step(|l| l.p95),
            step(|l| l.max),
            hours.as_deref().map(pack_hours).into(),
            id.0.into(),
        ];
        db.execute_raw(sql(text, values)).await?;
    }
    Ok(())
}

fn host_day(row: &QueryResult) -> Result<HostDay, DbErr> {
    let step = |name| row.try_get::<Option<u16>>("", name);
    let latency = step("min")?
        .zip(step("mean")?)
        .zip(step("p95")?.zip(step("max")?))
        .map(|((min, mean), (p95, max))| Latencies {
            min,
            mean,
            p95,
            max,
        });
    Ok(HostDay {
        id: HostId(row.try_get("", "host_id")?),
        day: row.try_get("", "day")?,
        all: Aggregate {
            samples: row.try_get("", "samples")?,
            up: row.try_get("", "up")?,
            loss: row.try_get("", "loss")?,
            observed_s: row.try_get("", "observed_s")?,
            latency,
        },
        hours: row
            .try_get::<Option<Vec<u8>>>("", "hours")?
            .map(|packed| unpack_hours(&packed)),
    })
}

/// One host's days from `first` to `last`, in order.
pub async fn of_host(
    db: &impl ConnectionTrait,
    id: HostId,
    first: i64,
    last: i64,
) -> Result<Vec<HostDay>, DbErr> {
    let text = "SELECT * FROM host_day WHERE host_id = ? AND day BETWEEN ? AND ? ORDER BY day";
    let values = [id.0.into(), first.into(), last.into()];
    let rows = db.query_all_raw(sql(text, values)).await?;
    rows.iter().map(host_day).collect()
}

/// One day of the hosts of a block.
pub async fn of_block(
    db: &impl ConnectionTrait,
    day: i64,
    block: i64,
) -> Result<Vec<HostDay>, DbErr> {
    // Host by host: the days of one lie together.
    let text = "SELECT host_day.* FROM host CROSS JOIN host_day ON host_id = host.id AND day = ?
        WHERE host.id BETWEEN ? AND ?";
    let values = [
        day.into(),
        (block * BLOCK).into(),
        (block * BLOCK + BLOCK - 1).into(),
    ];
    let rows = db.query_all_raw(sql(text, values)).await?;
    rows.iter().map(host_day).collect()
}

/// The oldest day of any host that still has its hours, and the oldest of all; host by host, so for reports only.
pub async fn oldest(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let text =
        "SELECT min((SELECT min(day) FROM host_day WHERE host_id = host.id)) AS day FROM host";
    let row = db.query_one_raw(sql(text, [])).await?;
    Ok(row.map(|row| row.try_get("", "day")).transpose()?.flatten())
}

/// The hosts from `from` on that have days before `day` with their hours, at most `most`.
pub async fn with_hours_before(
    db: &impl ConnectionTrait,
    day: i64,
    from: HostId,
    most: u32,
) -> Result<Vec<HostId>, DbErr> {
    let text = "SELECT id FROM host WHERE id >= ? AND EXISTS
        (SELECT 1 FROM host_day WHERE host_id = host.id AND day < ? AND hours IS NOT NULL) ORDER BY id LIMIT ?";
    let values = [from.0.into(), day.into(), most.into()];
    let rows = db.query_all_raw(sql(text, values)).await?;
    rows.iter()
        .map(|row| row.try_get("", "id").map(HostId))
        .collect()
}

/// Drops the hours of days before `day` of these hosts.
pub async fn drop_hours_before(
    db: &impl ConnectionTrait,
    day: i64,
    hosts: &[HostId],
) -> Result<u64, DbErr> {
    let hosts = serde_json::to_string(hosts).map_err(|e| DbErr::Custom(e.to_string()))?;
    let text = "UPDATE host_day SET hours = NULL
        WHERE host_id IN (SELECT value FROM json_each(?)) AND day < ? AND hours IS NOT NULL";
    let values = [hosts.into(), day.into()];
    Ok(db.execute_raw(sql(text, values)).await?.rows_affected())
}
