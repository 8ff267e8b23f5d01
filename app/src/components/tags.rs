//! Labels of a host or a subnet.

use leptos::prelude::*;

/// Labels, one after the other.
#[component]
pub fn Tags(
    /// The labels.
    #[prop(into)]
    tags: Signal<Vec<String>>,
) -> impl IntoView {
    view! {
        <span class="tags">
            {move || {
                tags.get()
                    .into_iter()
                    .map(|tag| view! { <span class="tag">{tag}</span> })
                    .collect_view()
            }}
        </span>
    }
}
