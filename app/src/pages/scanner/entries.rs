//! Where the targets are written, with what is wrong with which line.

use crate::model::scan_ask::{self, Entry, Refusal};
use leptos::{ev, html, prelude::*};

/// Lines that are shown without scrolling.
const FEW: usize = 6;
const MOST: usize = 18;

/// A text with numbered lines, and below it what is wrong with which of them.
#[component]
pub(super) fn Entries(
    text: RwSignal<String>,
    entries: Memo<Vec<Entry>>,
    refused: RwSignal<Vec<Refusal>>,
    submit: Callback<()>,
) -> impl IntoView {
    let area = NodeRef::<html::Textarea>::new();
    let numbers = NodeRef::<html::Div>::new();
    let standing = Memo::new(move |_| {
        refused.with(|refused| entries.with(|entries| scan_ask::standing(entries, refused)))
    });
    let lines = Memo::new(move |_| text.with(|text| text.split('\n').count()));
    let rows = move || lines.get().clamp(FEW, MOST).to_string();
    let is_bad = move |line: usize| standing.with(|all| all.iter().any(|(it, _)| it.line == line));
    let number = move |line: usize| {
        view! { <span class:bad=move || is_bad(line)>{line}</span> }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            submit.run(());
        }
    };
    let on_scroll = move |_| {
        if let (Some(area), Some(numbers)) = (area.get_untracked(), numbers.get_untracked()) {
            numbers.set_scroll_top(area.scroll_top());
        }
    };
    let select = move |(from, to): (u32, u32)| {
        if let Some(area) = area.get_untracked() {
            // Both fail only where there is no text field.
            let _ = area.focus();
            let _ = area.set_selection_range(from, to);
        }
    };
    let problem = move |(entry, detail): (Entry, String)| {
        let range = entry.range;
        view! {
            <li data-testid="line-problem" data-line=entry.line>
                <button type="button" class="link" on:click=move |_| select(range)>"Line " {entry.line}</button>
                <span><code>{entry.text}</code> " " {detail}</span>
            </li>
        }
    };
    view! {
        <div class="field">
            <label for="targets">"Addresses, blocks, names, host:port, URLs: one per line"</label>
            <div class="entries" class:bad=move || standing.with(|all| !all.is_empty())>
                <div class="entries-lines" aria-hidden="true" node_ref=numbers>
                    <For each=move || 1..=lines.get().max(FEW) key=|line| *line children=number/>
                </div>
                <textarea id="targets" class="mono" rows=rows wrap="off" spellcheck="false" autocapitalize="off" autocomplete="off"
                    placeholder="192.168.1.0/28\nexample.org\nexample.org:8443\nhttps://example.org/login" data-testid="targets"
                    aria-describedby="targets-problems" aria-invalid=move || standing.with(|all| !all.is_empty()).then_some("true")
                    node_ref=area prop:value=text on:input=move |event| text.set(event_target_value(&event))
                    on:keydown=on_key on:scroll=on_scroll></textarea>
            </div>
            <ul class="line-problems" id="targets-problems" aria-live="polite">
                {move || standing.get().into_iter().map(problem).collect_view()}
            </ul>
        </div>
    }
}
