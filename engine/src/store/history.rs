//! What the rounds decided: the latest status per host, and state intervals.

use super::{address, sql};
use domain::{
    host::HostId,
    status::{Cause, State, Status},
    subnet::SubnetId,
    time::Timestamp,
};
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde::Serialize;
use std::net::IpAddr;

/// What is restored of a host at the start.
#[derive(Clone, Debug)]
pub struct Restored {
    /// Its number.
    pub id: HostId,
    /// Its address.
    pub ip: IpAddr,
    /// Its subnet.
    pub subnet_id: SubnetId,
    /// What was decided.
    pub state: State,
}

fn status_word(status: Status) -> &'static str {
    match status {
        Status::Up => "up",
        Status::Down => "down",
        Status::Unknown => "unknown",
    }
}

pub(super) fn status_of(word: &str) -> Status {
    match word {
        "up" => Status::Up,
        "down" => Status::Down,
        _ => Status::Unknown,
    }
}

const CAUSES: [(Cause, &str); 7] = [
    (Cause::NeverAsked, "never_asked"),
    (Cause::Stale, "stale"),
    (Cause::NotPinged, "not_pinged"),
    (Cause::NoPermission, "no_permission"),
    (Cause::Unreachable, "unreachable"),
    (Cause::Overloaded, "overloaded"),
    (Cause::Interrupted, "interrupted"),
];

fn cause_word(cause: Cause) -> &'static str {
    CAUSES
        .iter()
        .find(|(c, _)| *c == cause)
        .map_or("stale", |(_, word)| word)
}

fn cause_of(word: &str) -> Option<Cause> {
    CAUSES
        .iter()
        .find(|(_, w)| *w == word)
        .map(|(cause, _)| *cause)
}

/// One row of a bulk write, bound as JSON.
#[derive(Serialize)]
struct CurrentRow<'a>(
    i64,
    &'a str,
    i64,
    u16,
    u16,
    Option<&'a str>,
    Option<i64>,
    Vec<i64>,
    bool,
    Option<i64>,
);

/// Writes the states of hosts that changed.
pub async fn put_current(
    db: &impl ConnectionTrait,
    states: &[(HostId, State)],
) -> Result<(), DbErr> {
    for chunk in states.chunks(2_000) {
        let rows: Vec<CurrentRow> = chunk
            .iter()
            .map(|(id, s)| {
                CurrentRow(
                    id.0,
                    status_word(s.known),
                    s.since.0,
                    s.silent,
                    s.answered,
                    s.unasked.map(|(c, _)| cause_word(c)),
                    s.unasked.map(|(_, at)| at.0),
                    s.changes.iter().map(|t| t.0).collect(),
                    s.told_unknown,
                    s.flapping.map(|at| at.0),
                )
            })
            .collect();
        let text = "INSERT OR REPLACE INTO host_current (host_id, known, since, silent, answered, unasked, unasked_since, changes, told_unknown, flapping)
            SELECT r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3, r.value ->> 4, r.value ->> 5, r.value ->> 6, r.value -> 7,
                r.value ->> 8, r.value ->> 9
            FROM json_each(?) AS r";
        db.execute_raw(sql(text, [json(&rows)?])).await?;
    }
    Ok(())
}

/// A state that began, ending the one before it.
#[derive(Clone, Copy, Debug)]
pub struct Began {
    /// The host.
    pub id: HostId,
    /// When.
    pub at: Timestamp,
    /// The state.
    pub state: Status,
    /// Why it is unknown.
    pub cause: Option<Cause>,
}

/// Ends the open intervals of these hosts and begins new ones. A clock that was stepped back neither makes an interval
/// end before it began nor lets two overlap.
pub async fn begin_intervals(db: &impl ConnectionTrait, began: &[Began]) -> Result<(), DbErr> {
    for chunk in began.chunks(2_000) {
        let row = |b: &Began| {
            let (state, cause) = (status_word(b.state), b.cause.map(cause_word));
            (b.id.0, b.at.0, state, cause)
        };
        let rows = json(&chunk.iter().map(row).collect::<Vec<_>>())?;
        let end = "UPDATE state_interval SET end_at = max(start_at, r.value ->> 1)
            FROM json_each(?) AS r WHERE end_at IS NULL AND host_id = r.value ->> 0
                AND start_at = (SELECT max(start_at) FROM state_interval AS i WHERE i.host_id = r.value ->> 0)";
        db.execute_raw(sql(end, [rows.clone()])).await?;
        let insert = "INSERT INTO state_interval (host_id, start_at, state, cause)
            SELECT r.value ->> 0,
                max(r.value ->> 1, coalesce(1 + (SELECT max(start_at) FROM state_interval WHERE host_id = r.value ->> 0), 0)),
                r.value ->> 2, r.value ->> 3
            FROM json_each(?) AS r";
        db.execute_raw(sql(insert, [rows])).await?;
    }
    Ok(())
}

fn json(rows: &impl Serialize) -> Result<Value, DbErr> {
    serde_json::to_string(rows)
        .map(Value::from)
        .map_err(|e| DbErr::Custom(e.to_string()))
}

/// The decided state of every host that is not archived.
pub async fn restore_states(db: &impl ConnectionTrait) -> Result<Vec<Restored>, DbErr> {
    let text = "SELECT host.id, addr, subnet_id, known, since, silent, answered, unasked, unasked_since, changes, told_unknown, flapping
        FROM host LEFT JOIN host_current ON host_id = host.id WHERE archived_at IS NULL";
    let rows = db.query_all_raw(sql(text, [])).await?;
    let mut restored = Vec::with_capacity(rows.len());
    for row in rows {
        let addr: Vec<u8> = row.try_get("", "addr")?;
        let Some(ip) = address::parse(&addr) else {
            continue;
        };
        let mut state = State::default();
        if let Some(known) = row.try_get::<Option<String>>("", "known")? {
            let cause = row
                .try_get::<Option<String>>("", "unasked")?
                .as_deref()
                .and_then(cause_of);
            let changes: Vec<i64> =
                serde_json::from_str(&row.try_get::<String>("", "changes")?).unwrap_or_default();
            state = State {
                known: status_of(&known),
                since: Timestamp(row.try_get("", "since")?),
                silent: count(row.try_get("", "silent")?),
                answered: count(row.try_get("", "answered")?),
                unasked: cause.zip(
                    row.try_get::<Option<i64>>("", "unasked_since")?
                        .map(Timestamp),
                ),
                told_unknown: row.try_get("", "told_unknown")?,
                changes: changes.into_iter().map(Timestamp).collect(),
                flapping: row.try_get::<Option<i64>>("", "flapping")?.map(Timestamp),
            };
        }
        restored.push(Restored {
            id: HostId(row.try_get("", "id")?),
            ip,
            subnet_id: SubnetId(row.try_get("", "subnet_id")?),
            state,
        });
    }
    Ok(restored)
}

fn count(stored: i64) -> u16 {
    u16::try_from(stored).unwrap_or(u16::MAX)
}
