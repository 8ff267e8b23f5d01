//! Credentials for SNMP, of a subnet or of one host: stored sealed, shown without their secrets, opened only to ask an
//! agent.

use crate::{
    Caller, Engine, Error, Result,
    store::{self, host::Documented, snmp::Stored},
};
use domain::{
    snmp::{NewSnmp, PORT, Snmp, SnmpAccess, SnmpOf},
    token::Scope,
};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;
use zeroize::Zeroizing;

const NO_SUBNET: Error = Error::NotFound { what: "subnet" };
const NOT_FOUND: Error = Error::NotFound {
    what: "SNMP credentials",
};

fn context(of: SnmpOf) -> String {
    match of {
        SnmpOf::Subnet(id) => format!("snmp of subnet {}", id.0),
        SnmpOf::Host(id) => format!("snmp of host {}", id.0),
    }
}

/// What is shown of the credentials of a subnet, or of a host's own.
pub async fn find(engine: &Engine, caller: &Caller, of: impl Into<SnmpOf>) -> Result<Snmp> {
    caller.require(Scope::Read)?;
    let (db, of) = (engine.store.read(), of.into());
    must_exist(engine, db, of).await?;
    let stored = store::snmp::find(db, of).await?;
    stored.map(|stored| stored.shown).ok_or(NOT_FOUND)
}

/// Stores credentials for the hosts of a subnet, or for one host, in place of those that were there; the names of who
/// is asked with them are looked up at once.
pub async fn put(
    engine: &Engine,
    caller: &Caller,
    of: impl Into<SnmpOf>,
    new: &NewSnmp,
) -> Result<Snmp> {
    caller.require(Scope::Admin)?;
    let of = of.into();
    new.check().map_err(Error::Invalid)?;
    super::sealing::ready(engine).await?;
    let plain = Zeroizing::new(serde_json::to_vec(new).map_err(anyhow::Error::from)?);
    let sealed = engine.seal.seal(&context(of), &plain)?;
    let write = engine.store.write().await?;
    must_exist(engine, &write.tx, of).await?;
    let (subnet_id, host_id) = match of {
        SnmpOf::Subnet(id) => (Some(id), None),
        SnmpOf::Host(id) => (None, Some(id)),
    };
    let stored = Stored {
        of,
        shown: Snmp {
            subnet_id,
            host_id,
            version: new.version,
            port: new.port.unwrap_or(PORT),
            user: new.user.clone(),
            auth: new.auth,
            privacy: new.privacy,
            has_secret: true,
            updated_at: engine.now(),
        },
        sealed,
    };
    store::snmp::put(&write.tx, &stored).await?;
    store::host::due::at_once(&write.tx, of).await?;
    engine.commit(write, |_| ()).await?;
    engine.triggers.names.notify_one();
    Ok(stored.shown)
}

/// Forgets credentials: a subnet's hosts are not asked any more, a host is asked as its subnet says.
pub async fn delete(engine: &Engine, caller: &Caller, of: impl Into<SnmpOf>) -> Result<()> {
    caller.require(Scope::Admin)?;
    let of = of.into();
    let write = engine.store.write().await?;
    must_exist(engine, &write.tx, of).await?;
    if !store::snmp::delete(&write.tx, of).await? {
        return Err(NOT_FOUND);
    }
    store::host::due::at_once(&write.tx, of).await?;
    engine.commit(write, |_| ()).await?;
    engine.triggers.names.notify_one();
    Ok(())
}

async fn must_exist(engine: &Engine, db: &impl ConnectionTrait, of: SnmpOf) -> Result<()> {
    match of {
        SnmpOf::Subnet(id) => engine.board().rules(id).map(drop).ok_or(NO_SUBNET),
        SnmpOf::Host(id) => {
            let host = store::host::find(db, id).await?;
            host.map(drop).ok_or(super::host::NOT_FOUND)
        }
    }
}

/// How hosts are asked; an error says why they can't be.
pub(crate) struct Accesses(HashMap<SnmpOf, std::result::Result<SnmpAccess, String>>);

impl Accesses {
    /// How a host is asked: with its own credentials if it has some, else with its subnet's. What can't be opened is
    /// not replaced by what is meant for others.
    pub(crate) fn of(&self, host: &Documented) -> Option<&std::result::Result<SnmpAccess, String>> {
        let own = self.0.get(&host.id.into());
        own.or_else(|| self.0.get(&host.subnet_id.into()))
            .filter(|_| host.snmp)
    }
}

/// How each of these hosts is asked.
pub(crate) async fn accesses(engine: &Engine, hosts: &[Documented]) -> Result<Accesses> {
    let db = engine.store.read();
    let ids: Vec<_> = hosts.iter().map(|host| host.id).collect();
    let mut stored = store::snmp::of_subnets(db).await?;
    stored.extend(store::snmp::of_hosts(db, &ids).await?);
    let opened = stored.into_iter().map(|Stored { of, sealed, .. }| {
        let access = open(engine, of, &sealed);
        if let Err(why) = &access {
            tracing::warn!(snmp.of = ?of, "failed to open SNMP credentials: {why}");
        }
        (of, access)
    });
    Ok(Accesses(opened.collect()))
}

fn open(engine: &Engine, of: SnmpOf, sealed: &[u8]) -> std::result::Result<SnmpAccess, String> {
    let opened = engine.seal.open(&context(of), sealed);
    let plain = opened.map_err(|e| e.to_string())?;
    let new: Option<NewSnmp> = serde_json::from_slice(&plain).ok();
    let access = new.and_then(|new| new.check().ok());
    access.ok_or_else(|| "the stored credentials are no longer valid: enter them again".into())
}
