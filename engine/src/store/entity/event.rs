//! Table `event`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: i64,
    pub kind: String,
    pub host_id: Option<i64>,
    pub subnet_id: Option<i64>,
    pub addr: Vec<u8>,
    pub hostname: Option<String>,
    pub detail: String,
    pub lasted_seconds: Option<i64>,
    pub wide: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
