//! How full the file is, and giving back what is free.

use super::sql;
use sea_orm::{ConnectionTrait, DbErr};

/// One table with its indexes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Rows.
    pub rows: u64,
    /// Bytes of its pages.
    pub bytes: u64,
}

/// The tables, largest first. Reads the head of every page: a second for some gigabytes.
pub async fn tables(db: &impl ConnectionTrait) -> Result<Vec<Table>, DbErr> {
    // Rows of a table with a rowid are the cells of its leaves; without one, those of every page.
    let text = "SELECT s.tbl_name AS name, sum(d.pgsize) AS bytes,
            sum(iif(s.type = 'table' AND (d.pagetype = 'leaf' OR d.pagetype = 'internal' AND s.sql LIKE '%WITHOUT ROWID%'), d.ncell, 0)) AS cells
        FROM dbstat AS d JOIN sqlite_schema AS s ON s.name = d.name
        GROUP BY s.tbl_name ORDER BY bytes DESC";
    let rows = db.query_all_raw(sql(text, [])).await?;
    let number = |n: i64| u64::try_from(n).unwrap_or(0);
    rows.iter()
        .map(|row| {
            Ok(Table {
                name: row.try_get("", "name")?,
                rows: number(row.try_get("", "cells")?),
                bytes: number(row.try_get("", "bytes")?),
            })
        })
        .collect()
}

/// Pages of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pages {
    /// All.
    pub all: u64,
    /// Free for what comes next.
    pub free: u64,
    /// Bytes of each.
    pub bytes: u64,
}

/// The file's pages.
pub async fn pages(db: &impl ConnectionTrait) -> Result<Pages, DbErr> {
    let text = "SELECT page_count AS a, freelist_count AS f, page_size AS s
        FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
    let row = db
        .query_one_raw(sql(text, []))
        .await?
        .ok_or_else(|| DbErr::Custom("no page count".into()))?;
    let number = |name| {
        row.try_get::<i64>("", name)
            .map(|n| u64::try_from(n).unwrap_or(0))
    };
    Ok(Pages {
        all: number("a")?,
        free: number("f")?,
        bytes: number("s")?,
    })
}

/// Gives at most `most` free pages back to the file system.
pub async fn give_back(db: &impl ConnectionTrait, most: u64) -> Result<(), DbErr> {
    db.execute_unprepared(&format!("PRAGMA incremental_vacuum({most})"))
        .await
        .map(drop)
}

/// The oldest time in a table's column; `None` when it is empty.
pub async fn oldest(
    db: &impl ConnectionTrait,
    (table, column): (&'static str, &'static str),
) -> Result<Option<i64>, DbErr> {
    let text = format!("SELECT min({column}) AS at FROM {table}");
    let row = db.query_one_raw(sql(&text, [])).await?;
    Ok(row.map(|row| row.try_get("", "at")).transpose()?.flatten())
}
