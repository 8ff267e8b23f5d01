//! The forced change of a first password, and the form that settings use as well.

use super::login::{Brand, FormProblem};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// What the server said of the last try.
fn problem_text(code: &str) -> &'static str {
    match code {
        "current" => "The current password is wrong.",
        "mismatch" => "The two new passwords differ.",
        "busy" => "Too many tries. Wait a minute, then try again.",
        _ => "That password is too weak: take at least 12 characters that are not easy to guess.",
    }
}

/// Current, new, repeat: a plain form.
#[component]
pub fn PasswordForm(
    /// Where a forced change leads.
    #[prop(optional, into)]
    next: Option<Signal<String>>,
) -> impl IntoView {
    let query = use_query_map();
    let problem = Signal::derive(move || {
        query.with(|query| {
            query
                .get_str("problem")
                .map(|code| problem_text(code).to_owned())
        })
    });
    let fields = [
        ("current", "Current password", "current-password"),
        ("new", "New password", "new-password"),
        ("repeat", "New password again", "new-password"),
    ];
    view! {
        <form class="form" method="post" action="/account/password">
            <FormProblem text=problem/>
            {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            // Password managers want to know whose password it is.
            <input class="visually-hidden" name="username" autocomplete="username" tabindex="-1" aria-hidden="true"
                readonly=true value="admin"/>
            {fields
                .into_iter()
                .map(|(name, label, autocomplete)| {
                    let new = name == "new";
                    view! {
                        <div class="field">
                            <label for=format!("password-{name}")>{label}</label>
                            <input id=format!("password-{name}") name=name type="password" required=true
                                minlength=(name != "current").then_some("12") autocomplete=autocomplete
                                aria-describedby=new.then_some("password-rule")
                                data-testid=format!("password-{name}")/>
                            {new.then(|| view! {
                                <p class="field-note" id="password-rule">"At least 12 characters."</p>
                            })}
                        </div>
                    }
                })
                .collect_view()}
            <div class="form-actions">
                <button class="btn primary" data-testid="password-submit">"Change password"</button>
            </div>
        </form>
    }
}

/// The first password must be replaced before anything else.
#[component]
pub fn PasswordPage() -> impl IntoView {
    let query = use_query_map();
    let next = Signal::derive(move || query.with(|query| query.get("next")).unwrap_or_default());
    view! {
        <Title text="Choose a password"/>
        <main class="alone">
            <section class="card sheet">
                <Brand/>
                <h1>"Choose your own password"</h1>
                <p class="muted">"The one you signed in with was made for the first sign-in only. All other sessions end with the change."</p>
                <PasswordForm next/>
                <form method="post" action="/logout">
                    <button class="link">"Sign out instead"</button>
                </form>
            </section>
        </main>
    }
}
