//! Scan jobs.

use super::Failure;
#[cfg(feature = "ssr")]
use super::door::Door;
#[cfg(feature = "ssr")]
use crate::model::scan_cards;
use crate::model::scan_cards::{CardFilter, ScanPage};
#[cfg(feature = "ssr")]
use domain::scan::ScanMode;
use domain::{
    host::HostId,
    page::Page,
    scan::{
        NewScan, Scan, ScanAccepted, ScanQuery, ScanResult,
        brief::Brief,
        diff::ScanDiff,
        schedule::{NewScanSchedule, ScanSchedule, ScanSchedulePatch},
        source::ScannerStatus,
    },
};
#[cfg(feature = "ssr")]
use engine::ops;
use leptos::{prelude::*, server_fn::codec::Json};

/// What the scanner has at hand, and what of it leaves the network.
#[server(LoadScanner, prefix = "/rpc", endpoint = "scanner", input = Json, output = Json)]
pub async fn scanner() -> Result<ScannerStatus, Failure> {
    let door = Door::open()?;
    door.answer(ops::scan::status::find(&door.engine, &door.caller).await)
}

/// Asks for a scan.
#[server(CreateScan, prefix = "/rpc", endpoint = "create_scan", input = Json, output = Json)]
pub async fn create_scan(
    /// What to scan.
    new: NewScan,
) -> Result<ScanAccepted, Failure> {
    let door = Door::open()?;
    let (engine, caller) = (&door.engine, &door.caller);
    door.answer(ops::scan::enqueue(engine, caller, ScanMode::Scan, &new, None).await)
}

/// A scan and those of its results that are wanted.
#[server(LoadScan, prefix = "/rpc", endpoint = "scan", input = Json, output = Json)]
pub async fn scan(
    /// Its token.
    token: String,
    /// Which results.
    wanted: CardFilter,
    /// Most of them.
    most: u32,
) -> Result<ScanPage, Failure> {
    let door = Door::open()?;
    let scan = ops::scan::find(&door.engine, &door.caller, &token).await;
    door.answer(scan.map(|scan| ScanPage::new(scan, &wanted, most)))
}

/// One result of a scan, as it is stored.
#[server(LoadScanResult, prefix = "/rpc", endpoint = "scan_result", input = Json, output = Json)]
pub async fn scan_result(
    /// The scan's token.
    token: String,
    /// The target.
    target: String,
    /// How many results of this target come before.
    nth: u32,
) -> Result<ScanResult, Failure> {
    let door = Door::open()?;
    let scan = ops::scan::find(&door.engine, &door.caller, &token).await;
    let result = scan.and_then(|scan| {
        let missing = engine::Error::NotFound { what: "target" };
        scan_cards::whole(scan, &target, nth).ok_or(missing)
    });
    door.answer(result)
}

/// What is known of a host's address in short, and whether it may be scanned.
#[server(LoadBrief, prefix = "/rpc", endpoint = "scan_brief", input = Json, output = Json)]
pub async fn scan_brief(
    /// The host.
    id: HostId,
) -> Result<Brief, Failure> {
    let door = Door::open()?;
    door.answer(ops::scan::brief(&door.engine, &door.caller, id).await)
}

/// Ends a scan; its finished targets keep their results.
#[server(CancelScan, prefix = "/rpc", endpoint = "cancel_scan", input = Json, output = Json)]
pub async fn cancel_scan(
    /// Its token.
    token: String,
) -> Result<(), Failure> {
    let door = Door::open()?;
    let scan = ops::scan::cancel(&door.engine, &door.caller, &token).await;
    door.answer(scan.map(drop))
}

/// Asks for the same again.
#[server(RerunScan, prefix = "/rpc", endpoint = "rerun_scan", input = Json, output = Json)]
pub async fn rerun_scan(
    /// The token of the scan to repeat.
    token: String,
) -> Result<ScanAccepted, Failure> {
    let door = Door::open()?;
    door.answer(ops::scan::rerun(&door.engine, &door.caller, &token).await)
}

/// What changed from one scan to another.
#[server(CompareScans, prefix = "/rpc", endpoint = "compare_scans", input = Json, output = Json)]
pub async fn compare_scans(
    /// The earlier one's token.
    before: String,
    /// The later one's token.
    after: String,
) -> Result<ScanDiff, Failure> {
    let door = Door::open()?;
    door.answer(ops::scan::compare(&door.engine, &door.caller, &before, &after).await)
}

/// One page of scans, newest first, without their results.
#[server(ListScans, prefix = "/rpc", endpoint = "scans", input = Json, output = Json)]
pub async fn scans(
    /// Which ones.
    query: ScanQuery,
) -> Result<Page<Scan>, Failure> {
    let door = Door::open()?;
    door.answer(ops::scan::list(&door.engine, &door.caller, &query).await)
}

/// Every scan that is repeated by itself.
#[server(ListScanSchedules, prefix = "/rpc", endpoint = "scan_schedules", input = Json, output = Json)]
pub async fn scan_schedules() -> Result<Vec<ScanSchedule>, Failure> {
    let door = Door::open()?;
    door.answer(ops::scan::schedule::list(&door.engine, &door.caller).await)
}

/// Has a scan repeated.
#[server(CreateScanSchedule, prefix = "/rpc", endpoint = "create_scan_schedule", input = Json, output = Json)]
pub async fn create_scan_schedule(
    /// What to repeat, and how often.
    new: NewScanSchedule,
) -> Result<ScanSchedule, Failure> {
    let door = Door::open()?;
    door.answer(ops::scan::schedule::create(&door.engine, &door.caller, &new).await)
}

/// Changes a schedule.
#[server(UpdateScanSchedule, prefix = "/rpc", endpoint = "update_scan_schedule", input = Json, output = Json)]
pub async fn update_scan_schedule(
    /// Its number.
    id: i64,
    /// What to change.
    patch: ScanSchedulePatch,
) -> Result<ScanSchedule, Failure> {
    let door = Door::open()?;
    door.answer(ops::scan::schedule::update(&door.engine, &door.caller, id, &patch).await)
}

/// Deletes a schedule; its runs stay.
#[server(DeleteScanSchedule, prefix = "/rpc", endpoint = "delete_scan_schedule", input = Json, output = Json)]
pub async fn delete_scan_schedule(
    /// Its number.
    id: i64,
) -> Result<(), Failure> {
    let door = Door::open()?;
    door.answer(ops::scan::schedule::delete(&door.engine, &door.caller, id).await)
}
