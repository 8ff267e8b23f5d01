//! The table by keyboard: j and k or arrows move, Enter opens, e renames, p pings, x expands.

use super::{LiveTable, Wish, viewport::Viewport};
use crate::{
    browser,
    model::{cursor::Cursor, table::Entry},
};
use leptos::{ev, html::Div, prelude::*};
use leptos_use_event_listener::use_event_listener;
use leptos_use_window::use_window;
use web_sys::{KeyboardEvent, wasm_bindgen::JsCast};

/// Whether the key is meant for something else: a field, a dialog, the browser.
fn is_elsewhere(event: &KeyboardEvent) -> bool {
    browser::is_for_others(event)
        || matches!(document().query_selector("dialog[open]"), Ok(Some(_)))
}

/// Whether nothing else on the page would use arrows and Enter: the focus is on the table or nowhere.
fn is_free(event: &KeyboardEvent, grid: NodeRef<Div>) -> bool {
    let target = event.target();
    let grid = grid.get_untracked();
    let on_grid = grid.is_some_and(|grid| target.as_ref() == Some(grid.as_ref()));
    on_grid
        || target
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|element| element.tag_name() == "BODY")
}

/// Listens to the page's keys until the owner is cleaned up.
pub(super) fn listen(
    table: LiveTable,
    cursor: RwSignal<Cursor>,
    viewport: Viewport,
    grid: NodeRef<Div>,
    wish: Callback<Wish>,
) {
    let put = move |moved: Cursor| {
        cursor.set(moved);
        if let Some(index) = table.peek(|table| moved.index(table)) {
            viewport.reveal(index);
        }
        // The focus carries `aria-activedescendant`, which tells a screen reader where the cursor went.
        if let Some(grid) = grid.get_untracked() {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = grid.focus_with_options(&options);
        }
    };
    let go = move |steps: isize| {
        let first = viewport.first_in_sight();
        put(cursor.with_untracked(|at| table.peek(|table| at.moved(table, steps, first))));
    };
    Effect::new(move |_| {
        if let Some(entry) = table.pointed()
            && let Some(index) = table.peek(|table| table.index_of(entry))
        {
            put(table.peek(|table| Cursor::at(table, index)));
        }
    });
    let _ = use_event_listener(use_window(), ev::keydown, move |event: KeyboardEvent| {
        if is_elsewhere(&event) {
            return;
        }
        let entry = cursor.with_untracked(Cursor::entry);
        let key = event.key();
        let is_letter = matches!(key.as_str(), "j" | "k" | "e" | "p" | "x");
        if !is_letter && !is_free(&event, grid) {
            return;
        }
        match (key.as_str(), entry) {
            ("j" | "ArrowDown", _) => go(1),
            ("k" | "ArrowUp", _) => go(-1),
            ("PageDown", Some(_)) => go(10),
            ("PageUp", Some(_)) => go(-10),
            ("Home", Some(_)) => go(isize::MIN / 2),
            ("End", Some(_)) => go(isize::MAX / 2),
            ("Enter", Some(Entry::Host(id, _))) => wish.run(Wish::Open(id)),
            ("e", Some(Entry::Host(id, _))) => wish.run(Wish::Edit(id)),
            ("p", Some(Entry::Host(id, ip))) => wish.run(Wish::Ping(id, ip)),
            ("Enter" | "e", Some(Entry::Free(ip))) => wish.run(Wish::Add(ip)),
            ("Enter" | "x", Some(Entry::Gap(first))) => {
                toggle(table, first);
            }
            ("Enter", Some(Entry::More(first))) => {
                table.update(|table| table.expand(first));
            }
            ("x", Some(Entry::Free(ip))) => collapse_around(table, cursor, ip),
            ("x", Some(Entry::More(first))) => {
                table.update(|table| table.collapse(first));
            }
            _ => return,
        }
        event.prevent_default();
    });
}

/// Expands a collapsed gap, collapses an expanded one.
pub(crate) fn toggle(table: LiveTable, first: std::net::IpAddr) {
    table.update(|table| {
        if table.gap(first).is_some_and(|gap| gap.shown > 0) {
            table.collapse(first);
        } else {
            table.expand(first);
        }
    });
}

/// Collapses the gap that lists `ip`; the cursor goes to the gap's row.
fn collapse_around(table: LiveTable, cursor: RwSignal<Cursor>, ip: std::net::IpAddr) {
    let first = table.peek(|table| table.gap_around(ip).map(|gap| gap.first));
    if let Some(first) = first {
        let at = table.update(|table| {
            table.collapse(first);
            let index = table.index_of(Entry::Gap(first)).unwrap_or_default();
            Cursor::at(table, index)
        });
        cursor.set(at);
    }
}
