//! Hosts as they are documented; their status comes from the board.

pub mod due;
pub mod sets;
pub mod strangers;

use super::{address, entity::host, from_json_list, json_list, sql};
use domain::{
    cidr,
    host::{HostId, HostnameSource},
    subnet::SubnetId,
    time::Timestamp,
};
use ipnetwork::IpNetwork;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, Value,
};
use std::{collections::HashSet, net::IpAddr};

/// What is documented about a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documented {
    /// Its number; 0 before it is stored.
    pub id: HostId,
    /// Its address.
    pub ip: IpAddr,
    /// The smallest subnet around it.
    pub subnet_id: SubnetId,
    /// Its name, and who gave it.
    pub hostname: Option<(String, HostnameSource)>,
    /// One line.
    pub description: Option<String>,
    /// Labels.
    pub tags: Vec<String>,
    /// Several lines.
    pub notes: Option<String>,
    /// Hardware address.
    pub mac: Option<String>,
    /// Its vendor.
    pub vendor: Option<String>,
    /// Silence is expected.
    pub reserved: bool,
    /// The first reply ever.
    pub first_seen_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
    /// Counts edits.
    pub version: i64,
    /// When it faded out, if it did.
    pub archived_at: Option<Timestamp>,
    /// The name that DNS has for it.
    pub dns_name: Option<String>,
    /// When DNS answered last.
    pub dns_checked_at: Option<Timestamp>,
    /// When its names are looked up next; none = at once.
    pub lookup_due_at: Option<Timestamp>,
    /// It is asked by SNMP when its subnet has credentials.
    pub snmp: bool,
}

impl Documented {
    /// A host of which only the address is known.
    pub fn bare(ip: IpAddr, subnet_id: SubnetId, now: Timestamp) -> Self {
        Self {
            id: HostId(0),
            ip,
            subnet_id,
            hostname: None,
            description: None,
            tags: Vec::new(),
            notes: None,
            mac: None,
            vendor: None,
            reserved: false,
            first_seen_at: None,
            created_at: now,
            version: 1,
            archived_at: None,
            dns_name: None,
            dns_checked_at: None,
            lookup_due_at: None,
            snmp: true,
        }
    }

    /// Whether a person wrote something about it.
    pub fn is_annotated(&self) -> bool {
        self.reserved
            || self.description.is_some()
            || self.notes.is_some()
            || !self.tags.is_empty()
            || self
                .hostname
                .as_ref()
                .is_some_and(|(_, source)| *source >= HostnameSource::Import)
    }
}

fn source_word(source: HostnameSource) -> &'static str {
    match source {
        HostnameSource::Dns => "dns",
        HostnameSource::Snmp => "snmp",
        HostnameSource::Import => "import",
        HostnameSource::Manual => "manual",
    }
}

fn source_of(word: &str) -> Option<HostnameSource> {
    [
        HostnameSource::Dns,
        HostnameSource::Snmp,
        HostnameSource::Import,
        HostnameSource::Manual,
    ]
    .into_iter()
    .find(|s| source_word(*s) == word)
}

impl TryFrom<host::Model> for Documented {
    type Error = DbErr;

    fn try_from(row: host::Model) -> Result<Self, DbErr> {
        let ip = address::parse(&row.addr)
            .ok_or_else(|| DbErr::Custom(format!("host {}: malformed address", row.id)))?;
        let source = row.hostname_source.as_deref().and_then(source_of);
        Ok(Self {
            id: HostId(row.id),
            ip,
            subnet_id: SubnetId(row.subnet_id),
            hostname: row.hostname.zip(source),
            description: row.description,
            tags: from_json_list(&row.tags),
            notes: row.notes,
            mac: row.mac,
            vendor: row.vendor,
            reserved: row.reserved,
            first_seen_at: row.first_seen_at.map(Timestamp),
            created_at: Timestamp(row.created_at),
            version: row.version,
            archived_at: row.archived_at.map(Timestamp),
            dns_name: row.dns_name,
            dns_checked_at: row.dns_checked_at.map(Timestamp),
            lookup_due_at: row.lookup_due_at.map(Timestamp),
            snmp: row.snmp,
        })
    }
}

