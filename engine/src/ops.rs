//! The use cases: each checks the caller, decides by `domain`, writes one transaction, then tells the live streams.

pub mod archive;
pub mod demo;
pub mod event;
pub mod first_sign_in;
pub mod fold;
pub mod health;
pub mod history;
pub mod host;
pub mod job;
pub mod name;
pub mod neighbour;
pub mod password;
pub(crate) mod past;
pub mod port;
pub mod scan;
mod sealing;
pub mod session;
pub mod snmp;
pub mod storage;
pub mod subnet;
pub mod summary;
pub mod sweep;
pub mod throttle;
pub mod token;
pub mod uptime;
pub mod webhook;

use crate::{Error, Result};
use domain::page::{DEFAULT_LIMIT, MAX_LIMIT, Page, PageQuery};

/// The number of items of a page that a query asks for.
fn limit(asked: Option<u32>) -> Result<usize> {
    match asked.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(limit as usize),
        _ => Err(Error::field("/limit", "between 1 and 1000")),
    }
}

/// The page of a whole list that a query asks for.
pub fn paged<T>(items: Vec<T>, query: &PageQuery) -> Result<Page<T>> {
    page_of(items, query.limit, query.cursor.as_deref())
}

/// The page of `items` that begins at a cursor, which is the index of its first item.
fn page_of<T>(items: Vec<T>, asked: Option<u32>, cursor: Option<&str>) -> Result<Page<T>> {
    let limit = limit(asked)?;
    let start = match cursor {
        None => 0,
        Some(cursor) => cursor.parse::<usize>().map_err(|_| bad_cursor())?,
    };
    let total = items.len();
    let end = start.saturating_add(limit).min(total);
    let items = items.into_iter().skip(start).take(limit).collect();
    Ok(Page {
        items,
        next_cursor: (end < total).then(|| end.to_string()),
        total: total as u64,
    })
}

fn bad_cursor() -> Error {
    Error::field("/cursor", "not a cursor of this list")
}

/// Refuses an edit of a row that was changed since the caller read it.
fn check_version(what: &str, stored: i64, expected: Option<i64>) -> Result<()> {
    match expected {
        Some(expected) if expected != stored => Err(Error::PreconditionFailed {
            detail: format!(
                "this {what} was changed meanwhile (version {stored}, yours is {expected}): reload it and try again"
            ),
        }),
        _ => Ok(()),
    }
}

/// Cleans one line of text; empty is absent.
fn clean_line(pointer: &str, text: Option<&str>) -> Result<Option<String>> {
    let line =
        domain::text::line(text.unwrap_or_default()).map_err(|e| Error::field(pointer, e))?;
    Ok(Some(line).filter(|line| !line.is_empty()))
}

/// Cleans notes; empty is absent.
fn clean_notes(pointer: &str, text: Option<&str>) -> Result<Option<String>> {
    let notes =
        domain::text::notes(text.unwrap_or_default()).map_err(|e| Error::field(pointer, e))?;
    Ok(Some(notes).filter(|notes| !notes.is_empty()))
}

/// Cleans tags.
fn clean_tags(pointer: &str, tags: &[String]) -> Result<Vec<String>> {
    domain::text::tags(tags.iter().map(String::as_str)).map_err(|e| Error::field(pointer, e))
}
