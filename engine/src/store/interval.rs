//! State intervals, to read: what uptime is worked out from.

use super::{history::status_of, sql};
use domain::{host::HostId, time::Timestamp, uptime::Span};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;

/// The intervals of these hosts that touch the time since `since`, oldest first. The first of them is looked up by the
/// key, so that what lies before it costs nothing.
pub async fn since(
    db: &impl ConnectionTrait,
    hosts: &[HostId],
    since: Timestamp,
) -> Result<HashMap<HostId, Vec<Span>>, DbErr> {
    let json = serde_json::to_string(hosts).map_err(|e| DbErr::Custom(e.to_string()))?;
    let text = "SELECT host_id, start_at, end_at, state FROM json_each(?) AS h
        JOIN state_interval ON host_id = h.value AND start_at >= coalesce(
            (SELECT max(start_at) FROM state_interval WHERE host_id = h.value AND start_at <= ?), 0)
        ORDER BY host_id, start_at";
    let mut found: HashMap<HostId, Vec<Span>> = HashMap::new();
    for row in db
        .query_all_raw(sql(text, [json.into(), since.0.into()]))
        .await?
    {
        let id = HostId(row.try_get_by_index(0)?);
        found.entry(id).or_default().push(Span {
            start: Timestamp(row.try_get_by_index(1)?),
            end: row.try_get_by_index::<Option<i64>>(2)?.map(Timestamp),
            state: status_of(&row.try_get_by_index::<String>(3)?),
        });
    }
    Ok(found)
}
