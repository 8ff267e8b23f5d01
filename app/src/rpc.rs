//! What pages ask the server: server functions under `/rpc`, each a thin call of one operation of the engine.

mod event;
mod failure;
mod host;
mod job;
mod port;
mod scan;
mod snmp;
mod subnet;
mod summary;
mod token;
mod webhook;

#[cfg(feature = "ssr")]
mod door;

pub use event::*;
pub use failure::Failure;
pub use host::*;
pub use job::*;
pub use port::*;
pub use scan::*;
pub use snmp::*;
pub use subnet::*;
pub use summary::*;
pub use token::*;
pub use webhook::*;

/// Registers every server function; the linker may drop the automatic registration of a crate it sees no use of.
#[cfg(feature = "ssr")]
pub fn register() {
    use leptos::server_fn::axum::register_explicit;
    register_explicit::<LoadFrame>();
    register_explicit::<LoadDashboard>();
    register_explicit::<LoadHealth>();
    register_explicit::<LoadStorage>();
    register_explicit::<ListSubnets>();
    register_explicit::<LoadSubnetPage>();
    register_explicit::<ListSuggestions>();
    register_explicit::<CreateSubnet>();
    register_explicit::<UpdateSubnet>();
    register_explicit::<DeleteSubnet>();
    register_explicit::<SweepSubnet>();
    register_explicit::<LoadSnmp>();
    register_explicit::<StoreSnmp>();
    register_explicit::<ForgetSnmp>();
    register_explicit::<ListHosts>();
    register_explicit::<LoadHostPage>();
    register_explicit::<LoadHostPast>();
    register_explicit::<LoadSparklines>();
    register_explicit::<CreateHost>();
    register_explicit::<UpdateHost>();
    register_explicit::<DeleteHost>();
    register_explicit::<ListPorts>();
    register_explicit::<AcceptPorts>();
    register_explicit::<StartJob>();
    register_explicit::<CancelJob>();
    register_explicit::<ListJobs>();
    register_explicit::<LoadScanner>();
    register_explicit::<CreateScan>();
    register_explicit::<LoadScan>();
    register_explicit::<LoadScanResult>();
    register_explicit::<CancelScan>();
    register_explicit::<LoadBrief>();
    register_explicit::<RerunScan>();
    register_explicit::<CompareScans>();
    register_explicit::<ListScans>();
    register_explicit::<ListScanSchedules>();
    register_explicit::<CreateScanSchedule>();
    register_explicit::<UpdateScanSchedule>();
    register_explicit::<DeleteScanSchedule>();
    register_explicit::<ListEvents>();
    register_explicit::<ListTokens>();
    register_explicit::<CreateToken>();
    register_explicit::<RevokeToken>();
    register_explicit::<ListWebhooks>();
    register_explicit::<CreateWebhook>();
    register_explicit::<UpdateWebhook>();
    register_explicit::<DeleteWebhook>();
    register_explicit::<TestWebhook>();
    register_explicit::<RotateWebhook>();
    register_explicit::<ListDeadLetters>();
    register_explicit::<RetryDelivery>();
    register_explicit::<ForgetDelivery>();
}
