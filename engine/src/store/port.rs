//! Lifetimes of ports, and the newest port scan of each host.

mod scan;
mod search;

pub use scan::{Attempt, forget_coverages, last, put, times};
pub use search::{hosts_with, narrow, services};

use super::sql;
use domain::{
    host::HostId,
    port::{
        OpenPort, Port, PortChip, Proto, Service,
        news::{Changes, Key, Remembered},
    },
    time::Timestamp,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use std::collections::{BTreeMap, HashMap};

/// Lifetimes that are kept of each port of a host; events tell of the others.
const LIFETIMES: u32 = 50;

fn proto_of(word: &str) -> Proto {
    match word {
        "udp" => Proto::Udp,
        _ => Proto::Tcp,
    }
}

fn key(row: &QueryResult) -> Result<Key, DbErr> {
    let number: i64 = row.try_get("", "port")?;
    let number = u16::try_from(number).map_err(|e| DbErr::Custom(e.to_string()))?;
    Ok((proto_of(&row.try_get::<String>("", "proto")?), number))
}

fn service(row: &QueryResult) -> Result<Service, DbErr> {
    Ok(Service {
        name: row.try_get("", "service")?,
        product: row.try_get("", "product")?,
        version: row.try_get("", "version")?,
    })
}

fn port(row: &QueryResult) -> Result<Port, DbErr> {
    let (proto, number) = key(row)?;
    let service = service(row)?;
    Ok(Port {
        port: number,
        proto,
        service: service.name,
        product: service.product,
        version: service.version,
        opened_at: Timestamp(row.try_get("", "opened_at")?),
        seen_at: Timestamp(row.try_get("", "seen_at")?),
        closed_at: row.try_get::<Option<i64>>("", "closed_at")?.map(Timestamp),
        accepted: row.try_get("", "accepted")?,
    })
}

/// The open ports of a host, by number.
pub async fn open(db: &impl ConnectionTrait, id: HostId) -> Result<Vec<Port>, DbErr> {
    let text = "SELECT * FROM port WHERE host_id = ? AND closed_at IS NULL ORDER BY port, proto";
    let rows = db.query_all_raw(sql(text, [id.0.into()])).await?;
    rows.iter().map(port).collect()
}

/// Every lifetime of a host's ports, the newest first.
pub async fn history(db: &impl ConnectionTrait, id: HostId) -> Result<Vec<Port>, DbErr> {
    let text = "SELECT * FROM port WHERE host_id = ? ORDER BY opened_at DESC, port, proto, id DESC";
    let rows = db.query_all_raw(sql(text, [id.0.into()])).await?;
    rows.iter().map(port).collect()
}

/// What is remembered of a host's ports before a scan.
pub async fn remembered(db: &impl ConnectionTrait, id: HostId) -> Result<Remembered, DbErr> {
    let open = open(db, id).await?;
    let open: BTreeMap<Key, Service> = open
        .into_iter()
        .map(|port| {
            let service = Service {
                name: port.service,
                product: port.product,
                version: port.version,
            };
            ((port.proto, port.port), service)
        })
        .collect();
    // The newest lifetime of each port says whether the baseline has it.
    let text =
        "SELECT proto, port, max(id), accepted FROM port WHERE host_id = ? GROUP BY proto, port";
    let rows = db.query_all_raw(sql(text, [id.0.into()])).await?;
    let mut known = Remembered {
        open,
        covered: scan::coverage(db, id).await?,
        ..Remembered::default()
    };
    for row in &rows {
        let key = key(row)?;
        if row.try_get("", "accepted")? && !known.open.contains_key(&key) {
            known.expected.insert(key);
        }
    }
    Ok(known)
}

/// Writes what a scan changed. A clock that was stepped back lets no lifetime end before it began.
pub async fn apply(
    db: &impl ConnectionTrait,
    id: HostId,
    changes: &Changes,
    now: Timestamp,
) -> Result<(), DbErr> {
    touch(db, id, changes.seen.iter().map(|seen| &seen.port), now).await?;
    for seen in changes
        .seen
        .iter()
        .filter(|it| it.before != it.port.service)
    {
        let text = "UPDATE port SET service = ?, product = ?, version = ?
            WHERE host_id = ? AND proto = ? AND port = ? AND closed_at IS NULL";
        let [name, product, version] = words(&seen.port.service);
        let [proto, port] = number(&seen.port);
        let values = [name, product, version, id.0.into(), proto, port];
        db.execute_raw(sql(text, values)).await?;
    }
    for port in &changes.closed {
        let text = "UPDATE port SET closed_at = max(opened_at, ?)
            WHERE host_id = ? AND proto = ? AND port = ? AND closed_at IS NULL";
        let [proto, port] = number(port);
        db.execute_raw(sql(text, [now.0.into(), id.0.into(), proto, port]))
            .await?;
    }
    for opened in &changes.opened {
        let text = "INSERT INTO port (host_id, proto, port, service, product, version, opened_at, seen_at, accepted)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let [name, product, version] = words(&opened.port.service);
        let [proto, port] = number(&opened.port);
        let (at, accepted): (Value, Value) = (now.0.into(), opened.accepted.into());
        let values = [
            id.0.into(),
            proto,
            port,
            name,
            product,
            version,
            at.clone(),
            at,
            accepted,
        ];
        db.execute_raw(sql(text, values)).await?;
    }
    if changes.opened.is_empty() {
        return Ok(());
    }
    // Somebody whose ports come and go does not fill the database.
    let text = "DELETE FROM port WHERE id IN (SELECT id FROM
        (SELECT id, row_number() OVER (PARTITION BY proto, port ORDER BY id DESC) AS age FROM port WHERE host_id = ?)
        WHERE age > ?)";
    db.execute_raw(sql(text, [id.0.into(), LIFETIMES.into()]))
        .await
        .map(drop)
}

