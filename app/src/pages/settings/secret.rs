//! A secret that is shown once, to be copied.

use crate::{
    browser,
    components::{Glyph, Icon},
};
use leptos::{html, prelude::*, task::spawn_local};

/// The secret, a button that copies it, and what it is for.
#[component]
pub(super) fn Secret(
    /// The secret.
    text: String,
    /// What it is, for who can't see it.
    label: &'static str,
    /// Beginning of the names for tests.
    name: &'static str,
    /// Closes the dialog.
    open: RwSignal<bool>,
    /// What it is for.
    children: Children,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let copied = RwSignal::new(None::<bool>);
    let copy = move |_| {
        if let Some(input) = input.get_untracked() {
            spawn_local(async move { copied.set(Some(browser::copy(input).await)) });
        }
    };
    view! {
        <div class="form">
            <p>"Copy it now: it is not shown again, and nobody can look it up."</p>
            <div class="secret">
                <input node_ref=input class="mono" readonly=true aria-label=label data-testid=format!("{name}-secret") value=text
                    on:focus=move |_| { if let Some(input) = input.get_untracked() { input.select(); } }/>
                <button type="button" class="btn" data-testid=format!("{name}-copy") on:click=copy>
                    <Icon glyph=Signal::derive(move || if copied.get() == Some(true) { Glyph::Check } else { Glyph::Copy })/>
                    {move || if copied.get() == Some(true) { "Copied" } else { "Copy" }}
                </button>
            </div>
            <p class="field-note" aria-live="polite">
                {move || (copied.get() == Some(false)).then_some("The browser refuses to copy: press Ctrl-C, the text is selected.")}
            </p>
            <p class="muted">{children()}</p>
            <div class="form-actions">
                <button type="button" class="btn primary" data-testid=format!("{name}-done") on:click=move |_| open.set(false)>"Done"</button>
            </div>
        </div>
    }
}
