//! Change events: only ever added.

use super::{address, entity::event};
use domain::{
    cidr,
    event::{Event, EventKind, Search},
    host::HostId,
    subnet::SubnetId,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _, Func, LikeExpr},
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
    /// In which subnet, if it is in one.
    pub subnet_id: Option<SubnetId>,
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
            subnet_id: Set(new.subnet_id.map(|id| id.0)),
            addr: Set(address::bytes(new.ip)),
            hostname: Set(new.hostname.clone()),
            detail: Set(new.detail.clone()),
            lasted_seconds: Set(new.lasted_seconds.and_then(|n| n.try_into().ok())),
            // How full a subnet is, is no host's past.
            wide: Set(new.host_id.is_none()
                && !matches!(new.kind, EventKind::NearlyFull | EventKind::ScanChanged)),
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

/// Which events to read.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of these kinds; any if there are none.
    pub kinds: Vec<EventKind>,
    /// Of these subnets.
    pub subnets: Option<Vec<SubnetId>>,
    /// Of this host, and those of its subnet that meant many hosts while it was there.
    pub host: Option<HostId>,
    /// Of one of these hosts.
    pub hosts: Option<Vec<HostId>>,
    /// With these addresses or words.
    pub search: Option<Search>,
    /// At or after this time.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
}

/// The events that fit before the number `before`, newest first, at most `limit`. Each kind is read from its own index,
/// in order: several at once would have to be sorted, all of them, for the first page.
pub async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Event>, DbErr> {
    if filter.kinds.len() < 2 {
        return list_in_order(db, filter, before, limit).await;
    }
    let mut found = BTreeMap::new();
    for kind in &filter.kinds {
        let one = Filter {
            kinds: vec![*kind],
            ..filter.clone()
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
    filter: &Filter,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Event>, DbErr> {
    let mut find = fitting(filter);
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

/// The events after the number `after`, oldest first, at most `limit`.
pub async fn after(db: &impl ConnectionTrait, after: i64, limit: u64) -> Result<Vec<Event>, DbErr> {
    let rows = event::Entity::find()
        .filter(event::Column::Id.gt(after))
        .order_by_asc(event::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(domain_event).collect()
}

/// The number of the newest event; 0 if there is none.
pub async fn newest(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let text = "SELECT coalesce(max(id), 0) AS id FROM event";
    let row = db.query_one_raw(super::sql(text, [])).await?;
    row.map_or(Ok(0), |row| row.try_get("", "id"))
}

/// The events with these numbers.
pub async fn by_ids(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<Event>, DbErr> {
    let mut events = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let find = event::Entity::find().filter(event::Column::Id.is_in(chunk.iter().copied()));
        for row in find.all(db).await? {
            events.push(domain_event(row)?);
        }
    }
    Ok(events)
}

/// How many events fit in all. Reads an index from end to end.
pub async fn count(db: &impl ConnectionTrait, filter: &Filter) -> Result<u64, DbErr> {
    fitting(filter).count(db).await
}

/// The hosts of which something happened since a time, once per event.
pub async fn hosts_since(
    db: &impl ConnectionTrait,
    kind: EventKind,
    since: Timestamp,
) -> Result<Vec<HostId>, DbErr> {
    let filter = Filter {
        kinds: vec![kind],
        since: Some(since),
        ..Filter::default()
    };
    let rows = fitting(&filter)
        .select_only()
        .column(event::Column::HostId)
        .into_tuple::<Option<i64>>()
        .all(db)
        .await?;
    Ok(rows.into_iter().flatten().map(HostId).collect())
}

fn fitting(filter: &Filter) -> sea_orm::Select<event::Entity> {
    let mut find = event::Entity::find();
    if !filter.kinds.is_empty() {
        find = find.filter(event::Column::Kind.is_in(filter.kinds.iter().map(|k| k.as_str())));
    }
    if let Some(subnets) = &filter.subnets {
        find = find.filter(event::Column::SubnetId.is_in(subnets.iter().map(|id| id.0)));
    }
    if let Some(HostId(host)) = filter.host {
        let of_its_subnet = Expr::cust_with_values(
            "wide = 1 AND subnet_id = (SELECT subnet_id FROM host WHERE id = ?)
                AND at > (SELECT created_at FROM host WHERE id = ?)",
            [host, host],
        );
        let of_it = event::Column::HostId.eq(host);
        find = find.filter(Condition::any().add(of_it).add(of_its_subnet));
    }
    if let Some(hosts) = &filter.hosts {
        find = find.filter(event::Column::HostId.is_in(hosts.iter().map(|id| id.0)));
    }
    if let Some(search) = &filter.search {
        find = find.filter(found(search));
    }
    if let Some(since) = filter.since {
        find = find.filter(event::Column::At.gte(since.0));
    }
    if let Some(until) = filter.until {
        find = find.filter(event::Column::At.lt(until.0));
    }
    find
}

/// As [`Search::fits`] decides it.
fn found(search: &Search) -> Condition {
    let contains = |column| Expr::expr(Func::lower(Expr::col(column))).like(part(&search.text));
    let words = Condition::any()
        .add(contains(event::Column::Hostname))
        .add(contains(event::Column::Detail));
    match search.block.map(cidr::bounds) {
        Some((first, last)) => {
            words.add(event::Column::Addr.between(address::bytes(first), address::bytes(last)))
        }
        None => words,
    }
}

/// The pattern of a part of a text, whose own wildcards stand for themselves.
fn part(text: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}
