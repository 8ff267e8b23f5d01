//! A modal dialog on the browser's own `<dialog>`: it traps the focus, closes on Esc and gives the focus back.

use super::{Glyph, Icon};
use leptos::{html, leptos_dom::helpers::request_animation_frame, prelude::*};

/// Shown while `open`; its content is made anew each time, so forms start empty.
#[component]
pub fn Dialog(
    /// Whether it is shown; set to `false` when the reader closes it.
    open: RwSignal<bool>,
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Name for tests.
    testid: &'static str,
    /// What is inside.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let show = open.get();
        // A frame later the content exists, and the field with `autofocus` gets the focus.
        request_animation_frame(move || {
            // By then the page may be gone, and the dialog with it.
            let Some(dialog) = dialog.try_get_untracked().flatten() else {
                return;
            };
            if show && !dialog.open() {
                // Fails only for a dialog that is not in the document.
                let _ = dialog.show_modal();
            } else if !show && dialog.open() {
                dialog.close();
            }
        });
    });
    let close_on_backdrop = move |event: leptos::ev::MouseEvent| {
        // The dialog itself has no padding: whoever hits it hit the backdrop.
        if dialog.get_untracked().is_some_and(|dialog| {
            event.target().as_ref() == Some(dialog.as_ref() as &web_sys::EventTarget)
        }) {
            open.set(false);
        }
    };
    view! {
        <dialog node_ref=dialog class="dialog" data-testid=testid aria-label=move || title.get()
            on:close=move |_| open.set(false) on:mousedown=close_on_backdrop>
            <Show when=move || open.get()>
                <div class="dialog-body">
                    <header class="dialog-head">
                        <h2>{move || title.get()}</h2>
                        <button type="button" class="btn icon-only quiet" aria-label="Close" data-testid="dialog-close"
                            on:click=move |_| open.set(false)>
                            <Icon glyph=Glyph::Close/>
                        </button>
                    </header>
                    {children()}
                </div>
            </Show>
        </dialog>
    }
}
