//! A labelled input with its hint, its error, and the corrected value it offers.

use domain::problem::FieldError;
use leptos::prelude::*;

/// One line of a form.
#[component]
pub fn Field(
    /// Id of the input; unique on the page.
    id: &'static str,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// What was written.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<FieldError>>,
    /// What helps to fill it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is known of it while it is written; takes the hint's place.
    #[prop(optional, into)]
    live_hint: Signal<Option<String>>,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// An example.
    #[prop(optional)]
    placeholder: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Gets the focus when the dialog opens.
    #[prop(optional)]
    autofocus: bool,
    /// Addresses and the like.
    #[prop(optional)]
    mono: bool,
    /// Name for tests.
    testid: &'static str,
) -> impl IntoView {
    let note = format!("{id}-note");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id type=kind class:mono=mono placeholder=placeholder autocomplete=autocomplete autofocus=autofocus
                autocapitalize="off" spellcheck="false" data-testid=testid
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=note.clone()
                prop:value=value on:input=move |event| value.set(event_target_value(&event))/>
            <FieldNote id=note hint=hint live_hint=live_hint error=error value=value/>
        </div>
    }
}

/// Several lines of a form.
#[component]
pub fn FieldArea(
    /// Id of the input; unique on the page.
    id: &'static str,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// What was written.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<FieldError>>,
    /// What helps to fill it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Name for tests.
    testid: &'static str,
) -> impl IntoView {
    let note = format!("{id}-note");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <textarea id=id rows="3" data-testid=testid aria-describedby=note.clone()
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                prop:value=value on:input=move |event| value.set(event_target_value(&event))></textarea>
            <FieldNote id=note hint=hint live_hint=Signal::stored(None) error=error value=value/>
        </div>
    }
}

/// The line below an input: the error with its correction, else the hint.
#[component]
fn FieldNote(
    id: String,
    hint: Option<String>,
    live_hint: Signal<Option<String>>,
    error: Signal<Option<FieldError>>,
    value: RwSignal<String>,
) -> impl IntoView {
    view! {
        <p id=id class="field-note" class:bad=move || error.with(Option::is_some) aria-live="polite">
            {move || match error.get() {
                Some(error) => {
                    let accept = error.suggestion.map(|better| {
                        let shown = better.clone();
                        view! {
                            <button type="button" class="link mono" data-testid="suggestion-accept"
                                on:click=move |_| value.set(better.clone())>
                                "Use " {shown}
                            </button>
                        }
                    });
                    view! { <span data-testid="field-error">{error.detail}</span> " " {accept} }.into_any()
                }
                None => live_hint.get().or_else(|| hint.clone()).into_any(),
            }}
        </p>
    }
}
