//! The whole HTML document around the application.

use crate::{App, theme::Theme};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

/// Where the site's own files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteUrls {
    /// The JavaScript module that loads the application.
    pub js: String,
    /// What every page needs of the application.
    pub wasm: String,
    /// What this page needs beside it.
    pub parts: Vec<String>,
    /// The style sheet.
    pub css: String,
}

/// What the document needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellOptions {
    /// Where the site's own files are.
    pub site: SiteUrls,
}

/// The document. Leptos' own hydration script reads file names from the disk; ours are embedded and hashed.
pub fn shell(options: ShellOptions) -> impl IntoView {
    let SiteUrls {
        js,
        wasm,
        parts,
        css,
    } = options.site;
    // `{:?}` of these paths is a JavaScript string as well: they hold no character that Rust escapes otherwise.
    let start = format!(
        "import start,{{hydrate}} from {js:?};start({{module_or_path:{wasm:?}}}).then(()=>hydrate())"
    );
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=Theme::of_request().as_str()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="referrer" content="same-origin"/>
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
                <link rel="stylesheet" href=css/>
                <link rel="modulepreload" href=js/>
                <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
                {parts.into_iter().map(|part| view! {
                    <link rel="preload" href=part r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
                }).collect_view()}
                <script r#type="module" nonce=use_nonce()>{start}</script>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
