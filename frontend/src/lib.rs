//! The browser's entry: brings the page that the server rendered to life.
// The type of a page is as deep as the page; the compiler's default stops half-way.
#![recursion_limit = "1024"]

use leptos::mount::hydrate_lazy;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the document's script once the module is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    hydrate_lazy(app::App);
}
