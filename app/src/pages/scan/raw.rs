//! A result as programs get it.

use super::whole::{Folded, Whole};
use crate::{
    browser,
    components::{Glyph, Icon},
};
use domain::scan::ScanResult;
use leptos::{html, prelude::*};

/// The JSON, folded away until somebody wants to see it.
#[component]
pub(super) fn Raw(whole: Whole) -> impl IntoView {
    let json = |result: &ScanResult| {
        let json = serde_json::to_string_pretty(result).unwrap_or_default();
        view! { <Copyable json/> }
    };
    view! { <div class="raw"><Folded whole summary="Raw JSON" testid="raw" view=json/></div> }
}

#[component]
fn Copyable(json: String) -> impl IntoView {
    let text = NodeRef::<html::Pre>::new();
    let copied = RwSignal::new(false);
    let copy = move |_| {
        if let Some(text) = text.get_untracked() {
            copied.set(browser::copy_text_of(&text));
        }
    };
    view! {
        <div class="raw-box">
            <button type="button" class="btn small" data-testid="raw-copy" on:click=copy>
                <Icon glyph=Signal::derive(move || if copied.get() { Glyph::Check } else { Glyph::Copy })/>
                {move || if copied.get() { "Copied" } else { "Copy" }}
            </button>
            <pre node_ref=text tabindex="0" aria-label="The result as JSON">{json}</pre>
        </div>
    }
}
