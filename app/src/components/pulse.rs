//! Asks the server again about work that goes on, for as long as its part of the page is shown.

use crate::{
    live::{Connection, use_live},
    model::pulse::Pulse,
};
use leptos::prelude::*;
use leptos_use_interval_fn::use_interval_fn;

/// Milliseconds between two ticks.
const TICK_MS: u64 = 1_000;

/// Calls `ask` while `is_open` says that work goes on, and after each call of what is returned: at most once a second.
pub fn follow(
    is_open: impl Fn() -> bool + Clone + Send + Sync + 'static,
    ask: Callback<()>,
) -> Callback<()> {
    let pulse = StoredValue::new(Pulse::default());
    let connection = use_live().connection();
    let _ = use_interval_fn(
        move || {
            let is_live = connection.try_get_untracked() == Some(Connection::Live);
            let is_open = untrack(&is_open);
            if pulse.try_update_value(|pulse| pulse.tick(is_open, is_live)) == Some(true) {
                ask.try_run(());
            }
        },
        TICK_MS,
    );
    Callback::new(move |()| {
        pulse.try_update_value(Pulse::hear);
    })
}
