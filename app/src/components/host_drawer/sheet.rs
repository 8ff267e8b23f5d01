//! The drawer itself, on the browser's `<dialog>`: it traps the focus, closes on Esc and gives the focus back.

use super::head::TITLE_ID;
use crate::components::{Glyph, Icon, ToastRegion};
use leptos::{ev, html, prelude::*};

/// A drawer that is open as long as it is on the page.
#[component]
pub fn Sheet(
    /// Told when the reader closed it.
    closed: Callback<()>,
    /// What is inside.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            // The server sends it open but not modal, so that it is readable without JavaScript. Taking the attribute
            // away, unlike closing, tells nobody.
            let _ = dialog.remove_attribute("open");
            // Fails only for a dialog that is not in the document.
            let _ = dialog.show_modal();
        }
    });
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let on_press = move |event: ev::MouseEvent| {
        // The content covers the dialog: whoever hits the dialog itself hit the backdrop.
        let is_backdrop = dialog.get_untracked().is_some_and(|dialog| {
            event.target().as_ref() == Some(dialog.as_ref() as &web_sys::EventTarget)
        });
        if is_backdrop {
            close();
        }
    };
    view! {
        <dialog node_ref=dialog class="drawer" open=true data-testid="drawer" aria-labelledby=TITLE_ID
            on:close=move |_| closed.run(()) on:mousedown=on_press>
            <div class="drawer-body">
                <button type="button" class="btn icon-only quiet drawer-close" aria-label="Close" data-testid="drawer-close"
                    on:click=move |_| close()>
                    <Icon glyph=Glyph::Close/>
                </button>
                {children()}
            </div>
            // A modal dialog covers the page's messages and takes their buttons away: they are shown in here instead.
            <ToastRegion in_modal=true/>
        </dialog>
    }
}
