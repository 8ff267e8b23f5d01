//! Removing a host, asked twice.

use crate::components::{Glyph, Icon};
use domain::host::HostPage;
use leptos::prelude::*;

/// Removing a host, asked twice.
#[component]
pub(super) fn Remove(page: RwSignal<HostPage>, remove: Callback<()>) -> impl IntoView {
    let asked = RwSignal::new(false);
    view! {
        <div class="drawer-foot">
            <Show when=move || asked.get()
                fallback=move || view! {
                    <button type="button" class="btn" data-testid="host-remove" on:click=move |_| asked.set(true)>
                        <Icon glyph=Glyph::Trash/> "Remove host"
                    </button>
                }>
                <div class="notice warn" role="alert">
                    <p>
                        "Remove " <span class="mono">{move || page.with(|page| page.host.ip.to_string())}</span>
                        " with all that is written about it? If it answers a sweep, it comes back as a new host."
                    </p>
                    <div class="inline-actions">
                        <button type="button" class="btn danger small" data-testid="host-remove-confirm"
                            on:click=move |_| remove.run(())>
                            "Remove"
                        </button>
                        <button type="button" class="btn small" autofocus on:click=move |_| asked.set(false)>"Keep"</button>
                    </div>
                </div>
            </Show>
        </div>
    }
}
