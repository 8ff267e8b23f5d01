//! What surrounds every page, the dashboard's numbers, and the server's health.

use super::Failure;
#[cfg(feature = "ssr")]
use super::door::Door;
use domain::{
    health::Health,
    storage::StorageReport,
    summary::{Frame, Summary, SummaryQuery},
};
#[cfg(feature = "ssr")]
use engine::ops;
use leptos::{prelude::*, server_fn::codec::Json};

/// What every page shows around its content.
#[server(LoadFrame, prefix = "/rpc", endpoint = "frame", input = Json, output = Json)]
pub async fn frame() -> Result<Frame, Failure> {
    let door = Door::open()?;
    door.answer(ops::summary::frame(&door.engine, &door.caller).await)
}

/// The dashboard's numbers.
#[server(LoadDashboard, prefix = "/rpc", endpoint = "dashboard", input = Json, output = Json)]
pub async fn dashboard(
    /// Which hosts it is about.
    query: SummaryQuery,
) -> Result<Summary, Failure> {
    let door = Door::open()?;
    door.answer(ops::summary::summary(&door.engine, &door.caller, &query).await)
}

/// Workers, prober, store.
#[server(LoadHealth, prefix = "/rpc", endpoint = "health", input = Json, output = Json)]
pub async fn health() -> Result<Health, Failure> {
    let door = Door::open()?;
    // The operation waits for nothing, but a server function is asynchronous whatever it does.
    let health = std::future::ready(ops::health::health(&door.engine, &door.caller));
    door.answer(health.await)
}

/// What the database holds, and what is dropped when.
#[server(LoadStorage, prefix = "/rpc", endpoint = "storage", input = Json, output = Json)]
pub async fn storage() -> Result<StorageReport, Failure> {
    let door = Door::open()?;
    door.answer(ops::storage::report(&door.engine, &door.caller).await)
}
