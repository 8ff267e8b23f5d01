//! Table `subnet`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "subnet")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub cidr: String,
    pub name: String,
    pub notes: Option<String>,
    pub tags: String,
    pub ping: bool,
    pub discover: bool,
    pub port_scan: bool,
    pub interval_seconds: Option<i64>,
    pub down_after: Option<i64>,
    pub swept_at: Option<i64>,
    pub created_at: i64,
    pub version: i64,
    pub uplink_host_id: Option<i64>,
    pub full_level: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
