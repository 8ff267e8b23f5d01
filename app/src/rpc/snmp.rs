//! Credentials for SNMP, of a subnet or of one host.

use super::Failure;
#[cfg(feature = "ssr")]
use super::door::Door;
use domain::snmp::{NewSnmp, Snmp, SnmpOf};
#[cfg(feature = "ssr")]
use engine::{Error, ops};
use leptos::{prelude::*, server_fn::codec::Json};

/// What is shown of somebody's credentials; none when there are none.
#[server(LoadSnmp, prefix = "/rpc", endpoint = "snmp", input = Json, output = Json)]
pub async fn snmp(
    /// Whose.
    of: SnmpOf,
) -> Result<Option<Snmp>, Failure> {
    let door = Door::open()?;
    door.answer(
        match ops::snmp::find(&door.engine, &door.caller, of).await {
            Ok(snmp) => Ok(Some(snmp)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        },
    )
}

/// Stores credentials in place of those that were there.
#[server(StoreSnmp, prefix = "/rpc", endpoint = "store_snmp", input = Json, output = Json)]
pub async fn store_snmp(
    /// Whose.
    of: SnmpOf,
    /// What to store.
    snmp: NewSnmp,
) -> Result<Snmp, Failure> {
    let door = Door::open()?;
    door.answer(ops::snmp::put(&door.engine, &door.caller, of, &snmp).await)
}

/// Forgets credentials.
#[server(ForgetSnmp, prefix = "/rpc", endpoint = "forget_snmp", input = Json, output = Json)]
pub async fn forget_snmp(
    /// Whose.
    of: SnmpOf,
) -> Result<(), Failure> {
    let door = Door::open()?;
    door.answer(ops::snmp::delete(&door.engine, &door.caller, of).await)
}
