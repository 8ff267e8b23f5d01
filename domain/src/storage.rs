//! What the database holds, how it grows, and what retention drops when.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What the database holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StorageReport {
    /// Bytes of the database file and its log.
    pub bytes: u64,
    /// Bytes within the file that are free for what comes next.
    pub free_bytes: u64,
    /// Bytes that a day adds, before retention drops any.
    pub bytes_per_day: u64,
    /// Days for which every round is kept.
    pub keep_raw_days: u32,
    /// Days for which hours are kept; days are kept for ever.
    pub keep_hourly_days: u32,
    /// The tables, largest first.
    pub tables: Vec<StorageTable>,
    /// When this was counted.
    pub at: Timestamp,
}

/// One table of the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StorageTable {
    /// Its name.
    pub name: String,
    /// Rows.
    pub rows: u64,
    /// Bytes, its indexes included.
    pub bytes: u64,
    /// Bytes that one day adds; absent where that can't be told.
    pub bytes_per_day: Option<u64>,
    /// The oldest time in it; absent where rows have none.
    pub oldest_at: Option<Timestamp>,
    /// When retention drops its oldest part next; absent = never.
    pub next_drop_at: Option<Timestamp>,
    /// Bytes that go then, about.
    pub next_drop_bytes: Option<u64>,
}
