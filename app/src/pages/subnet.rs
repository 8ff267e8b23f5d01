//! One subnet: its numbers, its address grid, its rows; the drawer of one host opens above it.

mod add_host;
mod content;
mod drawer;
mod filters;
mod head;
mod loaded;
mod pinger;
mod snmp;
mod snmp_form;
mod sweep;
mod tiles;

pub use drawer::HostDrawerPage;

use crate::components::{Fetched, host_table::TABLE_ID};
use content::Content;
use domain::subnet::SubnetId;
use leptos::{leptos_dom::helpers::request_animation_frame, prelude::*};
use leptos_router::{components::Outlet, hooks::use_params_map};
use loaded::load;
use web_sys::wasm_bindgen::JsCast;

/// What the page and the drawer above it tell each other.
#[derive(Clone, Copy)]
pub(crate) struct Beside {
    /// The next drawer begins with the name being edited.
    pub(crate) rename: StoredValue<bool>,
    /// The page was seen without a drawer, so going back leads to it.
    pub(crate) seen_alone: StoredValue<bool>,
    /// A drawer was open, so the focus may have gone with it.
    pub(crate) had_drawer: StoredValue<bool>,
}

/// The number in the path; a path without one leads to a subnet that does not exist.
fn number(text: Option<String>) -> i64 {
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// One subnet.
#[component]
pub fn SubnetPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| SubnetId(number(params.with(|params| params.get("id")))));
    provide_context(Beside {
        rename: StoredValue::new(false),
        seen_alone: StoredValue::new(false),
        had_drawer: StoredValue::new(false),
    });
    view! {
        <Fetched key=move || id.get() load=load lines=12 view=move |loaded| view! { <Content loaded/> }/>
        <Outlet/>
    }
}

/// No drawer above the page.
#[component]
pub fn NoDrawer() -> impl IntoView {
    let beside = use_context::<Beside>();
    // A drawer that went by the browser's own back button took the focus with it.
    Effect::new(move |_| {
        let Some(beside) = beside else { return };
        beside.seen_alone.set_value(true);
        if beside.had_drawer.get_value() {
            request_animation_frame(give_focus_back);
        }
    });
}

fn give_focus_back() {
    let active = document().active_element();
    if active.is_some_and(|element| element.tag_name() != "BODY") {
        return;
    }
    let table = document()
        .get_element_by_id(TABLE_ID)
        .and_then(|table| table.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(table) = table {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        // An element that cannot take the focus leaves it where it is.
        let _ = table.focus_with_options(&options);
    }
}
