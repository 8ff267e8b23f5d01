//! The choice of a theme.

use crate::{layout::ThemeChoice, theme::Theme};
use leptos::prelude::*;

/// One radio button per theme.
#[component]
pub fn Appearance() -> impl IntoView {
    let ThemeChoice(choice) = expect_context();
    view! {
        <section class="card" aria-labelledby="appearance">
            <header><h2 id="appearance">"Appearance"</h2></header>
            <div class="choices" role="radiogroup" aria-labelledby="appearance">
                {Theme::ALL
                    .into_iter()
                    .map(|theme| view! {
                        <label class="choice">
                            <input type="radio" name="theme" value=theme.as_str()
                                data-testid=format!("theme-{}", theme.as_str())
                                prop:checked=move || choice.get() == theme
                                checked=choice.get_untracked() == theme
                                on:change=move |_| {
                                    theme.apply();
                                    choice.set(theme);
                                }/>
                            <span>{theme.label()}</span>
                        </label>
                    })
                    .collect_view()}
            </div>
        </section>
    }
}
