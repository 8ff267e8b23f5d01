//! The newest port scan of each host.

use super::super::sql;
use domain::{
    host::HostId,
    port::{Coverage, LastPortScan},
    time::Timestamp,
};
use sea_orm::{ConnectionTrait, DbErr};

/// How a scan ended.
#[derive(Clone, Copy, Debug)]
pub enum Attempt<'a> {
    /// Well, having asked these ports.
    Good(&'a Coverage),
    /// Otherwise, for this reason: what the last good one found stays.
    Failed(&'a str),
}

/// Notes the end of a scan.
pub async fn put(
    db: &impl ConnectionTrait,
    id: HostId,
    at: Timestamp,
    attempt: Attempt<'_>,
) -> Result<(), DbErr> {
    match attempt {
        Attempt::Good(asked) => {
            let ports = asked.to_string();
            let text =
                "INSERT INTO port_coverage (ports) VALUES (?) ON CONFLICT (ports) DO NOTHING";
            db.execute_raw(sql(text, [ports.clone().into()])).await?;
            let text = "INSERT INTO port_scan (host_id, at, good_at, coverage_id, asked, failure)
                VALUES (?, ?, ?, (SELECT id FROM port_coverage WHERE ports = ?), ?, NULL)
                ON CONFLICT (host_id) DO UPDATE SET at = excluded.at, good_at = excluded.good_at,
                    coverage_id = excluded.coverage_id, asked = excluded.asked, failure = NULL";
            let values = [
                id.0.into(),
                at.0.into(),
                at.0.into(),
                ports.into(),
                asked.len().into(),
            ];
            db.execute_raw(sql(text, values)).await.map(drop)
        }
        Attempt::Failed(reason) => {
            let text = "INSERT INTO port_scan (host_id, at, asked, failure) VALUES (?, ?, 0, ?)
                ON CONFLICT (host_id) DO UPDATE SET at = excluded.at, failure = excluded.failure";
            db.execute_raw(sql(text, [id.0.into(), at.0.into(), reason.into()]))
                .await
                .map(drop)
        }
    }
}

/// What a host's newest good scan asked.
pub(super) async fn coverage(
    db: &impl ConnectionTrait,
    id: HostId,
) -> Result<Option<Coverage>, DbErr> {
    let text = "SELECT ports FROM port_scan JOIN port_coverage AS c ON c.id = coverage_id WHERE host_id = ?";
    let row = db.query_one_raw(sql(text, [id.0.into()])).await?;
    row.map(|row| {
        let ports: String = row.try_get_by_index(0)?;
        ports
            .parse()
            .map_err(|e| DbErr::Custom(format!("coverage of host {}: {e}", id.0)))
    })
    .transpose()
}

/// Forgets the lists of ports that no host's newest good scan asked; returns how many.
pub async fn forget_coverages(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    let text = "DELETE FROM port_coverage WHERE id NOT IN
        (SELECT coverage_id FROM port_scan WHERE coverage_id IS NOT NULL)";
    let deleted = db.execute_raw(sql(text, [])).await?;
    Ok(deleted.rows_affected())
}

/// A host's newest scan.
pub async fn last(db: &impl ConnectionTrait, id: HostId) -> Result<Option<LastPortScan>, DbErr> {
    let text = "SELECT at, good_at, asked, failure FROM port_scan WHERE host_id = ?";
    let row = db.query_one_raw(sql(text, [id.0.into()])).await?;
    row.map(|row| {
        Ok(LastPortScan {
            at: Timestamp(row.try_get("", "at")?),
            good_at: row.try_get::<Option<i64>>("", "good_at")?.map(Timestamp),
            asked: u32::try_from(row.try_get::<i64>("", "asked")?).unwrap_or(0),
            failure: row.try_get("", "failure")?,
        })
    })
    .transpose()
}

/// When each host's newest scan ended, whatever came of it.
pub async fn times(db: &impl ConnectionTrait) -> Result<Vec<(HostId, Timestamp)>, DbErr> {
    let rows = db
        .query_all_raw(sql("SELECT host_id, at FROM port_scan", []))
        .await?;
    rows.iter()
        .map(|row| {
            let (id, at) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            Ok((HostId(id), Timestamp(at)))
        })
        .collect()
}
