//! Sign in: a plain form, which works before and without the application.

use crate::components::{Glyph, Icon};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// What the server said of the last try.
fn problem_text(code: &str) -> &'static str {
    match code {
        "busy" => "Too many tries. Wait a minute, then try again.",
        "ended" => "Your session ended. Sign in again.",
        _ => "User name or password is wrong.",
    }
}

/// The mark and the name, above forms that stand alone.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <p class="brand">
            <svg viewBox="0 0 20 20" width="28" height="28" aria-hidden="true">
                <circle class="brand-3" cx="10" cy="10" r="9"></circle>
                <circle class="brand-2" cx="10" cy="10" r="5.4"></circle>
                <circle class="brand-1" cx="10" cy="10" r="2.2"></circle>
            </svg>
            <span>"Rollcall"</span>
        </p>
    }
}

/// A problem above a form's fields.
#[component]
pub fn FormProblem(
    /// What is wrong; nothing is shown without it.
    #[prop(into)]
    text: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        text.get().map(|text| {
            view! {
                <p class="form-problem" role="alert" data-testid="form-problem">
                    <Icon glyph=Glyph::Warning/>
                    <span>{text}</span>
                </p>
            }
        })
    }
}

/// Sign in.
#[component]
pub fn LoginPage() -> impl IntoView {
    let query = use_query_map();
    let problem = Signal::derive(move || {
        query.with(|query| {
            query
                .get_str("problem")
                .map(|code| problem_text(code).to_owned())
        })
    });
    let next = move || {
        query
            .with(|query| query.get("next"))
            .unwrap_or_else(|| "/".into())
    };
    view! {
        <Title text="Sign in"/>
        <main class="alone">
            <form class="card sheet" method="post" action="/login">
                <Brand/>
                <h1 class="visually-hidden">"Sign in"</h1>
                <FormProblem text=problem/>
                <input type="hidden" name="next" value=next/>
                <div class="field">
                    <label for="username">"User name"</label>
                    <input id="username" name="username" required=true autocomplete="username" autocapitalize="off"
                        spellcheck="false" autofocus=true data-testid="login-username"/>
                </div>
                <div class="field">
                    <label for="password">"Password"</label>
                    <input id="password" name="password" type="password" required=true autocomplete="current-password"
                        data-testid="login-password"/>
                </div>
                <button class="btn primary wide" data-testid="login-submit">"Sign in"</button>
            </form>
        </main>
    }
}
