//! The form of credentials for SNMP.

use crate::{
    components::{Field, use_toasts},
    pages::login::FormProblem,
    rpc,
    state::report,
};
use domain::{
    problem::FieldError,
    snmp::{NewSnmp, SnmpAuth, SnmpOf, SnmpPrivacy, SnmpVersion},
};
use leptos::prelude::*;

/// How much version 3 protects, as one choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Level {
    V2c,
    #[default]
    Hidden,
    Proved,
    Open,
}

impl Level {
    const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Hidden, "v3-hidden", "Version 3, proved and encrypted"),
        (Self::Proved, "v3-proved", "Version 3, proved only"),
        (
            Self::Open,
            "v3-open",
            "Version 3, a user without a password",
        ),
        (
            Self::V2c,
            "v2c",
            "Version 2c, a community that anybody can read on the way",
        ),
    ];

    fn of(value: &str) -> Self {
        let found = Self::ALL.iter().find(|(_, name, _)| *name == value);
        found.map_or_else(Self::default, |(level, ..)| *level)
    }
}

#[derive(Clone, Copy)]
struct Inputs {
    level: RwSignal<Level>,
    community: RwSignal<String>,
    user: RwSignal<String>,
    auth: RwSignal<SnmpAuth>,
    auth_password: RwSignal<String>,
    privacy_password: RwSignal<String>,
    port: RwSignal<String>,
}

impl Inputs {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            level: RwSignal::new(Level::default()),
            community: text(),
            user: text(),
            auth: RwSignal::new(SnmpAuth::Sha256),
            auth_password: text(),
            privacy_password: text(),
            port: text(),
        }
    }

    fn has(self, wanted: &[Level]) -> bool {
        self.level.with(|level| wanted.contains(level))
    }

    /// What to store, or what is wrong with it.
    fn entered(self) -> Result<NewSnmp, Vec<FieldError>> {
        let level = self.level.get_untracked();
        let is_v3 = level != Level::V2c;
        let is_proved = matches!(level, Level::Proved | Level::Hidden);
        let is_hidden = level == Level::Hidden;
        let text = |wanted: bool, input: RwSignal<String>| wanted.then(|| input.get_untracked());
        let port = self.port.get_untracked();
        let port = match port.trim() {
            "" => None,
            number => Some(number.parse().unwrap_or(0)),
        };
        let new = NewSnmp {
            version: if is_v3 {
                SnmpVersion::V3
            } else {
                SnmpVersion::V2c
            },
            port,
            community: text(!is_v3, self.community),
            user: text(is_v3, self.user),
            auth: is_proved.then(|| self.auth.get_untracked()),
            auth_password: text(is_proved, self.auth_password),
            privacy: is_hidden.then_some(SnmpPrivacy::Aes128),
            privacy_password: text(is_hidden, self.privacy_password),
        };
        new.check().map(|_| new)
    }
}

/// The form; it never starts with what is stored.
#[component]
pub(super) fn SnmpForm(
    /// Whose.
    of: SnmpOf,
    /// Closes the dialog.
    open: RwSignal<bool>,
    /// Told when they are stored.
    changed: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let inputs = Inputs::new();
    let refused = RwSignal::new(Vec::<FieldError>::new());
    let problem = RwSignal::new(None::<String>);
    let error_of = move |pointer: &'static str| {
        Signal::derive(move || {
            refused.with(|list| list.iter().find(|e| e.pointer == pointer).cloned())
        })
    };
    let submit = Action::new_local(move |(): &()| async move {
        problem.set(None);
        let new = match inputs.entered() {
            Ok(new) => new,
            Err(errors) => return refused.set(errors),
        };
        refused.set(Vec::new());
        match rpc::store_snmp(of, new).await {
            Ok(_) => {
                toasts.done("The SNMP credentials are stored".to_owned());
                open.try_set(false);
                changed.try_run(());
            }
            Err(failure) if failure.is_signed_out() => report(&failure),
            Err(failure) if failure.errors.is_empty() => {
                problem.try_set(Some(failure.message().to_owned()));
            }
            Err(failure) => {
                refused.try_set(failure.0.errors);
            }
        }
    });
    let secret = move |pointer: &'static str, label: &'static str, value: RwSignal<String>| {
        let id = &pointer[1..];
        view! {
            <Field id label value error=error_of(pointer) kind="password" autocomplete="new-password" testid=id/>
        }
    };
    view! {
        <form class="form" novalidate=true on:submit=move |event| { event.prevent_default(); submit.dispatch(()); }>
            <FormProblem text=problem/>
            <div class="field">
                <label for="snmp-level">"How"</label>
                <select id="snmp-level" data-testid="snmp-level"
                    on:change=move |event| inputs.level.set(Level::of(&event_target_value(&event)))>
                    {Level::ALL.into_iter().map(|(_, name, words)| view! { <option value=name>{words}</option> }).collect_view()}
                </select>
            </div>
            <Show when=move || inputs.has(&[Level::V2c])>
                {secret("/community", "Community", inputs.community)}
            </Show>
            <Show when=move || !inputs.has(&[Level::V2c])>
                <Field id="snmp-user" label="User" value=inputs.user error=error_of("/user") testid="snmp-user"/>
            </Show>
            <Show when=move || inputs.has(&[Level::Hidden, Level::Proved])>
                <div class="field">
                    <label for="snmp-auth">"Proved by"</label>
                    <select id="snmp-auth" data-testid="snmp-auth" on:change=move |event| inputs.auth.set(
                        if event_target_value(&event) == "sha1" { SnmpAuth::Sha1 } else { SnmpAuth::Sha256 }
                    )>
                        <option value="sha256">"SHA-256"</option>
                        <option value="sha1">"SHA-1"</option>
                    </select>
                </div>
                {secret("/auth_password", "Password that proves the user", inputs.auth_password)}
            </Show>
            <Show when=move || inputs.has(&[Level::Hidden])>
                {secret("/privacy_password", "Password that encrypts (AES-128)", inputs.privacy_password)}
            </Show>
            <Field id="snmp-port" label="UDP port" value=inputs.port error=error_of("/port") hint="Empty: 161." testid="snmp-port"/>
            <div class="form-actions">
                <button type="button" class="btn" on:click=move |_| open.set(false)>"Cancel"</button>
                <button class="btn primary" data-testid="snmp-save" disabled=move || submit.pending().get()>"Store"</button>
            </div>
        </form>
    }
}
