//! What sources said of addresses, for as long as it holds.

use super::sql;
use domain::{scan::metadata::MetadataFact, time::Timestamp};
use sea_orm::{ConnectionTrait, DbErr};
use std::net::IpAddr;

/// What a source said, to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The source.
    pub source: &'a str,
    /// What it said; nothing = it knows nothing.
    pub facts: &'a [MetadataFact],
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// Every answer about an address that still holds, each with its source. What was kept in another shape is forgotten.
pub async fn find(
    db: &impl ConnectionTrait,
    ip: IpAddr,
    now: Timestamp,
) -> Result<Vec<(String, Vec<MetadataFact>)>, DbErr> {
    // A clock that was stepped back makes no answer hold for longer.
    let text = "SELECT source, facts FROM metadata WHERE address = ? AND asked_at <= ?2 AND expires_at > ?2";
    let values = [ip.to_string().into(), now.0.into()];
    let rows = db.query_all_raw(sql(text, values)).await?;
    let mut answers = Vec::with_capacity(rows.len());
    for row in rows {
        let (source, facts): (String, String) =
            (row.try_get("", "source")?, row.try_get("", "facts")?);
        if let Ok(facts) = serde_json::from_str(&facts) {
            answers.push((source, facts));
        }
    }
    Ok(answers)
}

/// Keeps an answer in place of an earlier one.
pub async fn put(
    db: &impl ConnectionTrait,
    ip: IpAddr,
    answer: &Answer<'_>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let text =
        "INSERT INTO metadata (address, source, facts, asked_at, expires_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (address, source) DO UPDATE SET
            facts = excluded.facts, asked_at = excluded.asked_at, expires_at = excluded.expires_at";
    let facts = serde_json::to_string(answer.facts).map_err(|e| DbErr::Custom(e.to_string()))?;
    let values = [
        ip.to_string().into(),
        answer.source.into(),
        facts.into(),
        now.0.into(),
        answer.expires_at.0.into(),
    ];
    db.execute_raw(sql(text, values)).await.map(drop)
}

/// Forgets what does not hold any more.
pub async fn prune(db: &impl ConnectionTrait, now: Timestamp) -> Result<(), DbErr> {
    let text = "DELETE FROM metadata WHERE (address, source) IN
        (SELECT address, source FROM metadata WHERE expires_at <= ? LIMIT 10000)";
    db.execute_raw(sql(text, [now.0.into()])).await.map(drop)
}
