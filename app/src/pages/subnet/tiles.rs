//! The subnet's numbers.

use crate::{
    components::{PillState, StatusPill, TimeAgo, host_table::LiveTable},
    model::table::Table,
};
use domain::{count::Count, summary::StatusCounts};
use leptos::prelude::*;

/// Hosts by status, and unused addresses.
#[component]
pub(super) fn Tiles(
    /// The subnet's rows.
    table: LiveTable,
) -> impl IntoView {
    // Until every row is here, the server's numbers hold.
    let counts = Memo::new(move |_| {
        table.read(|table| {
            if table.is_complete() {
                return table.counts();
            }
            let subnet = table.subnet();
            StatusCounts {
                up: subnet.alive,
                down: subnet.down,
                unknown: subnet.unknown,
                suspect: 0,
                total: subnet.used,
            }
        })
    });
    let unused = Memo::new(move |_| {
        table.read(|table| {
            if table.is_complete() {
                Count(table.unused())
            } else {
                Count(
                    table
                        .subnet()
                        .size
                        .0
                        .saturating_sub(table.subnet().used.into()),
                )
            }
        })
    });
    let first_free = Memo::new(move |_| table.read(Table::first_free));
    let swept = Memo::new(move |_| table.read(|table| table.subnet().swept_at));
    let suspects = move || match counts.get().suspect {
        0 => String::new(),
        1 => ", 1 suspect".to_owned(),
        n => format!(", {n} suspect"),
    };
    view! {
        <div class="tiles">
            <div class="card tile" data-testid="tile-up">
                <span class="tile-head"><StatusPill state=PillState::Up/></span>
                <b>{move || Count(counts.get().up.into()).to_string()}</b>
                <span class="faint">"of " {move || Count(counts.get().total.into()).to_string()} " known" {suspects}</span>
            </div>
            <div class="card tile" data-testid="tile-down">
                <span class="tile-head"><StatusPill state=PillState::Down/></span>
                <b>{move || Count(counts.get().down.into()).to_string()}</b>
                <span class="faint">{move || if counts.get().down == 0 { "nobody is missing" } else { "no answer" }}</span>
            </div>
            <div class="card tile" data-testid="tile-unknown">
                <span class="tile-head"><StatusPill state=PillState::Unknown/></span>
                <b>{move || Count(counts.get().unknown.into()).to_string()}</b>
                <span class="faint">
                    {move || match swept.get() {
                        Some(at) => view! { "swept " <TimeAgo at=at/> }.into_any(),
                        None => "not swept yet".into_any(),
                    }}
                </span>
            </div>
            <div class="card tile" data-testid="tile-unused">
                <span class="tile-head muted">"Unused"</span>
                <b>{move || unused.get().to_string()}</b>
                <span class="faint">
                    {move || match first_free.get() {
                        Some(ip) => view! { "first free " <span class="mono" data-testid="first-free">{ip.to_string()}</span> }.into_any(),
                        None => "none is free".into_any(),
                    }}
                </span>
            </div>
        </div>
    }
}
