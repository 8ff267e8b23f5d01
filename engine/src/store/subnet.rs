//! Subnets as they are documented; their numbers come from the board.

use super::{entity::subnet, from_json_list, json_list, sql};
use domain::{host::HostId, subnet::SubnetId, time::Timestamp};
use ipnetwork::IpNetwork;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ConnectionTrait, DbErr, EntityTrait,
};
use std::collections::HashMap;

/// What is documented about a subnet.
#[derive(Clone, Debug)]
pub struct Documented {
    /// Its number; 0 before it is stored.
    pub id: SubnetId,
    /// The block.
    pub cidr: IpNetwork,
    /// One line.
    pub name: String,
    /// Several lines.
    pub notes: Option<String>,
    /// Labels.
    pub tags: Vec<String>,
    /// Known hosts are pinged.
    pub ping: bool,
    /// New hosts are looked for.
    pub discover: bool,
    /// Ports are watched.
    pub port_scan: bool,
    /// Seconds between two rounds.
    pub interval_seconds: Option<u32>,
    /// Silent rounds that make a host Down.
    pub down_after: Option<u16>,
    /// The newest sweep's end.
    pub swept_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
    /// Counts edits.
    pub version: i64,
    /// The host by which it is reached.
    pub uplink: Option<HostId>,
}

impl TryFrom<subnet::Model> for Documented {
    type Error = DbErr;

    fn try_from(row: subnet::Model) -> Result<Self, DbErr> {
        Ok(Self {
            id: SubnetId(row.id),
            cidr: row
                .cidr
                .parse()
                .map_err(|e| DbErr::Custom(format!("subnet {}: {e}", row.id)))?,
            name: row.name,
            notes: row.notes,
            tags: from_json_list(&row.tags),
            ping: row.ping,
            discover: row.discover,
            port_scan: row.port_scan,
            interval_seconds: row.interval_seconds.and_then(|n| n.try_into().ok()),
            down_after: row.down_after.and_then(|n| n.try_into().ok()),
            swept_at: row.swept_at.map(Timestamp),
            created_at: Timestamp(row.created_at),
            version: row.version,
            uplink: row.uplink_host_id.map(HostId),
        })
    }
}

fn row(subnet: &Documented) -> subnet::ActiveModel {
    subnet::ActiveModel {
        id: if subnet.id.0 == 0 {
            NotSet
        } else {
            Set(subnet.id.0)
        },
        cidr: Set(subnet.cidr.to_string()),
        name: Set(subnet.name.clone()),
        notes: Set(subnet.notes.clone()),
        tags: Set(json_list(&subnet.tags)),
        ping: Set(subnet.ping),
        discover: Set(subnet.discover),
        port_scan: Set(subnet.port_scan),
        interval_seconds: Set(subnet.interval_seconds.map(i64::from)),
        down_after: Set(subnet.down_after.map(i64::from)),
        swept_at: Set(subnet.swept_at.map(|t| t.0)),
        created_at: Set(subnet.created_at.0),
        version: Set(subnet.version),
        uplink_host_id: Set(subnet.uplink.map(|id| id.0)),
        // Not documented by a person: `told_full` writes it.
        full_level: NotSet,
    }
}

/// Every subnet, by number.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Documented>, DbErr> {
    subnet::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(Documented::try_from)
        .collect()
}

/// One subnet.
pub async fn find(db: &impl ConnectionTrait, id: SubnetId) -> Result<Option<Documented>, DbErr> {
    subnet::Entity::find_by_id(id.0)
        .one(db)
        .await?
        .map(Documented::try_from)
        .transpose()
}

/// Stores a new subnet; returns its number.
pub async fn insert(db: &impl ConnectionTrait, subnet: &Documented) -> Result<SubnetId, DbErr> {
    Ok(SubnetId(
        subnet::Entity::insert(row(subnet))
            .exec(db)
            .await?
            .last_insert_id,
    ))
}

/// Stores a changed subnet.
pub async fn update(db: &impl ConnectionTrait, subnet: &Documented) -> Result<(), DbErr> {
    subnet::Entity::update(row(subnet)).exec(db).await.map(drop)
}

/// Deletes a subnet; its hosts must have another home.
pub async fn delete(db: &impl ConnectionTrait, id: SubnetId) -> Result<(), DbErr> {
    subnet::Entity::delete_by_id(id.0).exec(db).await.map(drop)
}

/// Notes when a sweep ended.
pub async fn swept(db: &impl ConnectionTrait, id: SubnetId, at: Timestamp) -> Result<(), DbErr> {
    db.execute_raw(sql(
        "UPDATE subnet SET swept_at = ? WHERE id = ?",
        [at.0.into(), id.0.into()],
    ))
    .await
    .map(drop)
}

/// How full each subnet was, in percent, when somebody was told; those of which nobody was told are left out.
pub async fn full_levels(db: &impl ConnectionTrait) -> Result<HashMap<SubnetId, u8>, DbErr> {
    let text = "SELECT id, full_level FROM subnet WHERE full_level > 0";
    let rows = db.query_all_raw(sql(text, [])).await?;
    let level = |row: &sea_orm::QueryResult| {
        let level: i64 = row.try_get("", "full_level")?;
        let id = SubnetId(row.try_get("", "id")?);
        Ok((id, u8::try_from(level).unwrap_or(0)))
    };
    rows.iter().map(level).collect()
}

/// Notes how full a subnet was when somebody was told.
pub async fn told_full(db: &impl ConnectionTrait, id: SubnetId, level: u8) -> Result<(), DbErr> {
    let text = "UPDATE subnet SET full_level = ? WHERE id = ?";
    let values = [i64::from(level).into(), id.0.into()];
    db.execute_raw(sql(text, values)).await.map(drop)
}