fn row(host: &Documented) -> host::ActiveModel {
    host::ActiveModel {
        id: if host.id.0 == 0 {
            NotSet
        } else {
            Set(host.id.0)
        },
        addr: Set(address::bytes(host.ip)),
        subnet_id: Set(host.subnet_id.0),
        hostname: Set(host.hostname.as_ref().map(|(name, _)| name.clone())),
        hostname_source: Set(host
            .hostname
            .as_ref()
            .map(|(_, source)| source_word(*source).to_owned())),
        description: Set(host.description.clone()),
        tags: Set(json_list(&host.tags)),
        notes: Set(host.notes.clone()),
        mac: Set(host.mac.clone()),
        vendor: Set(host.vendor.clone()),
        reserved: Set(host.reserved),
        first_seen_at: Set(host.first_seen_at.map(|t| t.0)),
        created_at: Set(host.created_at.0),
        version: Set(host.version),
        archived_at: Set(host.archived_at.map(|t| t.0)),
        dns_name: Set(host.dns_name.clone()),
        dns_checked_at: Set(host.dns_checked_at.map(|t| t.0)),
        lookup_due_at: Set(host.lookup_due_at.map(|t| t.0)),
        snmp: Set(host.snmp),
    }
}

/// Which hosts to read.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Inside this block.
    pub block: Option<IpNetwork>,
    /// With this tag.
    pub tag: Option<String>,
    /// With this text somewhere.
    pub text: Option<String>,
    /// With this port open.
    pub port: Option<u16>,
    /// With this service at an open port; at `port` if that is wanted too.
    pub service: Option<String>,
    /// Those that are archived instead of those that are not.
    pub archived: bool,
}

/// The hosts that fit, in address order.
pub async fn list(db: &impl ConnectionTrait, filter: &Filter) -> Result<Vec<Documented>, DbErr> {
    let mut text = "SELECT * FROM host WHERE (archived_at IS NOT NULL) = ?".to_owned();
    let mut values: Vec<Value> = vec![filter.archived.into()];
    if let Some(block) = filter.block {
        let (first, last) = cidr::bounds(block);
        text.push_str(" AND addr BETWEEN ? AND ?");
        values.extend([address::value(first), address::value(last)]);
    }
    if let Some(tag) = &filter.tag {
        text.push_str(" AND EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)");
        values.push(tag.to_lowercase().into());
    }
    super::port::narrow(filter, &mut text, &mut values);
    text.push_str(" ORDER BY addr");
    let rows = host::Model::find_by_statement(sql(&text, values))
        .all(db)
        .await?;
    let hosts: Result<Vec<Documented>, DbErr> =
        rows.into_iter().map(Documented::try_from).collect();
    let Some(part) = filter
        .text
        .as_ref()
        .map(|t| t.trim().to_lowercase())
        .filter(|t| !t.is_empty())
    else {
        return hosts;
    };
    let by_port = super::port::hosts_with(db, &part).await?;
    Ok(hosts?
        .into_iter()
        .filter(|host| contains(host, &part) || by_port.contains(&host.id))
        .collect())
}

/// Addresses are stored as bytes, so text is looked for here rather than by `LIKE`.
fn contains(host: &Documented, part: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(part);
    host.ip.to_string().contains(part)
        || host.hostname.as_ref().is_some_and(|(name, _)| has(name))
        || host.description.as_deref().is_some_and(has)
        || host.notes.as_deref().is_some_and(has)
        || host.tags.iter().any(|tag| has(tag))
}

/// One host.
pub async fn find(db: &impl ConnectionTrait, id: HostId) -> Result<Option<Documented>, DbErr> {
    host::Entity::find_by_id(id.0)
        .one(db)
        .await?
        .map(Documented::try_from)
        .transpose()
}

/// The hosts with these numbers, in address order.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[HostId]) -> Result<Vec<Documented>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let json = serde_json::to_string(ids).map_err(|e| DbErr::Custom(e.to_string()))?;
    let text = "SELECT * FROM host WHERE id IN (SELECT value FROM json_each(?)) ORDER BY addr";
    host::Model::find_by_statement(sql(text, [json.into()]))
        .all(db)
        .await?
        .into_iter()
        .map(Documented::try_from)
        .collect()
}

/// The numbers of the hosts between two numbers, both included.
pub async fn ids_between(
    db: &impl ConnectionTrait,
    first: HostId,
    last: HostId,
) -> Result<HashSet<HostId>, DbErr> {
    let text = "SELECT id FROM host WHERE id BETWEEN ? AND ?";
    let rows = db
        .query_all_raw(sql(text, [first.0.into(), last.0.into()]))
        .await?;
    rows.iter()
        .map(|row| row.try_get("", "id").map(HostId))
        .collect()
}

