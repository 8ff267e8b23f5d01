//! The journal: one row per subnet and round, written in the transaction of the round's transitions.

use crate::store::sql;
use domain::{
    aggregate::{put, take, unzigzag, zigzag},
    host::HostId,
    sample::Sample,
    subnet::SubnetId,
    time::Timestamp,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use std::{collections::HashMap, sync::Arc};

/// The hosts of a subnet's whole rounds, in the order of their samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostSet {
    /// Its number.
    pub id: i64,
    /// The hosts.
    pub hosts: Arc<[HostId]>,
}

/// A round to write down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewRound {
    /// Of all hosts of the subnet; the samples are in the order of the set.
    Whole {
        /// The set, when it is the one of the round before.
        set: Option<HostSet>,
        /// The hosts.
        hosts: Vec<HostId>,
        /// One for each.
        samples: Vec<Sample>,
    },
    /// Of some hosts.
    Partial(Vec<(HostId, Sample)>),
}

/// A round as it was written down.
#[derive(Clone, Debug)]
pub struct Round {
    /// Its number in the journal.
    pub id: i64,
    /// When it ended.
    pub at: Timestamp,
    set: Option<Arc<[HostId]>>,
    samples: Vec<u8>,
}

impl Round {
    /// Who was asked, and what came of it.
    pub fn samples(&self) -> impl Iterator<Item = (HostId, Sample)> + '_ {
        let whole = self.set.iter().flat_map(|set| {
            let samples = self.samples.as_chunks::<2>().0.iter();
            set.iter()
                .copied()
                .zip(samples.map(|s| Sample(u16::from_le_bytes(*s))))
        });
        let pairs = if self.set.is_some() {
            &[]
        } else {
            self.samples.as_chunks::<10>().0
        };
        let partial = pairs.iter().map(|pair| {
            let [id @ .., low, high] = *pair;
            (
                HostId(i64::from_le_bytes(id)),
                Sample(u16::from_le_bytes([low, high])),
            )
        });
        whole
            .chain(partial)
            .filter(|(_, s)| *s != Sample::NOT_ASKED)
    }
}

/// Writes a round down; returns the set of a whole one.
pub async fn append(
    db: &impl ConnectionTrait,
    subnet: SubnetId,
    at: Timestamp,
    round: NewRound,
) -> Result<Option<HostSet>, DbErr> {
    let (set, samples) = match round {
        NewRound::Whole {
            set,
            hosts,
            samples,
        } => {
            let set = match set {
                Some(set) => set,
                None => new_set(db, subnet, hosts).await?,
            };
            let samples = samples.iter().flat_map(|s| s.0.to_le_bytes());
            (Some(set), samples.collect::<Vec<u8>>())
        }
        NewRound::Partial(pairs) => {
            let pair = |(id, sample): &(HostId, Sample)| {
                let (id, sample) = (id.0.to_le_bytes(), sample.0.to_le_bytes());
                id.into_iter().chain(sample)
            };
            (None, pairs.iter().flat_map(pair).collect())
        }
    };
    if samples.is_empty() {
        return Ok(set);
    }
    let text = "INSERT INTO round (subnet_id, at, host_set_id, samples) VALUES (?, ?, ?, ?)";
    let set_id = set.as_ref().map(|set| set.id);
    let values = [subnet.0.into(), at.0.into(), set_id.into(), samples.into()];
    db.execute_raw(sql(text, values)).await?;
    Ok(set)
}

async fn new_set(
    db: &impl ConnectionTrait,
    subnet: SubnetId,
    hosts: Vec<HostId>,
) -> Result<HostSet, DbErr> {
    let (mut bytes, mut before) = (Vec::new(), 0);
    for id in &hosts {
        put(&mut bytes, zigzag(id.0 - before));
        before = id.0;
    }
    let text = "INSERT INTO host_set (subnet_id, hosts) VALUES (?, ?)";
    let result = db
        .execute_raw(sql(text, [subnet.0.into(), bytes.into()]))
        .await?;
    Ok(HostSet {
        id: i64::try_from(result.last_insert_id()).unwrap_or_default(),
        hosts: hosts.into(),
    })
}

fn set_of(mut bytes: &[u8]) -> Arc<[HostId]> {
    let mut id = 0_i64;
    std::iter::from_fn(|| {
        id = id.wrapping_add(unzigzag(take(&mut bytes)?));
        Some(HostId(id))
    })
    .collect()
}

