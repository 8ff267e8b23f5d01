//! A result as programs get it.

use crate::{
    browser,
    components::{Glyph, Icon},
};
use domain::scan::ScanResult;
use leptos::{html, prelude::*};

/// The JSON, folded away until somebody wants to see it.
#[component]
pub(super) fn Raw(result: ScanResult) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    let text = NodeRef::<html::Pre>::new();
    let (open, copied) = (RwSignal::new(false), RwSignal::new(false));
    let result = StoredValue::new(result);
    let json = move || {
        result.with_value(|result| serde_json::to_string_pretty(result).unwrap_or_default())
    };
    let on_toggle = move |_| {
        if let Some(details) = details.get_untracked() {
            open.set(details.open());
        }
    };
    let copy = move |_| {
        if let Some(text) = text.get_untracked() {
            copied.set(browser::copy_text_of(&text));
        }
    };
    view! {
        <details class="more raw" node_ref=details on:toggle=on_toggle data-testid="raw">
            <summary>"Raw JSON"</summary>
            <Show when=move || open.get()>
                <div class="raw-box">
                    <button type="button" class="btn small" data-testid="raw-copy" on:click=copy>
                        <Icon glyph=Signal::derive(move || if copied.get() { Glyph::Check } else { Glyph::Copy })/>
                        {move || if copied.get() { "Copied" } else { "Copy" }}
                    </button>
                    <pre node_ref=text tabindex="0" aria-label="The result as JSON">{json}</pre>
                </div>
            </Show>
        </details>
    }
}
