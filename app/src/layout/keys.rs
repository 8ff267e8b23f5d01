//! The keyboard: `/`, `g` and a letter, `?`.

use crate::browser;
use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::cell::Cell;
use web_sys::wasm_bindgen::JsCast;

/// Every key and what it does, for the list.
pub(super) const LIST: [(&str, &str); 14] = [
    ("/", "Search"),
    ("g d", "Dashboard"),
    ("g s", "Subnets"),
    ("g h", "Hosts"),
    ("g e", "Events"),
    ("g i", "Scanner"),
    ("g ,", "Settings"),
    ("j k", "Next, previous row"),
    ("Enter", "Open the row"),
    ("e", "Edit"),
    ("p", "Ping the host"),
    ("x", "Expand or collapse a gap"),
    ("?", "This list"),
    ("Esc", "Close"),
];

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    Search,
    Go(&'static str),
    Help,
}

/// What was pressed before: only `g` matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Keys {
    go: bool,
}

impl Keys {
    fn press(&mut self, key: &str) -> Option<Command> {
        let go = std::mem::take(&mut self.go);
        match (go, key) {
            (true, "d") => Some(Command::Go("/")),
            (true, "s") => Some(Command::Go("/subnets")),
            (true, "h") => Some(Command::Go("/hosts")),
            (true, "e") => Some(Command::Go("/events")),
            (true, "i") => Some(Command::Go("/scanner")),
            (true, ",") => Some(Command::Go("/settings")),
            (_, "g") => {
                self.go = true;
                None
            }
            (_, "/") => Some(Command::Search),
            (_, "?") => Some(Command::Help),
            _ => None,
        }
    }
}

/// Whether keys belong to what has the focus: a field, or an open dialog.
fn is_taken(event: &web_sys::KeyboardEvent) -> bool {
    event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|element| {
                element
                    .closest("input, textarea, select, [contenteditable], dialog")
                    .is_ok_and(|found| found.is_some())
            })
}

/// Listens until the current owner is cleaned up.
pub(super) fn listen(help: RwSignal<bool>) {
    let navigate = use_navigate();
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let keys = Cell::new(Keys::default());
        let handle = window_event_listener(ev::keydown, move |event| {
            if event.default_prevented() || is_taken(&event) {
                keys.take();
                return;
            }
            let mut state = keys.take();
            let command = state.press(&event.key());
            keys.set(state);
            let Some(command) = command else {
                return;
            };
            event.prevent_default();
            match command {
                Command::Search => browser::focus("search"),
                Command::Go(path) => navigate(path, NavigateOptions::default()),
                Command::Help => help.set(true),
            }
        });
        on_cleanup(move || handle.remove());
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(keys: &[&str]) -> Option<Command> {
        let mut state = Keys::default();
        keys.iter().fold(None, |_, key| state.press(key))
    }

    #[test]
    fn g_and_a_letter_go_somewhere_and_a_letter_alone_does_not() {
        assert_eq!(last(&["g", "h"]), Some(Command::Go("/hosts")));
        assert_eq!(last(&["g", "g", "h"]), Some(Command::Go("/hosts")));
        assert_eq!(last(&["h"]), None);
        assert_eq!(last(&["g", "x", "h"]), None);
    }

    #[test]
    fn search_and_help_need_no_prefix() {
        assert_eq!(last(&["/"]), Some(Command::Search));
        assert_eq!(last(&["g", "?"]), Some(Command::Help));
    }
}
