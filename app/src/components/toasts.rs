//! Short messages at the edge of the page: what was done, what failed.

use super::{Glyph, Icon};
use leptos::{leptos_dom::helpers::set_timeout, prelude::*};
use std::{sync::Arc, time::Duration};

/// How long a message that needs no answer stays.
const STAY: Duration = Duration::from_secs(6);

/// Messages that stand at the same time; an older one makes room.
const MOST: usize = 4;

/// How long a message stays that offers to take something back.
const STAY_FOR_UNDO: Duration = Duration::from_secs(12);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Done,
    Failed,
    /// It asks for patience; the next one of these takes its place.
    Waits,
}

#[derive(Clone)]
struct Toast {
    key: u64,
    text: String,
    kind: Kind,
    undo: Option<Arc<dyn Fn() + Send + Sync>>,
}

/// The page's messages, from the context.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next_key: StoredValue<u64>,
    /// Modal layers above the page that show the messages themselves: what lies below them can't be pressed.
    modal: RwSignal<u32>,
}

impl Toasts {
    /// No messages.
    pub fn new() -> Self {
        Self {
            list: RwSignal::new(Vec::new()),
            next_key: StoredValue::new(0),
            modal: RwSignal::new(0),
        }
    }

    /// Says that something was done; goes by itself.
    pub fn done(self, text: impl Into<String>) {
        let key = self.push(text.into(), Kind::Done, None);
        set_timeout(move || self.dismiss(key), STAY);
    }

    /// Says that something failed; stays until it is dismissed.
    pub fn error(self, text: impl Into<String>) {
        self.push(text.into(), Kind::Failed, None);
    }

    /// Says that something has to wait; goes by itself, and when the next one comes.
    pub fn wait(self, text: impl Into<String>) {
        let key = self.push(text.into(), Kind::Waits, None);
        set_timeout(move || self.dismiss(key), STAY);
    }

    /// Says that something was done, and offers to take it back.
    pub fn undoable(self, text: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) {
        let key = self.push(text.into(), Kind::Done, Some(Arc::new(undo)));
        set_timeout(move || self.dismiss(key), STAY_FOR_UNDO);
    }

    fn push(self, text: String, kind: Kind, undo: Option<Arc<dyn Fn() + Send + Sync>>) -> u64 {
        let key = self.next_key.get_value();
        self.next_key.set_value(key + 1);
        self.list.update(|list| {
            // The same failure again moves to the end instead of piling up.
            let stands = |toast: &Toast| toast.kind == kind && kind == Kind::Waits;
            list.retain(|toast| toast.text != text && !stands(toast));
            list.push(Toast {
                key,
                text,
                kind,
                undo,
            });
            let too_many = list.len().saturating_sub(MOST);
            list.drain(..too_many);
        });
        key
    }

    fn dismiss(self, key: u64) {
        self.list
            .try_update(|list| list.retain(|toast| toast.key != key));
    }
}

impl Default for Toasts {
    fn default() -> Self {
        Self::new()
    }
}

/// The page's messages.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_default()
}

/// Where the messages are shown.
#[component]
pub fn ToastRegion(
    /// Stands inside a modal layer, and takes over from the page's own region while it does.
    #[prop(optional)]
    in_modal: bool,
) -> impl IntoView {
    let toasts = use_toasts();
    if in_modal {
        Effect::new(move |_| {
            toasts.modal.update(|layers| *layers += 1);
            on_cleanup(move || {
                toasts
                    .modal
                    .try_update(|layers| *layers = layers.saturating_sub(1));
            });
        });
    }
    let shown = move || {
        if in_modal || toasts.modal.get() == 0 {
            toasts.list.get()
        } else {
            Vec::new()
        }
    };
    view! {
        <div class="toasts" role="status" aria-live="polite" data-testid="toasts">
            <For each=shown key=|toast| toast.key let:toast>
                <div class="toast" class:bad=toast.kind != Kind::Done data-testid="toast">
                    <span>{toast.text}</span>
                    {toast.undo.map(|undo| view! {
                        <button type="button" class="btn small" data-testid="undo"
                            on:click=move |_| { toasts.dismiss(toast.key); undo(); }>
                            "Undo"
                        </button>
                    })}
                    <button type="button" class="btn icon-only quiet" aria-label="Dismiss"
                        on:click=move |_| toasts.dismiss(toast.key)>
                        <Icon glyph=Glyph::Close/>
                    </button>
                </div>
            </For>
        </div>
    }
}
