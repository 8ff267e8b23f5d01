//! The list of keys.

use super::keys;
use crate::components::Dialog;
use leptos::prelude::*;

/// Shown by `?`.
#[component]
pub fn KeyHelp(
    /// Whether it is shown.
    open: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <Dialog open=open title="Keyboard" testid="key-help">
            <dl class="keys">
                {keys::LIST
                    .into_iter()
                    .map(|(keys, what)| view! {
                        <div>
                            <dt>{keys.split(' ').map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dt>
                            <dd>{what}</dd>
                        </div>
                    })
                    .collect_view()}
            </dl>
        </Dialog>
    }
}
