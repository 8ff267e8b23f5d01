//! The virtualised table of a subnet: only the lines in sight are in the document.

mod host_line;
mod keys;
mod live_table;
mod viewport;

pub(crate) use keys::toggle;
pub use live_table::LiveTable;

use super::{
    gap_row::{FreeRow, GapRow, MoreRow},
    sparkline::SparklineStore,
};
use crate::model::{cursor::Cursor, table::Entry};
use domain::host::HostId;
use host_line::HostLine;
use leptos::{html::Div, prelude::*};
use std::net::IpAddr;
use viewport::Viewport;

/// Id of the table; the focus returns to it.
pub const TABLE_ID: &str = "host-table";

/// What the reader wants from the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// See a host.
    Open(HostId),
    /// Rename a host.
    Edit(HostId),
    /// Ping a host now.
    Ping(HostId, IpAddr),
    /// Document this unused address.
    Add(IpAddr),
}

/// Id of a line, for `aria-activedescendant`.
fn line_id(entry: Entry) -> String {
    match entry {
        Entry::Host(_, ip) => format!("host-{ip}"),
        Entry::Gap(first) => format!("gap-{first}"),
        Entry::Free(ip) => format!("free-{ip}"),
        Entry::More(first) => format!("more-{first}"),
    }
}

/// Hosts and runs of unused addresses, kept up to date by `table`.
#[component]
pub fn HostTable(
    /// The rows.
    table: LiveTable,
    /// Path of the subnet's page; a host's page lies below it.
    #[prop(into)]
    base: Signal<String>,
    /// Query that a host's page keeps, with its `?`.
    #[prop(into)]
    search: Signal<String>,
    /// Told what the reader wants.
    wish: Callback<Wish>,
) -> impl IntoView {
    SparklineStore::provide();
    let len = Memo::new(move |_| table.read(crate::model::table::Table::len));
    let cursor = RwSignal::new(Cursor::default());
    let viewport = Viewport::follow(len.into());
    let grid = NodeRef::<Div>::new();
    keys::listen(table, cursor, viewport, grid, wish);
    let lines = move || {
        let range = viewport.range();
        table.read(|table| table.entries(range))
    };
    let line = move |index: ReadSignal<usize>, entry: Entry| {
        let at = Signal::derive(move || viewport.range().start + index.get() + 2);
        let current = Signal::derive(move || cursor.with(|cursor| cursor.entry() == Some(entry)));
        let id = line_id(entry);
        match entry {
            Entry::Host(_, ip) => {
                view! { <HostLine table ip id at current base search/> }.into_any()
            }
            Entry::Gap(first) => view! { <GapRow table first id at current wish/> }.into_any(),
            Entry::Free(ip) => view! { <FreeRow ip id at current wish/> }.into_any(),
            Entry::More(first) => view! { <MoreRow table first id at current/> }.into_any(),
        }
    };
    view! {
        <div id=TABLE_ID class="host-table" role="grid" tabindex="0" data-testid="host-table" node_ref=grid
            aria-label="Addresses, in rows" aria-readonly="true" aria-colcount="8"
            aria-rowcount=move || (len.get() + 1).to_string()
            aria-activedescendant=move || cursor.with(|cursor| cursor.entry().map(line_id))>
            <div class="host-head" role="rowgroup">
                <div class="host-line" role="row" aria-rowindex="1">
                    <span role="columnheader">"Status"</span>
                    <span role="columnheader">"Address"</span>
                    <span role="columnheader">"Hostname"</span>
                    <span role="columnheader" class="cell-ports">"Open ports"</span>
                    <span role="columnheader">"Latency"</span>
                    <span role="columnheader" class="cell-spark">"24 hours"</span>
                    <span role="columnheader">"Since"</span>
                    <span role="columnheader">"Tags"</span>
                </div>
            </div>
            <div class="host-list" role="rowgroup" node_ref=viewport.list>
                <div class="host-pane" role="none" node_ref=viewport.pane>
                    <ForEnumerate each=lines key=|entry| *entry children=line/>
                </div>
            </div>
        </div>
    }
}
