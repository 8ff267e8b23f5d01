//! Hosts that nobody described.

use super::super::sql;
use domain::subnet::SubnetId;
use sea_orm::{ConnectionTrait, DbErr};

/// How many hosts of a subnet nobody described; see [`super::Documented::is_annotated`].
pub async fn count(db: &impl ConnectionTrait, id: SubnetId) -> Result<u64, DbErr> {
    let text = "SELECT count(*) FROM host WHERE subnet_id = ? AND archived_at IS NULL
        AND NOT reserved AND description IS NULL AND notes IS NULL AND tags = '[]'
        AND coalesce(hostname_source, 'dns') IN ('dns', 'snmp')";
    let row = db.query_one_raw(sql(text, [id.0.into()])).await?;
    let count: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(u64::try_from(count.unwrap_or(0)).unwrap_or(0))
}
