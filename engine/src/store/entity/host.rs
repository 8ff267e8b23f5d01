//! Table `host`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "host")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub addr: Vec<u8>,
    pub subnet_id: i64,
    pub hostname: Option<String>,
    pub hostname_source: Option<String>,
    pub description: Option<String>,
    pub tags: String,
    pub notes: Option<String>,
    pub mac: Option<String>,
    pub vendor: Option<String>,
    pub reserved: bool,
    pub first_seen_at: Option<i64>,
    pub created_at: i64,
    pub version: i64,
    pub archived_at: Option<i64>,
    pub dns_name: Option<String>,
    pub dns_checked_at: Option<i64>,
    pub lookup_due_at: Option<i64>,
    pub snmp: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
