//! A command line to copy.

use super::{Glyph, Icon};
use crate::browser;
use leptos::{html, prelude::*};

/// A command line and a button that copies it.
#[component]
pub fn CommandLine(
    /// The command.
    text: &'static str,
) -> impl IntoView {
    let code = NodeRef::<html::Code>::new();
    let copied = RwSignal::new(false);
    let copy = move |_| {
        if let Some(code) = code.get_untracked() {
            copied.set(browser::copy_text_of(&code));
        }
    };
    view! {
        <div class="command">
            <code node_ref=code data-testid="command">{text}</code>
            <button type="button" class="btn icon-only quiet" data-testid="copy-command" on:click=copy
                aria-label=move || if copied.get() { "Copied" } else { "Copy the command" }>
                <Icon glyph=Signal::derive(move || if copied.get() { Glyph::Check } else { Glyph::Copy })/>
            </button>
        </div>
    }
}
