//! The inside of a subnet: hosts and gaps, and the first free addresses.

use super::{NOT_FOUND, documented, numbered, tree};
use crate::{Caller, Engine, Error, Result, board::Board, ops, store};
use domain::{
    cidr,
    host::{Host, NewHost},
    page::Page,
    row::{self, Row, RowQuery, SubnetPage},
    subnet::SubnetId,
    token::Scope,
};
use ipnetwork::IpNetwork;
use std::net::IpAddr;

async fn all_rows(engine: &Engine, block: IpNetwork, query: &RowQuery) -> Result<Vec<Row>> {
    let filter = store::host::Filter {
        block: Some(block),
        text: query.q.clone(),
        port: query.port,
        service: query.service.clone(),
        ..store::host::Filter::default()
    };
    let hosts = store::host::list(engine.store.read(), &filter).await?;
    let (board, now) = (engine.board(), engine.now());
    let hosts = hosts
        .into_iter()
        .map(|host| ops::host::row(&host, &board, now));
    let has = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    let is_filtered =
        query.status.is_some() || query.port.is_some() || has(&query.q) || has(&query.service);
    Ok(if is_filtered {
        hosts
            .filter(|host| query.status.is_none_or(|s| host.status == s))
            .map(Row::Host)
            .collect()
    } else {
        row::rows(block, &nested(&board, block), hosts.collect())
    })
}

/// The documented blocks inside a block.
fn nested(board: &Board, block: IpNetwork) -> Vec<IpNetwork> {
    let blocks = board.subnets().map(|(_, rules)| rules.cidr);
    blocks
        .filter(|inner| cidr::is_inside(*inner, block))
        .collect()
}

/// Hosts and gaps in address order, by pages.
pub async fn rows(
    engine: &Engine,
    caller: &Caller,
    id: SubnetId,
    query: &RowQuery,
) -> Result<Page<Row>> {
    caller.require(Scope::Read)?;
    let subnet = documented(engine, id).await?;
    let rows = all_rows(engine, subnet.cidr, query).await?;
    ops::page_of(rows, query.limit, query.cursor.as_deref())
}

/// Everything that the page of one subnet shows.
pub async fn page(engine: &Engine, caller: &Caller, id: SubnetId) -> Result<SubnetPage> {
    caller.require(Scope::Read)?;
    let subnet = documented(engine, id).await?;
    let rows = all_rows(engine, subnet.cidr, &RowQuery::default()).await?;
    let block = subnet.cidr;
    let (ancestors, children) = tree(engine).await?.into_iter().filter(|s| s.id != id).fold(
        (vec![], vec![]),
        |(mut around, mut inside), other| {
            if cidr::is_inside(block, other.cidr) {
                around.push(other);
            } else if other.parent_id == Some(id) {
                inside.push(other);
            }
            (around, inside)
        },
    );
    let (board, at) = (engine.board(), engine.now());
    Ok(SubnetPage {
        subnet: numbered(subnet, &board, at),
        ancestors,
        children,
        nested: nested(&board, block),
        rows,
        at,
    })
}

/// The first free addresses, at most 1,000.
pub async fn free(
    engine: &Engine,
    caller: &Caller,
    id: SubnetId,
    count: u32,
) -> Result<Vec<IpAddr>> {
    caller.require(Scope::Read)?;
    if !(1..=1000).contains(&count) {
        return Err(Error::field("/count", "between 1 and 1000"));
    }
    documented(engine, id).await?;
    Ok(first_free(engine, id, count as usize))
}

fn first_free(engine: &Engine, id: SubnetId, count: usize) -> Vec<IpAddr> {
    let board = engine.board();
    let Some(block) = board.rules(id).map(|r| r.cidr) else {
        return Vec::new();
    };
    let used = board.within(block).map(|(ip, _)| ip);
    let gaps = row::free(block, &nested(&board, block), used);
    gaps.iter()
        .flat_map(|gap| gap.page(0, count))
        .take(count)
        .collect()
}

/// Takes the first free address for a new host; `new.ip` is ignored.
pub async fn allocate(
    engine: &Engine,
    caller: &Caller,
    id: SubnetId,
    new: &NewHost,
) -> Result<Host> {
    caller.require(Scope::Write)?;
    // Free at this moment, taken before it is stored: then the next one is tried.
    for _ in 0..100 {
        if engine.board().rules(id).is_none() {
            return Err(NOT_FOUND);
        }
        let Some(ip) = first_free(engine, id, 1).into_iter().next() else {
            return Err(Error::Conflict {
                detail: "every address of this subnet is used".into(),
            });
        };
        let attempt = ops::host::create(
            engine,
            caller,
            &NewHost {
                ip: ip.to_string(),
                ..new.clone()
            },
        )
        .await;
        if !matches!(attempt, Err(Error::Conflict { .. })) {
            return attempt;
        }
    }
    Err(Error::Conflict {
        detail: "others took every address that was tried: try again".into(),
    })
}
