//! One subnet: its numbers, its address grid, its rows; the drawer of one host opens above it.

mod add_host;
mod content;
mod drawer;
mod edit;
mod filters;
mod head;
mod loaded;
mod sweep;
mod tiles;

pub use drawer::HostDrawerPage;

use crate::components::{Fetched, host_table::TABLE_ID};
use content::Content;
use domain::subnet::SubnetId;
use leptos::{leptos_dom::helpers::request_animation_frame, prelude::*};
use leptos_router::{components::Outlet, hooks::use_params_map};
use loaded::load;

/// What the page and the drawer above it tell each other.
#[derive(Clone, Copy)]
pub(crate) struct Beside {
    /// The next drawer begins with the name being edited.
    pub(crate) rename: StoredValue<bool>,
    /// The page was seen without a drawer, so going back leads to it.
    pub(crate) seen_alone: StoredValue<bool>,
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
    });
    view! {
        <Fetched key=move || id.get() load=load lines=12 view=move |loaded| view! { <Content loaded/> }/>
        <Outlet/>
    }
}

/// No drawer above the page.
#[component]
pub fn NoDrawer() -> impl IntoView {
    if let Some(beside) = use_context::<Beside>() {
        beside.seen_alone.set_value(true);
    }
    // A drawer that went by the browser's own back button took the focus with it.
    Effect::new(move |_| {
        request_animation_frame(|| {
            let lost = document()
                .active_element()
                .is_none_or(|element| element.tag_name() == "BODY");
            if lost {
                crate::browser::focus(TABLE_ID);
            }
        });
    });
}