/// The newest set of each subnet.
pub async fn newest_sets(db: &impl ConnectionTrait) -> Result<HashMap<SubnetId, HostSet>, DbErr> {
    let text = "SELECT max(id) AS id, subnet_id, hosts FROM host_set GROUP BY subnet_id";
    let rows = db.query_all_raw(sql(text, [])).await?;
    rows.iter()
        .map(|row| {
            let hosts = set_of(&row.try_get::<Vec<u8>>("", "hosts")?);
            let id = row.try_get("", "id")?;
            Ok((
                SubnetId(row.try_get("", "subnet_id")?),
                HostSet { id, hosts },
            ))
        })
        .collect()
}

/// The oldest round that is not folded.
pub async fn oldest(db: &impl ConnectionTrait) -> Result<Option<Timestamp>, DbErr> {
    let row = db
        .query_one_raw(sql("SELECT min(at) AS at FROM round", []))
        .await?;
    let at = row
        .map(|row| row.try_get::<Option<i64>>("", "at"))
        .transpose()?;
    Ok(at.flatten().map(Timestamp))
}

/// The rounds that ended between two times, the later one exclusive.
pub async fn between(
    db: &impl ConnectionTrait,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Round>, DbErr> {
    let text = "SELECT id, at, host_set_id, samples FROM round WHERE at >= ? AND at < ?";
    let rows = db
        .query_all_raw(sql(text, [from.0.into(), to.0.into()]))
        .await?;
    with_sets(db, &rows).await
}

/// The same of some subnets only.
pub async fn of_subnets(
    db: &impl ConnectionTrait,
    subnets: &[SubnetId],
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Round>, DbErr> {
    let text = "SELECT id, at, host_set_id, samples FROM round
        WHERE subnet_id IN (SELECT value FROM json_each(?)) AND at >= ? AND at < ?";
    let subnets = serde_json::to_string(subnets).map_err(|e| DbErr::Custom(e.to_string()))?;
    let values = [subnets.into(), from.0.into(), to.0.into()];
    let rows = db.query_all_raw(sql(text, values)).await?;
    with_sets(db, &rows).await
}

async fn with_sets(db: &impl ConnectionTrait, rows: &[QueryResult]) -> Result<Vec<Round>, DbErr> {
    let mut sets: HashMap<i64, Arc<[HostId]>> = HashMap::new();
    let mut rounds = Vec::with_capacity(rows.len());
    for row in rows {
        let set = match row.try_get::<Option<i64>>("", "host_set_id")? {
            None => None,
            Some(id) => {
                if let std::collections::hash_map::Entry::Vacant(entry) = sets.entry(id) {
                    let text = "SELECT hosts FROM host_set WHERE id = ?";
                    let row = db.query_one_raw(sql(text, [id.into()])).await?;
                    let hosts = row.map(|row| row.try_get::<Vec<u8>>("", "hosts"));
                    entry.insert(set_of(&hosts.transpose()?.unwrap_or_default()));
                }
                sets.get(&id).cloned()
            }
        };
        rounds.push(Round {
            id: row.try_get("", "id")?,
            at: Timestamp(row.try_get("", "at")?),
            set,
            samples: row.try_get("", "samples")?,
        });
    }
    Ok(rounds)
}

/// Removes rounds that were folded.
pub async fn delete(db: &impl ConnectionTrait, ids: &[i64]) -> Result<(), DbErr> {
    let ids = serde_json::to_string(ids).map_err(|e| DbErr::Custom(e.to_string()))?;
    let text = "DELETE FROM round WHERE id IN (SELECT value FROM json_each(?))";
    db.execute_raw(sql(text, [ids.into()])).await.map(drop)
}

/// Removes sets that no round refers to and that no further round will.
pub async fn delete_sets(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let text = "DELETE FROM host_set WHERE id NOT IN (SELECT host_set_id FROM round WHERE host_set_id IS NOT NULL)
        AND id NOT IN (SELECT max(host_set.id) FROM host_set JOIN subnet ON subnet.id = subnet_id GROUP BY subnet_id)";
    db.execute_raw(sql(text, [])).await.map(drop)
}

/// Hands the rounds of a subnet that goes to the one that takes its hosts, so that they are found there.
pub async fn hand_over(
    db: &impl ConnectionTrait,
    from: SubnetId,
    to: SubnetId,
) -> Result<(), DbErr> {
    let text = "UPDATE round SET subnet_id = ? WHERE subnet_id = ?";
    db.execute_raw(sql(text, [to.0.into(), from.0.into()]))
        .await
        .map(drop)
}
