//! What sources said of addresses, for as long as it holds.

use super::{address, sql};
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
    let text =
        "SELECT source, facts FROM metadata WHERE addr = ?1 AND asked_at <= ?2 AND expires_at > ?2";
    let values = [address::value(ip), now.0.into()];
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
        "INSERT INTO metadata (addr, source, facts, asked_at, expires_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (addr, source) DO UPDATE SET
            facts = excluded.facts, asked_at = excluded.asked_at, expires_at = excluded.expires_at";
    let facts = serde_json::to_string(answer.facts).map_err(|e| DbErr::Custom(e.to_string()))?;
    let values = [
        address::value(ip),
        answer.source.into(),
        facts.into(),
        now.0.into(),
        answer.expires_at.0.into(),
    ];
    db.execute_raw(sql(text, values)).await.map(drop)
}

/// Forgets what does not hold any more.
pub async fn prune(db: &impl ConnectionTrait, now: Timestamp) -> Result<(), DbErr> {
    let text = "DELETE FROM metadata WHERE (addr, source) IN
        (SELECT addr, source FROM metadata WHERE expires_at <= ? LIMIT 10000)";
    db.execute_raw(sql(text, [now.0.into()])).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::scan::metadata::MetadataKind;
    use migration::{Migrator, MigratorTrait as _};
    use sea_orm::{ConnectOptions, Database};

    #[tokio::test]
    async fn an_answer_holds_until_its_end_and_goes_then() {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1);
        let db = Database::connect(options).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        let ip: IpAddr = "2001:4860:4860::8888".parse().unwrap();
        let city = MetadataFact::new(MetadataKind::City, "London", "a", Timestamp(5));
        let facts: Vec<MetadataFact> = city.into_iter().collect();
        for (source, facts, end) in [("a", &facts[..], 20), ("b", &[], 15)] {
            let answer = Answer {
                source,
                facts,
                expires_at: Timestamp(end),
            };
            put(&db, ip, &answer, Timestamp(10)).await.unwrap();
            // Asked again, as by two jobs at once.
            put(&db, ip, &answer, Timestamp(10)).await.unwrap();
        }
        let both = vec![("a".to_owned(), facts), ("b".to_owned(), Vec::new())];
        assert_eq!(find(&db, ip, Timestamp(14)).await.unwrap(), both);
        assert_eq!(find(&db, ip, Timestamp(15)).await.unwrap(), both[..1]);
        assert_eq!(find(&db, ip, Timestamp(9)).await.unwrap(), []);
        assert_eq!(
            find(&db, [8, 8, 8, 8].into(), Timestamp(14)).await.unwrap(),
            []
        );
        prune(&db, Timestamp(15)).await.unwrap();
        assert_eq!(find(&db, ip, Timestamp(14)).await.unwrap(), both[..1]);
        prune(&db, Timestamp(20)).await.unwrap();
        assert_eq!(find(&db, ip, Timestamp(14)).await.unwrap(), []);
    }
}
