//! One host as a line of the table.

use super::LiveTable;
use crate::components::{
    PillState, StatusPill,
    latency::Latency,
    port_chips::{PortChips, ROOM},
    since::{Held, Since},
    sparkline::SparkLine,
    tags::Tags,
};
use crate::model::filter::status_word;
use domain::row::HostRow;
use leptos::prelude::*;
use std::net::IpAddr;

/// One host; each cell follows its own part of the row.
#[component]
pub(super) fn HostLine(
    /// Where the row is.
    table: LiveTable,
    /// Its address.
    ip: IpAddr,
    /// Id of the line.
    id: String,
    /// Its number among all lines, from 1, the head included.
    at: Signal<usize>,
    /// The keyboard stands here.
    current: Signal<bool>,
    /// Path of the subnet's page.
    base: Signal<String>,
    /// Query to keep.
    search: Signal<String>,
) -> impl IntoView {
    let row = Memo::new(move |_| table.read(|table| table.host(ip).cloned()));
    let of = move |part: fn(&HostRow) -> Option<String>| {
        move || row.with(|row| row.as_ref().and_then(part))
    };
    let pill = Signal::derive(move || {
        row.with(|row| {
            row.as_ref().map_or(PillState::Unknown, |host| {
                PillState::of(host.status, host.suspect)
            })
        })
    });
    let held = Signal::derive(move || row.with(|row| row.as_ref().map(Held::from)));
    let tags = Signal::derive(move || {
        row.with(|row| {
            row.as_ref()
                .map(|host| host.tags.clone())
                .unwrap_or_default()
        })
    });
    let ports = Signal::derive(move || {
        row.with(|row| {
            row.as_ref()
                .map(|host| host.ports.clone())
                .unwrap_or_default()
        })
    });
    let latency = Signal::derive(move || row.with(|row| row.as_ref()?.latency_ms));
    let host = Signal::derive(move || row.with(|row| Some(row.as_ref()?.id)));
    let href = move || {
        let number = row.with(|row| row.as_ref().map_or(0, |host| host.id.0));
        format!("{}/hosts/{number}{}", base.get(), search.get())
    };
    view! {
        <div class="host-line host-row" role="row" id=id class:cursor=current data-testid="host-row" data-ip=ip.to_string()
            data-status=of(|host| Some(status_word(host.status).to_owned()))
            aria-rowindex=move || at.get().to_string() aria-selected=move || current.get().to_string()>
            <span role="gridcell" class="cell-status"><StatusPill state=pill/></span>
            <span role="gridcell" class="cell-ip">
                <a class="mono" href=href data-noscroll="">{ip.to_string()}</a>
            </span>
            <span role="gridcell" class="cell-name">
                {of(|host| host.hostname.clone())} " "
                <span class="faint">{of(|host| host.description.clone())}</span>
            </span>
            <span role="gridcell" class="cell-ports"><PortChips ports room=ROOM/></span>
            <span role="gridcell" class="cell-latency"><Latency ms=latency/></span>
            <span role="gridcell" class="cell-spark"><SparkLine id=host/></span>
            <span role="gridcell" class="cell-since">
                {move || row.with(|row| row.as_ref().is_some_and(|host| host.flapping))
                    .then(|| view! { <span class="flag" title="6 or more changes within an hour">"flapping"</span> })}
                <Since held=held/>
            </span>
            <span role="gridcell" class="cell-tags"><Tags tags=tags/></span>
        </div>
    }
}