/// Stores new hosts, in chunks; returns their numbers in the same order.
pub async fn insert_many(
    db: &impl ConnectionTrait,
    hosts: &[Documented],
) -> Result<Vec<HostId>, DbErr> {
    let mut ids = Vec::with_capacity(hosts.len());
    for chunk in hosts.chunks(500) {
        let rows = host::Entity::insert_many(chunk.iter().map(row))
            .exec_with_returning(db)
            .await?;
        ids.extend(rows.into_iter().map(|row| HostId(row.id)));
    }
    Ok(ids)
}

/// Stores a changed host.
pub async fn update(db: &impl ConnectionTrait, host: &Documented) -> Result<(), DbErr> {
    host::Entity::update(row(host)).exec(db).await.map(drop)
}

/// Deletes a host.
pub async fn delete(db: &impl ConnectionTrait, id: HostId) -> Result<(), DbErr> {
    host::Entity::delete_by_id(id.0).exec(db).await.map(drop)
}

/// Gives hosts another home.
pub async fn rehome(
    db: &impl ConnectionTrait,
    hosts: &[HostId],
    home: SubnetId,
) -> Result<(), DbErr> {
    let json = serde_json::to_string(hosts).map_err(|e| DbErr::Custom(e.to_string()))?;
    let text = "UPDATE host SET subnet_id = ? WHERE id IN (SELECT value FROM json_each(?))";
    db.execute_raw(sql(text, [home.0.into(), json.into()]))
        .await
        .map(drop)
}

/// The hosts whose home is `id`, in address order.
pub async fn members(db: &impl ConnectionTrait, id: SubnetId) -> Result<Vec<Documented>, DbErr> {
    let text = "SELECT * FROM host WHERE subnet_id = ? ORDER BY addr";
    host::Model::find_by_statement(sql(text, [id.0.into()]))
        .all(db)
        .await?
        .into_iter()
        .map(Documented::try_from)
        .collect()
}

/// Deletes every host whose home is `id`; returns how many.
pub async fn delete_members(db: &impl ConnectionTrait, id: SubnetId) -> Result<u64, DbErr> {
    Ok(db
        .execute_raw(sql("DELETE FROM host WHERE subnet_id = ?", [id.0.into()]))
        .await?
        .rows_affected())
}

/// Notes the first reply of hosts that had none.
pub async fn seen(db: &impl ConnectionTrait, ids: &[HostId], at: Timestamp) -> Result<(), DbErr> {
    if ids.is_empty() {
        return Ok(());
    }
    let json = serde_json::to_string(ids).map_err(|e| DbErr::Custom(e.to_string()))?;
    let text = "UPDATE host SET first_seen_at = ? WHERE first_seen_at IS NULL AND id IN (SELECT value FROM json_each(?))";
    db.execute_raw(sql(text, [at.0.into(), json.into()]))
        .await
        .map(drop)
}

/// The archived hosts among these addresses.
pub async fn archived(db: &impl ConnectionTrait, ips: &[IpAddr]) -> Result<Vec<Documented>, DbErr> {
    let mut found = Vec::new();
    for chunk in ips.chunks(500) {
        let rows = host::Entity::find()
            .filter(host::Column::ArchivedAt.is_not_null())
            .filter(host::Column::Addr.is_in(chunk.iter().map(|ip| address::bytes(*ip))))
            .all(db)
            .await?;
        for row in rows {
            found.push(Documented::try_from(row)?);
        }
    }
    Ok(found)
}

/// Takes hosts out of the lists.
pub async fn archive(
    db: &impl ConnectionTrait,
    ids: &[HostId],
    at: Timestamp,
) -> Result<(), DbErr> {
    let json = serde_json::to_string(ids).map_err(|e| DbErr::Custom(e.to_string()))?;
    let text = "UPDATE host SET archived_at = ?, version = version + 1 WHERE id IN (SELECT value FROM json_each(?))";
    db.execute_raw(sql(text, [at.0.into(), json.into()]))
        .await
        .map(drop)
}

/// Gives the archived hosts of `from` that lie inside a block another home.
pub async fn rehome_archived(
    db: &impl ConnectionTrait,
    from: SubnetId,
    block: IpNetwork,
    home: SubnetId,
) -> Result<(), DbErr> {
    let (first, last) = cidr::bounds(block);
    let text = "UPDATE host SET subnet_id = ? WHERE subnet_id = ? AND archived_at IS NOT NULL AND addr BETWEEN ? AND ?";
    let values = [
        home.0.into(),
        from.0.into(),
        address::value(first),
        address::value(last),
    ];
    db.execute_raw(sql(text, values)).await.map(drop)
}
