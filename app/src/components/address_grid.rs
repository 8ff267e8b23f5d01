//! The address grid: every address of a small subnet, or every /24 of a larger one, as colour and shape.

mod legend;
mod readout;

use super::host_table::LiveTable;
use crate::model::cells::{Cell, Scale, address, cells, quarters, step};
use domain::{cidr, subnet::Subnet};
use legend::Legend;
use leptos::{ev, html::Div, prelude::*};
use std::net::IpAddr;
use web_sys::{Element, wasm_bindgen::JsCast};

/// The grid as one control: arrows move inside it, a click or Enter chooses a cell.
#[component]
pub fn AddressGrid(
    /// The subnet's rows.
    table: LiveTable,
    /// What the grid has a cell for.
    scale: Scale,
    /// Told the first address of the chosen cell.
    choose: Callback<IpAddr>,
) -> impl IntoView {
    let read = move || table.read(|table| cells(table.subnet(), scale, table.hosts()));
    let subnet = table.peek(|table| table.subnet().clone());
    // One signal per cell: after an update only the cells that differ render again.
    let states: Vec<RwSignal<Cell>> = untrack(read).into_iter().map(RwSignal::new).collect();
    let len = states.len();
    let signals = StoredValue::new(states.clone());
    Effect::new(move |_| {
        let now = read();
        signals.with_value(|signals| {
            for (signal, cell) in signals.iter().zip(now) {
                crate::state::replace(*signal, cell);
            }
        });
    });
    let current = RwSignal::new(0_usize);
    let pointed = RwSignal::new(None::<usize>);
    let grid = NodeRef::<Div>::new();
    let first = cidr::number(cidr::bounds(subnet.cidr).0);
    let of = move |event: &web_sys::Event| -> Option<usize> {
        let cell = event.target()?.dyn_into::<Element>().ok()?;
        let ip: IpAddr = cell.get_attribute("data-ip")?.parse().ok()?;
        let offset = cidr::number(ip).checked_sub(first)?;
        usize::try_from(offset / scale.addresses()).ok()
    };
    let at = move |index: usize| table.peek(|table| address(table.subnet(), scale, index));
    let on_click = move |event: ev::MouseEvent| {
        if let Some(index) = of(&event) {
            current.set(index);
            if let Some(ip) = at(index) {
                choose.run(ip);
            }
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let columns = grid.get_untracked().map_or(1, |grid| columns(&grid));
        if let Some(to) = step(current.get_untracked(), &event.key(), columns, len) {
            event.prevent_default();
            current.set(to);
            if let Some(cell) = grid.get_untracked().and_then(|grid| child(&grid, to)) {
                let _ = cell.focus();
            }
        }
    };
    let label = {
        let cidr = subnet.cidr;
        move || {
            let counts = table.read(crate::model::table::Table::counts);
            let what = if scale == Scale::Address {
                "one cell per address"
            } else {
                "one cell per /24"
            };
            format!(
                "{cidr}, {what}: {} up, {} down, {} unknown; arrow keys move",
                counts.up, counts.down, counts.unknown
            )
        }
    };
    let items = states
        .into_iter()
        .enumerate()
        .map(|(index, cell)| view! { <GridCell subnet=subnet.clone() scale index cell current/> })
        .collect_view();
    view! {
        <div class="grid-card">
            <div class="grid-head">
                <h2>"Addresses"</h2>
                <readout::Readout table scale pointed/>
                <Legend scale/>
            </div>
            <div class="cells" class:large=len <= 32 class:blocks=scale == Scale::Block role="group" aria-label=label
                data-testid="address-grid" node_ref=grid on:click=on_click on:keydown=on_key
                on:pointerover=move |event| pointed.set(of(&event)) on:pointerleave=move |_| pointed.set(None)
                on:focusin=move |event| pointed.set(of(&event)) on:focusout=move |_| pointed.set(None)>
                {items}
            </div>
        </div>
    }
}

/// One cell; only one of all is in the tab order.
#[component]
fn GridCell(
    subnet: Subnet,
    scale: Scale,
    index: usize,
    cell: RwSignal<Cell>,
    current: RwSignal<usize>,
) -> impl IntoView {
    let ip = address(&subnet, scale, index)
        .map(|ip| ip.to_string())
        .unwrap_or_default();
    let label = {
        let ip = ip.clone();
        move || match scale {
            Scale::Address => format!("{ip} {}", cell.get().state.word()),
            Scale::Block => {
                let Cell { used, up, down, .. } = cell.get();
                format!("{ip}/24, {used} hosts, {up} up, {down} down")
            }
        }
    };
    view! {
        <button type="button" class="cell" data-testid="grid-cell" data-ip=ip data-state=move || cell.get().state.word()
            data-doc=move || cell.get().documented.then_some("")
            data-fill=move || (scale == Scale::Block).then(|| quarters(cell.get().used).to_string())
            tabindex=move || if current.get() == index { "0" } else { "-1" } aria-label=label></button>
    }
}

fn child(grid: &Element, index: usize) -> Option<web_sys::HtmlElement> {
    let index = u32::try_from(index).ok()?;
    grid.children().item(index)?.dyn_into().ok()
}

/// How many cells the style sheet puts in a line: those that are as high up as the first.
fn columns(grid: &Element) -> usize {
    let top = |index| child(grid, index).map(|cell| cell.offset_top());
    let Some(first) = top(0) else { return 1 };
    let cells = grid.child_element_count() as usize;
    (1..cells)
        .find(|index| top(*index) != Some(first))
        .unwrap_or(cells)
}
