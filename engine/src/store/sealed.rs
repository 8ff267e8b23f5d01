//! Whether anything was sealed.

use super::sql;
use sea_orm::{ConnectionTrait, DbErr};

/// Whether a table that keeps sealed secrets has a row.
pub async fn is_any(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let text = "SELECT EXISTS (SELECT 1 FROM webhook) OR EXISTS (SELECT 1 FROM snmp)
        OR EXISTS (SELECT 1 FROM host_snmp)";
    let row = db.query_one_raw(sql(text, [])).await?;
    row.map_or(Ok(false), |row| row.try_get_by_index(0))
}