/// Notes that open ports were seen.
async fn touch(
    db: &impl ConnectionTrait,
    id: HostId,
    ports: impl Iterator<Item = &OpenPort>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let keys: Vec<(&str, u16)> = ports.map(|port| (port.proto.as_str(), port.port)).collect();
    let json = serde_json::to_string(&keys).map_err(|e| DbErr::Custom(e.to_string()))?;
    let text = "UPDATE port SET seen_at = max(seen_at, ?) WHERE host_id = ? AND closed_at IS NULL
        AND (proto, port) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))";
    db.execute_raw(sql(text, [now.0.into(), id.0.into(), json.into()]))
        .await
        .map(drop)
}

fn words(service: &Service) -> [Value; 3] {
    [
        service.name.clone().into(),
        service.product.clone().into(),
        service.version.clone().into(),
    ]
}

fn number(port: &OpenPort) -> [Value; 2] {
    [port.proto.as_str().into(), i64::from(port.port).into()]
}

/// Makes a host's open ports its baseline; returns those that were not in it, by number.
pub async fn accept(db: &impl ConnectionTrait, id: HostId) -> Result<Vec<Key>, DbErr> {
    let text =
        "UPDATE port SET accepted = 0 WHERE host_id = ? AND closed_at IS NOT NULL AND accepted = 1";
    db.execute_raw(sql(text, [id.0.into()])).await?;
    let text =
        "UPDATE port SET accepted = 1 WHERE host_id = ? AND closed_at IS NULL AND accepted = 0
        RETURNING proto, port";
    let rows = db.query_all_raw(sql(text, [id.0.into()])).await?;
    let mut keys: Vec<Key> = rows.iter().map(key).collect::<Result<_, _>>()?;
    keys.sort_unstable_by_key(|(proto, port)| (*port, *proto));
    Ok(keys)
}

/// The open ports of every host as chips, by number.
pub async fn chips(db: &impl ConnectionTrait) -> Result<HashMap<HostId, Vec<PortChip>>, DbErr> {
    let text = "SELECT host_id, proto, port, service FROM port WHERE closed_at IS NULL ORDER BY host_id, port, proto";
    let mut found: HashMap<HostId, Vec<PortChip>> = HashMap::new();
    for row in db.query_all_raw(sql(text, [])).await? {
        let (proto, port) = key(&row)?;
        let id = HostId(row.try_get("", "host_id")?);
        found.entry(id).or_default().push(PortChip {
            port,
            proto,
            service: row.try_get("", "service")?,
        });
    }
    Ok(found)
}
