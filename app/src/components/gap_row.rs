//! Unused addresses: a whole run as one line, its addresses when it is expanded, and the line that brings more of them.

use super::host_table::{LiveTable, Wish, toggle};
use leptos::prelude::*;
use std::net::IpAddr;

/// A run of unused addresses as one line.
#[component]
pub fn GapRow(
    /// Where the gap is.
    table: LiveTable,
    /// Its first address.
    first: IpAddr,
    /// Id of the line.
    id: String,
    /// Its number among all lines.
    at: Signal<usize>,
    /// The keyboard stands here.
    current: Signal<bool>,
    /// Told what the reader wants.
    wish: Callback<Wish>,
) -> impl IntoView {
    let state = Memo::new(move |_| table.read(|table| table.gap(first)));
    let last = move || state.get().map(|state| state.gap.last.to_string());
    let count = move || state.get().map(|state| state.gap.count.0.to_string());
    let is_open = move || state.get().is_some_and(|state| state.shown > 0);
    let range = move || {
        state.get().map(|state| {
            if state.gap.first == state.gap.last {
                first.to_string()
            } else {
                format!("{first} – {}", state.gap.last)
            }
        })
    };
    view! {
        <div class="host-line gap-row" role="row" id=id class:cursor=current data-testid="gap-row" data-first=first.to_string()
            data-last=last data-count=count
            aria-rowindex=move || at.get().to_string() aria-selected=move || current.get().to_string()>
            <span role="gridcell" aria-colspan="6" class="gap-cell">
                <span class="mono gap-range">{range}</span>
                <span>"· " {move || state.get().map(|state| state.gap.count.to_string())} " unused"</span>
                <button type="button" class="link" data-testid="gap-expand" aria-expanded=move || is_open().to_string()
                    on:click=move |_| toggle(table, first)>
                    {move || if is_open() { "collapse" } else { "expand" }}
                </button>
                <button type="button" class="link" data-testid="gap-add" on:click=move |_| wish.run(Wish::Add(first))>
                    "add here"
                </button>
            </span>
        </div>
    }
}

/// One unused address of an expanded run.
#[component]
pub fn FreeRow(
    /// The address.
    ip: IpAddr,
    /// Id of the line.
    id: String,
    /// Its number among all lines.
    at: Signal<usize>,
    /// The keyboard stands here.
    current: Signal<bool>,
    /// Told what the reader wants.
    wish: Callback<Wish>,
) -> impl IntoView {
    view! {
        <div class="host-line free-row" role="row" id=id class:cursor=current data-testid="free-row" data-ip=ip.to_string()
            aria-rowindex=move || at.get().to_string() aria-selected=move || current.get().to_string()>
            <span role="gridcell" class="cell-status"><span class="free-mark" aria-hidden="true"></span></span>
            <span role="gridcell" class="cell-ip mono">{ip.to_string()}</span>
            <span role="gridcell" aria-colspan="4" class="cell-name">
                "unused"
                <button type="button" class="link" data-testid="free-add" aria-label=format!("add {ip}")
                    on:click=move |_| wish.run(Wish::Add(ip))>
                    "add"
                </button>
            </span>
        </div>
    }
}

/// The foot of an expanded run: how to see more of it, or less.
#[component]
pub fn MoreRow(
    /// Where the gap is.
    table: LiveTable,
    /// Its first address.
    first: IpAddr,
    /// Id of the line.
    id: String,
    /// Its number among all lines.
    at: Signal<usize>,
    /// The keyboard stands here.
    current: Signal<bool>,
) -> impl IntoView {
    let state = Memo::new(move |_| table.read(|table| table.gap(first)));
    let next = move || state.get().map(|state| state.next_page().to_string());
    let left = move || {
        state
            .get()
            .map(|state| domain::count::Count(state.gap.count.0 - state.shown).to_string())
    };
    view! {
        <div class="host-line gap-row" role="row" id=id class:cursor=current
            aria-rowindex=move || at.get().to_string() aria-selected=move || current.get().to_string()>
            <span role="gridcell" aria-colspan="6" class="gap-cell">
                <button type="button" class="link" data-testid="gap-more"
                    on:click=move |_| { table.update(|table| table.expand(first)); }>
                    "show " {next} " more"
                </button>
                <span>"of " {left} " that are not listed"</span>
                <button type="button" class="link" data-testid="gap-collapse"
                    on:click=move |_| table.update(|table| table.collapse(first))>
                    "collapse"
                </button>
            </span>
        </div>
    }
}
