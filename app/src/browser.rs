//! What only the browser can do, behind functions that are harmless on the server.

use domain::time::Timestamp;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{js_sys, wasm_bindgen::JsCast};

/// Milliseconds of a clock that only goes forward, whatever the user does to the machine's date.
pub fn elapsed_ms() -> f64 {
    window()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

/// The moment in the reader's time zone and language.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 fit 53 bits for longer than the calendar"
)]
pub fn local_time(at: Timestamp) -> String {
    let date = js_sys::Date::new(&(at.0 as f64).into());
    date.to_locale_string("default", &js_sys::Object::new())
        .into()
}

/// The time of day, or the date as well, as short as the reader's language writes it: for the edge of a chart.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 fit 53 bits for longer than the calendar"
)]
pub fn short_time(at: Timestamp, with_date: bool, with_time: bool) -> String {
    let options = js_sys::Object::new();
    let mut parts = Vec::new();
    if with_date {
        parts.extend([("day", "numeric"), ("month", "short")]);
    }
    if with_time {
        parts.extend([("hour", "2-digit"), ("minute", "2-digit")]);
    }
    for (name, value) in parts {
        // A plain object takes every property.
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    }
    let date = js_sys::Date::new(&(at.0 as f64).into());
    date.to_locale_string("default", &options).into()
}

/// The moment that a clock on the reader's wall would show, if that clock were in UTC.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 and minutes of an offset fit both"
)]
pub fn wall_clock(at: Timestamp) -> Timestamp {
    let date = js_sys::Date::new(&(at.0 as f64).into());
    Timestamp(at.0 - date.get_timezone_offset() as i64 * 60_000)
}

/// Whether a key is meant for a field that is written in, for the browser, or for who took it already.
pub fn is_for_others(event: &web_sys::KeyboardEvent) -> bool {
    let in_field = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok())
        .is_some_and(|element| {
            element.is_content_editable()
                || matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
        });
    in_field || event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key()
}

/// How far the page is scrolled down, in pixels.
pub fn scrolled() -> f64 {
    window().scroll_y().unwrap_or(0.0)
}

/// Scrolls to the beginning of the page.
pub fn scroll_to_top() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// Loads this page again from the server.
pub fn reload() {
    // Refused only by a browser that is leaving the page anyway.
    let _ = window().location().reload();
}

/// Loads another page from the server.
pub fn leave_for(path: &str) {
    // Only a malformed address fails, and ours are written here.
    let _ = window().location().set_href(path);
}

/// Sends the reader to the sign-in page, and back here afterwards.
pub fn sign_in_again() {
    let location = window().location();
    let here = format!(
        "{}{}",
        location.pathname().unwrap_or_default(),
        location.search().unwrap_or_default()
    );
    if here.starts_with("/login") {
        return;
    }
    let next: String = js_sys::encode_uri_component(&here).into();
    leave_for(&format!("/login?next={next}"));
}

/// Copies what the input holds; `false` where the browser refuses, with the text left selected.
pub async fn copy(input: web_sys::HtmlInputElement) -> bool {
    input.select();
    let navigator = window().navigator();
    // The clipboard exists on https and localhost only.
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).ok();
    if let Some(clipboard) = clipboard.filter(|c| !c.is_undefined()) {
        let clipboard: web_sys::Clipboard = clipboard.unchecked_into();
        return JsFuture::from(clipboard.write_text(&input.value()))
            .await
            .is_ok();
    }
    document()
        .dyn_ref::<web_sys::HtmlDocument>()
        .is_some_and(|document| document.exec_command("copy").unwrap_or(false))
}

/// Copies an element's text. The old way by selection: the clipboard object exists on https and localhost only.
pub fn copy_text_of(element: &web_sys::Element) -> bool {
    let Ok(Some(selection)) = window().get_selection() else {
        return false;
    };
    if selection.select_all_children(element).is_err() {
        return false;
    }
    document()
        .dyn_ref::<web_sys::HtmlDocument>()
        .is_some_and(|document| document.exec_command("copy").unwrap_or(false))
}

/// Keeps a text for this tab, until it is taken.
pub fn keep(name: &str, text: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        // Where storage is refused or full, the text is lost.
        let _ = storage.set_item(name, text);
    }
}

/// Takes what [`keep`] kept.
pub fn take_kept(name: &str) -> Option<String> {
    let storage = window().session_storage().ok()??;
    let text = storage.get_item(name).ok()?;
    // What can't be removed is offered again.
    let _ = storage.remove_item(name);
    text
}

/// Prints this page.
pub fn print() {
    // Refused only where printing is forbidden.
    let _ = window().print();
}

/// Puts the focus on the element with this id.
pub fn focus(id: &str) {
    if let Some(element) = document()
        .get_element_by_id(id)
        .and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok())
    {
        // An element that is not focusable stays as it is.
        let _ = element.focus();
    }
}
