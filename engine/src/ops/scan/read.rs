//! Scans are listed, searched, written out as a table, and asked what they know of an address.

use super::{find, owner, without_results};
use crate::{
    Caller, Engine, Error, Result,
    ops::{bad_cursor, limit},
    store::{self, scan::query::Filter},
};
use domain::{
    host::HostId,
    page::Page,
    scan::{AddressVerdict, Scan, ScanQuery, csv},
    token::Scope,
};
use std::net::IpAddr;

/// Characters of a search that count.
const LONGEST_SEARCH: usize = 200;

/// The owner whose jobs a caller may see; absent for an administrator, who sees everybody's.
pub(super) fn whose(caller: &Caller) -> Result<Option<String>> {
    caller.require(Scope::Scan)?;
    let is_admin = caller.require(Scope::Admin).is_ok();
    Ok((!is_admin).then(|| owner(caller)))
}

/// The caller's jobs, or all of them for an administrator, newest first, without their results. A cursor is the number of
/// the last job of the page before.
pub async fn list(engine: &Engine, caller: &Caller, query: &ScanQuery) -> Result<Page<Scan>> {
    let owner = whose(caller)?;
    let limit = limit(query.limit)?;
    let before = query.cursor.as_deref();
    let before = before.map(|cursor| cursor.parse::<i64>().map_err(|_| bad_cursor()));
    let text = query.q.as_deref().unwrap_or_default().trim();
    let text: String = text.chars().take(LONGEST_SEARCH).collect();
    let filter = Filter {
        owner,
        address: text.parse().ok().map(|ip: IpAddr| ip.to_canonical()),
        text: Some(text.to_ascii_lowercase()).filter(|text| !text.is_empty()),
        status: query.status,
        schedule: query.schedule,
    };
    let db = engine.store.read();
    let total = store::scan::query::count(db, &filter).await?;
    let mut jobs =
        store::scan::query::list(db, &filter, before.transpose()?, limit as u64 + 1).await?;
    let has_more = jobs.len() > limit;
    jobs.truncate(limit);
    let next_cursor = jobs.last().filter(|_| has_more).map(|it| it.id.to_string());
    Ok(Page {
        items: jobs
            .into_iter()
            .map(without_results)
            .collect::<Result<_>>()?,
        next_cursor,
        total,
    })
}

/// What the newest scan that the caller may see found at an address, also by a name that led to it.
pub async fn newest_of(
    engine: &Engine,
    caller: &Caller,
    ip: IpAddr,
) -> Result<Option<AddressVerdict>> {
    let owner = whose(caller)?;
    let db = engine.store.read();
    let found = store::scan::query::newest_of(db, owner.as_deref(), ip.to_canonical()).await?;
    let read = |(token, at, result): (String, _, String)| {
        let result = serde_json::from_str(&result).map_err(|e| Error::Internal(e.into()))?;
        Ok(AddressVerdict { token, at, result })
    };
    found.map(read).transpose()
}

/// The same of a host on the lists.
pub async fn verdict_of(engine: &Engine, caller: &Caller, id: HostId) -> Result<AddressVerdict> {
    whose(caller)?;
    let ip = engine.board().address(id);
    let ip = ip.ok_or(Error::NotFound { what: "host" })?;
    let newest = newest_of(engine, caller, ip).await?;
    newest.ok_or(Error::NotFound { what: "verdict" })
}

/// A job's results so far as a table.
pub async fn table(engine: &Engine, caller: &Caller, token: &str) -> Result<String> {
    Ok(csv::table(&find(engine, caller, token).await?))
}
