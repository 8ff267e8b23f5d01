//! A field that is edited where it stands: checked while typing, saved by Enter, left by Esc.

use super::{Glyph, Icon};
use crate::{browser, model::undo::HostField};
use leptos::{ev, html, leptos_dom::helpers::request_animation_frame, prelude::*};

/// How far a change has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Saving {
    /// Not sent.
    #[default]
    Idle,
    /// On its way.
    Busy,
    /// Stored.
    Done,
    /// Refused, with the reason.
    Refused(String),
    /// Somebody else was faster; what happened.
    Conflict(String),
}

/// A text to store, and where to tell how far it has come.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Which field.
    pub field: HostField,
    /// The text.
    pub text: String,
    /// How far it has come.
    pub saving: RwSignal<Saving>,
}

/// A field that is edited where it stands.
#[component]
pub fn InlineEdit(
    /// Which field.
    field: HostField,
    /// What it is called, in one lower-case word; also its name for tests.
    name: &'static str,
    /// What is stored.
    #[prop(into)]
    value: Signal<String>,
    /// Whether it is being edited.
    open: RwSignal<bool>,
    /// Stores a text.
    save: Callback<Draft>,
    /// Fetches what is stored now.
    reload: Callback<()>,
    /// Shows what is stored, where plain text does not do.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let id = format!("edit-{name}");
    let draft = RwSignal::new(String::new());
    let saving = RwSignal::new(Saving::Idle);
    let start = move || {
        draft.set(value.get_untracked());
        saving.set(Saving::Idle);
        open.set(true);
    };
    let leave = {
        let id = id.clone();
        move || {
            open.set(false);
            let id = id.clone();
            request_animation_frame(move || browser::focus(&id));
        }
    };
    Effect::new({
        let leave = leave.clone();
        move |_| {
            if saving.get() == Saving::Done {
                saving.set(Saving::Idle);
                leave();
            }
        }
    });
    // Opened from outside, by the keyboard: begin with what is stored.
    Effect::new(move |was: Option<bool>| {
        let is = open.get();
        if is && was != Some(true) {
            draft.set(value.get_untracked());
            saving.set(Saving::Idle);
        }
        is
    });
    let leave = StoredValue::new(leave);
    let children = StoredValue::new(children);
    let shown = move || {
        let stored = value.get();
        if stored.is_empty() {
            view! { <span class="faint">"add " {name}</span> }.into_any()
        } else if let Some(children) = children.get_value() {
            children().into_any()
        } else {
            view! { <span class="edit-text">{stored}</span> }.into_any()
        }
    };
    view! {
        <Show when=move || open.get()
            fallback=move || view! {
                <button type="button" class="edit" id=id.clone() data-testid=id.clone() aria-label=format!("Edit {name}")
                    on:click=move |_| start()>
                    {shown} <Icon glyph=Glyph::Edit/>
                </button>
            }>
            <Editor field name value draft saving save reload leave=Callback::new(move |()| leave.with_value(|leave| leave()))/>
        </Show>
    }
}

#[component]
fn Editor(
    field: HostField,
    name: &'static str,
    value: Signal<String>,
    draft: RwSignal<String>,
    saving: RwSignal<Saving>,
    save: Callback<Draft>,
    reload: Callback<()>,
    leave: Callback<()>,
) -> impl IntoView {
    let wrong = Memo::new(move |_| {
        draft
            .with(|text| field.check(text))
            .err()
            .or_else(|| match saving.get() {
                Saving::Refused(why) => Some(why),
                _ => None,
            })
    });
    let is_busy = move || saving.with(|saving| *saving == Saving::Busy);
    let submit = move || {
        let text = draft.get_untracked();
        if is_busy() || field.check(&text).is_err() {
            return;
        }
        if text.trim() == value.get_untracked() {
            leave.run(());
            return;
        }
        saving.set(Saving::Busy);
        save.run(Draft {
            field,
            text,
            saving,
        });
    };
    let on_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            // Esc leaves the field; the next one closes the drawer.
            event.prevent_default();
            event.stop_propagation();
            leave.run(());
        }
        "Enter" if field != HostField::Notes || event.ctrl_key() || event.meta_key() => {
            event.prevent_default();
            submit();
        }
        _ => {}
    };
    let write = move |text: String| {
        draft.set(text);
        // What was refused is being corrected.
        if !is_busy() {
            saving.set(Saving::Idle);
        }
    };
    let note = format!("edit-{name}-note");
    let testid = format!("edit-{name}-input");
    let label = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    let input = if field == HostField::Notes {
        let node = NodeRef::<html::Textarea>::new();
        Effect::new(move |_| node.get().map(|area| area.focus()).map(drop));
        view! {
            <textarea node_ref=node rows="5" data-testid=testid aria-label=label aria-describedby=note.clone()
                aria-invalid=move || wrong.get().is_some().then_some("true")
                prop:value=draft on:input=move |event| write(event_target_value(&event)) on:keydown=on_key></textarea>
        }
        .into_any()
    } else {
        let node = NodeRef::<html::Input>::new();
        Effect::new(move |_| {
            if let Some(input) = node.get() {
                let _ = input.focus();
                input.select();
            }
        });
        view! {
            <input node_ref=node type="text" autocomplete="off" autocapitalize="off" spellcheck="false" data-testid=testid
                aria-label=label aria-describedby=note.clone()
                aria-invalid=move || wrong.get().is_some().then_some("true")
                prop:value=draft on:input=move |event| write(event_target_value(&event)) on:keydown=on_key/>
        }
        .into_any()
    };
    view! {
        <form class="inline-edit" on:submit=move |event| { event.prevent_default(); submit(); }>
            {input}
            <p class="field-note" id=note class:bad=move || wrong.get().is_some() aria-live="polite" data-testid="edit-error">
                {move || wrong.get()}
            </p>
            <ConflictNote saving value reload/>
            <div class="inline-actions">
                <button type="submit" class="btn primary small" data-testid="edit-save"
                    disabled=move || is_busy() || draft.with(|text| field.check(text).is_err())>
                    {move || if is_busy() { "Saving…" } else { "Save" }}
                </button>
                <button type="button" class="btn small" data-testid="edit-cancel" on:click=move |_| leave.run(())>"Cancel"</button>
                <span class="faint">{if field == HostField::Notes { "Ctrl+Enter saves" } else { "Enter saves, Esc cancels" }}</span>
            </div>
        </form>
    }
}

/// What happened when somebody else was faster; the typed text stays.
#[component]
fn ConflictNote(
    saving: RwSignal<Saving>,
    value: Signal<String>,
    reload: Callback<()>,
) -> impl IntoView {
    let asked = RwSignal::new(false);
    let view_conflict = move || match saving.get() {
        Saving::Conflict(detail) => Some(view! {
            <div class="notice warn" role="alert" data-testid="edit-conflict">
                <p>{detail}</p>
                <button type="button" class="btn small" data-testid="edit-reload"
                    on:click=move |_| { asked.set(true); saving.set(Saving::Idle); reload.run(()); }>
                    "Load what is stored, keep my text"
                </button>
            </div>
        }),
        _ => None,
    };
    view! {
        {view_conflict}
        {move || asked.get().then(|| view! { <p class="faint">"stored now: " {move || value.get()}</p> })}
    }
}
