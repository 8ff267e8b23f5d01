//! What the cell under the pointer or the focus stands for, in one quiet line.

use crate::components::{host_table::LiveTable, latency::milliseconds};
use crate::model::{
    cells::{Scale, address},
    table::Table,
};
use leptos::prelude::*;

fn words(table: &Table, scale: Scale, index: usize) -> Option<String> {
    let ip = address(table.subnet(), scale, index)?;
    if scale == Scale::Block {
        return Some(format!("{ip}/24"));
    }
    let mut words = ip.to_string();
    match table.host(ip) {
        Some(host) => {
            let latency = host.latency_ms.map(milliseconds);
            let parts = [host.hostname.clone(), host.description.clone(), latency];
            for part in parts.into_iter().flatten() {
                words.push_str(" · ");
                words.push_str(&part);
            }
        }
        None if table.gap_around(ip).is_some() => words.push_str(" · unused"),
        None => words.push_str(" · not for hosts"),
    }
    Some(words)
}

/// The pointed cell in words; the cell's own label tells a screen reader.
#[component]
pub(super) fn Readout(
    /// The subnet's rows.
    table: LiveTable,
    /// What the grid has a cell for.
    scale: Scale,
    /// The cell.
    pointed: RwSignal<Option<usize>>,
) -> impl IntoView {
    let text = move || {
        let index = pointed.get()?;
        table.read(|table| words(table, scale, index))
    };
    view! { <span class="readout mono" aria-hidden="true">{text}</span> }
}
