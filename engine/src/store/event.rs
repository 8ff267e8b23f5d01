//! Change events: only ever added.

use super::{address, entity::event};
use domain::{
    event::{Event, EventKind, EventQuery},
    host::HostId,
    subnet::SubnetId,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::Expr,
};
use std::{collections::BTreeMap, net::IpAddr};

/// An event to store.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Which host; absent where many hosts of the subnet are meant.
    pub host_id: Option<HostId>,
    /// In which subnet.
    pub subnet_id: SubnetId,
    /// The host's address, or the subnet's.
    pub ip: IpAddr,
    /// The host's name.
    pub hostname: Option<String>,
    /// In words.
    pub detail: String,
    /// Seconds that the previous status had lasted.
    pub lasted_seconds: Option<u64>,
}

fn domain_event(row: event::Model) -> Result<Event, DbErr> {
    let malformed = |what: &str| DbErr::Custom(format!("event {}: malformed {what}", row.id));
    Ok(Event {
        id: row.id,
        at: Timestamp(row.at),
        kind: row.kind.parse().map_err(|_| malformed("kind"))?,
        host_id: row.host_id.map(HostId),
        subnet_id: row.subnet_id.map(SubnetId),
        ip: address::parse(&row.addr).ok_or_else(|| malformed("address"))?,
        hostname: row.hostname,
        detail: row.detail,
        lasted_seconds: row.lasted_seconds.and_then(|n| n.try_into().ok()),
    })
}

/// Stores events in this order; returns them with their numbers.
pub async fn insert_many(
    db: &impl ConnectionTrait,
    events: &[NewEvent],
) -> Result<Vec<Event>, DbErr> {
    let mut stored = Vec::with_capacity(events.len());
    for chunk in events.chunks(500) {
        let rows = chunk.iter().map(|new| event::ActiveModel {
            id: NotSet,
            at: Set(new.at.0),
            kind: Set(new.kind.as_str().into()),
            host_id: Set(new.host_id.map(|id| id.0)),
            subnet_id: Set(Some(new.subnet_id.0)),
            addr: Set(address::bytes(new.ip)),
            hostname: Set(new.hostname.clone()),
            detail: Set(new.detail.clone()),
            lasted_seconds: Set(new.lasted_seconds.and_then(|n| n.try_into().ok())),
            wide: Set(new.host_id.is_none()),
        });
        for row in event::Entity::insert_many(rows)
            .exec_with_returning(db)
            .await?
        {
            stored.push(domain_event(row)?);
        }
    }
    Ok(stored)
}

/// The events that fit before the number `before`, newest first, at most `limit`. Each kind is read from its own index,
/// in order: several at once would have to be sorted, all of them, for the first page.
pub async fn list(
    db: &impl ConnectionTrait,
    query: &EventQuery,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Event>, DbErr> {
    let kinds = query.kind.as_ref().map_or(&[][..], |kinds| &kinds.0);
    if kinds.len() < 2 {
        return list_in_order(db, query, before, limit).await;
    }
    let mut found = BTreeMap::new();
    for kind in kinds {
        let one = EventQuery {
            kind: Some((*kind).into()),
            ..query.clone()
        };
        let events = list_in_order(db, &one, before, limit).await?;
        found.extend(events.into_iter().map(|event| (event.id, event)));
    }
    let newest = found.into_values().rev();
    Ok(newest
        .take(usize::try_from(limit).unwrap_or(usize::MAX))
        .collect())
}

async fn list_in_order(
    db: &impl ConnectionTrait,
    query: &EventQuery,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Event>, DbErr> {
    let mut find = fitting(query);
    if let Some(before) = before {
        find = find.filter(event::Column::Id.lt(before));
    }
    let rows = find
        .order_by_desc(event::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(domain_event).collect()
}

/// How many events fit in all. Reads an index from end to end.
pub async fn count(db: &impl ConnectionTrait, query: &EventQuery) -> Result<u64, DbErr> {
    fitting(query).count(db).await
}

fn fitting(query: &EventQuery) -> sea_orm::Select<event::Entity> {
    let mut find = event::Entity::find();
    if let Some(kinds) = &query.kind {
        find = find.filter(event::Column::Kind.is_in(kinds.0.iter().map(|k| k.as_str())));
    }
    if let Some(subnet) = query.subnet {
        find = find.filter(event::Column::SubnetId.eq(subnet));
    }
    if let Some(host) = query.host {
        let of_its_subnet = Expr::cust_with_values(
            "wide = 1 AND subnet_id = (SELECT subnet_id FROM host WHERE id = ?)
                AND at > (SELECT created_at FROM host WHERE id = ?)",
            [host, host],
        );
        let of_it = event::Column::HostId.eq(host);
        find = find.filter(Condition::any().add(of_it).add(of_its_subnet));
    }
    if let Some(since) = query.since {
        find = find.filter(event::Column::At.gte(since.0));
    }
    if let Some(until) = query.until {
        find = find.filter(event::Column::At.lt(until.0));
    }
    find
}

/// How many events of a kind happened since a time.
pub async fn count_since(
    db: &impl ConnectionTrait,
    kinds: &[EventKind],
    since: Timestamp,
) -> Result<u64, DbErr> {
    event::Entity::find()
        .filter(event::Column::At.gte(since.0))
        .filter(event::Column::Kind.is_in(kinds.iter().map(|k| k.as_str())))
        .count(db)
        .await
}
