//! When each host was asked and seen last, as of what is folded.

use crate::store::sql;
use domain::{host::HostId, sample::Sample, time::Timestamp};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;

/// When a host was asked and seen last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newest {
    /// The newest round that asked it.
    pub round_at: Timestamp,
    /// Its newest reply.
    pub seen_at: Option<Timestamp>,
    /// The newest reply itself; absent where only its time is known.
    pub reply: Option<Sample>,
}

impl Newest {
    /// What one round says.
    pub fn of(at: Timestamp, sample: Sample) -> Self {
        Self {
            round_at: at,
            seen_at: sample.is_reply().then_some(at),
            reply: Some(sample).filter(|s| s.is_reply()),
        }
    }

    /// The newer of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let seen = if other.seen_at >= self.seen_at {
            other
        } else {
            self
        };
        Self {
            round_at: self.round_at.max(other.round_at),
            ..seen
        }
    }
}

/// Everything that is known.
pub async fn all(db: &impl ConnectionTrait) -> Result<HashMap<HostId, Newest>, DbErr> {
    let text = "SELECT host_id, round_at, seen_at, reply FROM host_newest";
    let rows = db.query_all_raw(sql(text, [])).await?;
    rows.iter()
        .map(|row| {
            let newest = Newest {
                round_at: Timestamp(row.try_get("", "round_at")?),
                seen_at: row.try_get::<Option<i64>>("", "seen_at")?.map(Timestamp),
                reply: row.try_get::<Option<u16>>("", "reply")?.map(Sample),
            };
            Ok((HostId(row.try_get("", "host_id")?), newest))
        })
        .collect()
}

/// Keeps the newer of what is known and what is given, of hosts that exist.
pub async fn put(db: &impl ConnectionTrait, newest: &[(HostId, Newest)]) -> Result<(), DbErr> {
    let rows: Vec<_> = newest
        .iter()
        .map(|(id, n)| {
            (
                id.0,
                n.round_at.0,
                n.seen_at.map(|t| t.0),
                n.reply.map(|s| s.0),
            )
        })
        .collect();
    let rows = serde_json::to_string(&rows).map_err(|e| DbErr::Custom(e.to_string()))?;
    let text = "INSERT INTO host_newest (host_id, round_at, seen_at, reply)
        SELECT host.id, r.value ->> 1, r.value ->> 2, r.value ->> 3
        FROM json_each(?) AS r JOIN host ON host.id = r.value ->> 0 WHERE true
        ON CONFLICT (host_id) DO UPDATE SET
            round_at = max(round_at, excluded.round_at),
            reply = iif(excluded.seen_at >= coalesce(seen_at, 0), excluded.reply, reply),
            seen_at = max(coalesce(seen_at, excluded.seen_at), coalesce(excluded.seen_at, seen_at))";
    db.execute_raw(sql(text, [rows.into()])).await.map(drop)
}
