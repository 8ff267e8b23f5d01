//! The drawer's first line: status, address, how long.

use crate::{
    browser,
    components::{
        Glyph, Icon, PillState, StatusPill,
        since::{Held, Since},
    },
};
use domain::host::HostPage;
use leptos::{html, prelude::*};

/// Id of the address; the drawer is named after it.
pub(super) const TITLE_ID: &str = "drawer-title";

/// Status, address, how long.
#[component]
pub(super) fn Head(page: RwSignal<HostPage>) -> impl IntoView {
    let pill = Signal::derive(move || {
        page.with(|page| PillState::of(page.host.status, page.host.suspect))
    });
    let held = Signal::derive(move || {
        page.with(|page| {
            let host = &page.host;
            Some(Held {
                status: host.status,
                since: host.since,
                cause: host.unknown_cause,
                reserved: host.reserved,
            })
        })
    });
    let address = NodeRef::<html::H1>::new();
    let copied = RwSignal::new(false);
    let copy = move |_| {
        if let Some(address) = address.get_untracked() {
            copied.set(browser::copy_text_of(&address));
        }
    };
    view! {
        <div class="drawer-head">
            <span data-testid="drawer-status"><StatusPill state=pill/></span>
            <h1 class="mono" id=TITLE_ID node_ref=address>{move || page.with(|page| page.host.ip.to_string())}</h1>
            <button type="button" class="btn icon-only quiet" data-testid="copy-ip" on:click=copy
                aria-label=move || if copied.get() { "Copied" } else { "Copy the address" }>
                <Icon glyph=Signal::derive(move || if copied.get() { Glyph::Check } else { Glyph::Copy })/>
            </button>
            <span class="faint drawer-since"><Since held=held/></span>
        </div>
    }
}
