//! What DNS calls the host, where that differs from its name here; one click takes it.

use crate::components::TimeAgo;
use domain::host::{HostPage, HostPatch};
use leptos::prelude::*;

/// The name in DNS, if it is another one.
#[component]
pub(super) fn DnsSays(
    /// The host.
    page: RwSignal<HostPage>,
    /// Stores a change.
    patch: Callback<HostPatch>,
) -> impl IntoView {
    let other = Memo::new(move |_| {
        page.with(|page| {
            let host = &page.host;
            let differs = host.dns_name != host.hostname;
            host.dns_name.clone().filter(|_| differs)
        })
    });
    let checked_at = move || page.with(|page| page.host.dns_checked_at);
    view! {
        {move || other.get().map(|name| {
            let taken = name.clone();
            let take = move |_| patch.run(HostPatch {
                hostname: Some(Some(taken.clone())),
                ..HostPatch::default()
            });
            view! {
                <p class="field-note" data-testid="dns-says">
                    "DNS says " <span class="mono">{name}</span> " · "
                    <button type="button" class="link" data-testid="dns-take" on:click=take>"use it"</button>
                    {checked_at().map(|at| view! { " · " <TimeAgo at=at/> })}
                </p>
            }
        })}
    }
}
