//! Credentials for SNMP: stored sealed, shown without their secrets, opened only to ask an agent.

use super::name::Accesses;
use crate::{
    Caller, Engine, Error, Result,
    store::{self, snmp::Stored},
};
use domain::{
    snmp::{NewSnmp, PORT, Snmp, SnmpAccess},
    subnet::SubnetId,
    token::Scope,
};
use zeroize::Zeroizing;

const NO_SUBNET: Error = Error::NotFound { what: "subnet" };
const NOT_FOUND: Error = Error::NotFound {
    what: "SNMP credentials",
};

fn context(id: SubnetId) -> String {
    format!("snmp of subnet {}", id.0)
}

/// What is shown of a subnet's credentials.
pub async fn find(engine: &Engine, caller: &Caller, id: SubnetId) -> Result<Snmp> {
    caller.require(Scope::Read)?;
    must_exist(engine, id)?;
    let stored = store::snmp::find(engine.store.read(), id).await?;
    stored.map(|stored| stored.shown).ok_or(NOT_FOUND)
}

/// Stores credentials for the hosts of a subnet in place of those that were there; their names are looked up at once.
pub async fn put(engine: &Engine, caller: &Caller, id: SubnetId, new: &NewSnmp) -> Result<Snmp> {
    caller.require(Scope::Admin)?;
    new.check().map_err(Error::Invalid)?;
    super::sealing::ready(engine).await?;
    let plain = Zeroizing::new(serde_json::to_vec(new).map_err(anyhow::Error::from)?);
    let sealed = engine.seal.seal(&context(id), &plain)?;
    let write = engine.store.write().await?;
    must_exist(engine, id)?;
    let stored = Stored {
        shown: Snmp {
            subnet_id: id,
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
    store::host::due::at_once(&write.tx, id).await?;
    engine.commit(write, |_| ()).await?;
    engine.triggers.names.notify_one();
    Ok(stored.shown)
}

/// Forgets a subnet's credentials; its hosts are not asked by SNMP any more.
pub async fn delete(engine: &Engine, caller: &Caller, id: SubnetId) -> Result<()> {
    caller.require(Scope::Admin)?;
    must_exist(engine, id)?;
    let write = engine.store.write().await?;
    if !store::snmp::delete(&write.tx, id).await? {
        return Err(NOT_FOUND);
    }
    store::host::due::at_once(&write.tx, id).await?;
    engine.commit(write, |_| ()).await
}

fn must_exist(engine: &Engine, id: SubnetId) -> Result<()> {
    engine.board().rules(id).map(drop).ok_or(NO_SUBNET)
}

/// How the hosts of each subnet are asked.
pub(crate) async fn accesses(engine: &Engine) -> Result<Accesses> {
    let stored = store::snmp::list(engine.store.read()).await?;
    let opened = stored.into_iter().map(|stored| {
        let id = stored.shown.subnet_id;
        let access = open(engine, id, &stored.sealed);
        if let Err(why) = &access {
            tracing::warn!(subnet.id = id.0, "failed to open SNMP credentials: {why}");
        }
        (id, access)
    });
    Ok(opened.collect())
}

fn open(engine: &Engine, id: SubnetId, sealed: &[u8]) -> std::result::Result<SnmpAccess, String> {
    let opened = engine.seal.open(&context(id), sealed);
    let plain = opened.map_err(|e| e.to_string())?;
    let new: Option<NewSnmp> = serde_json::from_slice(&plain).ok();
    let access = new.and_then(|new| new.check().ok());
    access.ok_or_else(|| "the stored credentials are no longer valid: enter them again".into())
}
