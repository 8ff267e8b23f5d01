//! The mark on a demo's database.

use super::sql;
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DbErr};

/// What a demo's database says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What the sample network's answers are made from.
    pub seed: u32,
    /// The end of the past that was written.
    pub until: Timestamp,
    /// Whether all of it was written.
    pub is_loaded: bool,
}

/// The mark, if there is one.
pub async fn find(db: &impl ConnectionTrait) -> Result<Option<Mark>, DbErr> {
    let text = "SELECT seed, until, is_loaded FROM demo";
    let row = db.query_one_raw(sql(text, [])).await?;
    row.map(|row| {
        let seed: i64 = row.try_get("", "seed")?;
        Ok(Mark {
            seed: u32::try_from(seed).map_err(|e| DbErr::Custom(e.to_string()))?,
            until: Timestamp(row.try_get("", "until")?),
            is_loaded: row.try_get("", "is_loaded")?,
        })
    })
    .transpose()
}

/// Sets the mark.
pub async fn put(db: &impl ConnectionTrait, mark: Mark) -> Result<(), DbErr> {
    let text = "INSERT OR REPLACE INTO demo (id, seed, until, is_loaded) VALUES (1, ?, ?, ?)";
    let values = [mark.seed.into(), mark.until.0.into(), mark.is_loaded.into()];
    db.execute_raw(sql(text, values)).await.map(drop)
}
