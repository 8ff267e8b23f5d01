//! Hosts by what is open there.

use super::super::{host::Filter, sql};
use domain::host::HostId;
use sea_orm::{ConnectionTrait, DbErr, Value};
use std::collections::HashSet;

/// Narrows a query of hosts down to those with the wanted port or service.
pub fn narrow(filter: &Filter, text: &mut String, values: &mut Vec<Value>) {
    let service = filter.service.as_deref().map(str::trim);
    let service = service.filter(|service| !service.is_empty());
    if filter.port.is_none() && service.is_none() {
        return;
    }
    text.push_str(" AND id IN (SELECT host_id FROM port WHERE closed_at IS NULL");
    if let Some(port) = filter.port {
        text.push_str(" AND port = ?");
        values.push(i64::from(port).into());
    }
    if let Some(service) = service {
        text.push_str(" AND service = ?");
        values.push(service.into());
    }
    text.push(')');
}

/// The hosts at whose open ports a text is found: in a service's or product's name, or as the number.
pub async fn hosts_with(db: &impl ConnectionTrait, part: &str) -> Result<HashSet<HostId>, DbErr> {
    let text = "SELECT DISTINCT host_id FROM port WHERE closed_at IS NULL
        AND (port = ? OR instr(lower(service), ?) > 0 OR instr(lower(product), ?) > 0)";
    let number = part.parse::<u16>().map_or(0, i64::from);
    let part = part.to_lowercase();
    let values = [number.into(), part.clone().into(), part.into()];
    let rows = db.query_all_raw(sql(text, values)).await?;
    rows.iter()
        .map(|row| row.try_get_by_index(0).map(HostId))
        .collect()
}

/// Every service at an open port, in alphabetical order, at most `limit`.
pub async fn services(db: &impl ConnectionTrait, limit: u32) -> Result<Vec<String>, DbErr> {
    let text = "SELECT DISTINCT service FROM port WHERE closed_at IS NULL AND service IS NOT NULL ORDER BY service LIMIT ?";
    let rows = db.query_all_raw(sql(text, [limit.into()])).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}
