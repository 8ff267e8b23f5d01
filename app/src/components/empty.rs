//! What stands where data would be: nothing yet, not loaded yet, failed.

use super::{Glyph, Icon};
use crate::rpc::Failure;
use leptos::prelude::*;

/// Nothing to show, and what to do about it.
#[component]
pub fn EmptyState(
    /// The picture.
    glyph: Glyph,
    /// What there is none of.
    #[prop(into)]
    title: String,
    /// What to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty" data-testid="empty-state">
            <span class="empty-icon"><Icon glyph=glyph/></span>
            <h2>{title}</h2>
            {children.map(|children| view! { <div class="empty-body">{children()}</div> })}
        </div>
    }
}

/// Data that could not be loaded, with a way to try again.
#[component]
pub fn ErrorState(
    /// Why.
    failure: Failure,
    /// Tries again.
    #[prop(into)]
    retry: Callback<()>,
) -> impl IntoView {
    let Failure(problem) = failure;
    let title = match problem.status {
        404 => "This does not exist (any more)",
        403 => "You may not see this",
        _ => "This could not be loaded",
    };
    view! {
        <div class="empty" role="alert" data-testid="error-state">
            <span class="empty-icon bad"><Icon glyph=Glyph::Warning/></span>
            <h2>{title}</h2>
            <p class="muted">{problem.message().to_owned()}</p>
            <button type="button" class="btn" data-testid="retry" on:click=move |_| retry.run(())>"Try again"</button>
        </div>
    }
}

/// Grey lines in place of content that is being loaded.
#[component]
pub fn Loading(
    /// How many lines.
    #[prop(default = 4)]
    lines: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton" role="status" aria-label="Loading" data-testid="loading">
            {(0..lines).map(|_| view! { <span></span> }).collect_view()}
        </div>
    }
}
