//! Subnets.

use super::Failure;
#[cfg(feature = "ssr")]
use super::door::Door;
use domain::{
    live::SweepProgress,
    row::SubnetPage,
    subnet::{NewSubnet, Subnet, SubnetId, SubnetPatch},
};
#[cfg(feature = "ssr")]
use engine::ops;
use leptos::{prelude::*, server_fn::codec::Json};

/// Every subnet, a parent before its children.
#[server(ListSubnets, prefix = "/rpc", endpoint = "subnets", input = Json, output = Json)]
pub async fn subnets() -> Result<Vec<Subnet>, Failure> {
    let door = Door::open()?;
    door.answer(ops::subnet::list(&door.engine, &door.caller).await)
}

/// One subnet with all its rows.
#[server(LoadSubnetPage, prefix = "/rpc", endpoint = "subnet_page", input = Json, output = Json)]
pub async fn subnet_page(
    /// Its number.
    id: SubnetId,
) -> Result<SubnetPage, Failure> {
    let door = Door::open()?;
    door.answer(ops::subnet::page(&door.engine, &door.caller, id).await)
}

/// This machine's own networks that are not documented yet, in CIDR notation.
#[server(ListSuggestions, prefix = "/rpc", endpoint = "suggestions", input = Json, output = Json)]
pub async fn suggestions() -> Result<Vec<String>, Failure> {
    let door = Door::open()?;
    door.answer(
        ops::subnet::suggestions(&door.engine, &door.caller)
            .await
            .map(|networks| networks.iter().map(ToString::to_string).collect()),
    )
}

/// Adds a subnet.
#[server(CreateSubnet, prefix = "/rpc", endpoint = "create_subnet", input = Json, output = Json)]
pub async fn create_subnet(
    /// What to add.
    subnet: NewSubnet,
) -> Result<Subnet, Failure> {
    let door = Door::open()?;
    door.answer(ops::subnet::create(&door.engine, &door.caller, &subnet).await)
}

/// Changes a subnet that was read at `version`.
#[server(UpdateSubnet, prefix = "/rpc", endpoint = "update_subnet", input = Json, output = Json)]
pub async fn update_subnet(
    /// Its number.
    id: SubnetId,
    /// The version that was read.
    version: i64,
    /// What to change.
    patch: SubnetPatch,
) -> Result<Subnet, Failure> {
    let door = Door::open()?;
    door.answer(ops::subnet::update(&door.engine, &door.caller, id, Some(version), &patch).await)
}

/// Deletes a subnet with its hosts.
#[server(DeleteSubnet, prefix = "/rpc", endpoint = "delete_subnet", input = Json, output = Json)]
pub async fn delete_subnet(
    /// Its number.
    id: SubnetId,
) -> Result<(), Failure> {
    let door = Door::open()?;
    door.answer(ops::subnet::delete(&door.engine, &door.caller, id, None).await)
}

/// Sweeps a subnet now.
#[server(SweepSubnet, prefix = "/rpc", endpoint = "sweep_subnet", input = Json, output = Json)]
pub async fn sweep_subnet(
    /// Its number.
    id: SubnetId,
) -> Result<SweepProgress, Failure> {
    let door = Door::open()?;
    door.answer(ops::subnet::sweep_now(&door.engine, &door.caller, id).await)
}
