//! What a host's drawer shows of its scans.

use super::{policy::permit, read::whose};
use crate::{
    Caller, Engine, Error, Result,
    store::{self, scan::query},
};
use domain::{host::HostId, scan::brief::Brief};

/// What is known of a host's address, and whether it may be scanned.
pub async fn brief(engine: &Engine, caller: &Caller, id: HostId) -> Result<Brief> {
    let owner = whose(caller)?;
    let db = engine.store.read();
    let host = store::host::find(db, id).await?;
    let ip = host.ok_or(Error::NotFound { what: "host" })?.ip;
    let newest = super::newest_of(engine, caller, ip).await?;
    Ok(Brief {
        newest: newest.map(Into::into),
        scanning: query::going_on(db, owner.as_deref(), ip).await?,
        refused: permit(engine, ip).err(),
    })
}
