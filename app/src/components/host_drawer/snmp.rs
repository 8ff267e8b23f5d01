//! How the host is asked by SNMP: as its subnet says, with credentials of its own, or not at all.

use crate::{model::snmp::words, state::use_frame};
use domain::{
    host::{HostPage, HostPatch},
    token::Scope,
};
use leptos::prelude::*;

/// Shown where there is something to ask with, or somebody who may store it.
#[component]
pub(super) fn AskedBySnmp(
    /// The host.
    page: RwSignal<HostPage>,
    /// Stores a change.
    patch: Callback<HostPatch>,
    /// Opens the form of its own credentials.
    ask: Callback<()>,
) -> impl IntoView {
    let frame = use_frame();
    let may_store = move || frame.may(Scope::Admin);
    let own = Memo::new(move |_| page.with(|page| page.own_snmp.clone()));
    let with = move || match own.get() {
        Some(own) => format!("Own credentials: {}.", words(&own)),
        None if page.with(|page| page.has_snmp) => "With the credentials of its subnet.".to_owned(),
        None => "Its subnet has no credentials.".to_owned(),
    };
    let has_any = move || page.with(|page| page.has_snmp || page.own_snmp.is_some());
    let switch = move |event| {
        patch.run(HostPatch {
            snmp: Some(event_target_checked(&event)),
            ..HostPatch::default()
        });
    };
    view! {
        <Show when=move || has_any() || may_store()>
            <dt>"SNMP"</dt>
            <dd>
                <Show when=has_any>
                    <label class="check">
                        <input type="checkbox" data-testid="edit-snmp" prop:checked=move || page.with(|page| page.host.snmp)
                            checked=page.with_untracked(|page| page.host.snmp) on:change=switch/>
                        "asked for its name"
                    </label>
                </Show>
                <p class="field-note">
                    <span data-testid="host-snmp">{with}</span> " "
                    <Show when=may_store>
                        <button type="button" class="link" data-testid="host-snmp-edit" on:click=move |_| ask.run(())>
                            {move || own.with(|own| if own.is_some() { "change" } else { "set its own" })}
                        </button>
                    </Show>
                </p>
            </dd>
        </Show>
    }
}
