//! Asking for a scan.

use super::{entries::Entries, sources::Sources};
use crate::{
    browser,
    components::{Glyph, Icon},
    model::{
        scan_ask::{self, Refusal},
        scan_words,
    },
    pages::login::FormProblem,
    rpc,
    state::report,
};
use domain::scan::{MAX_TARGETS, NewScan, source::ScannerStatus};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

/// Where the text waits while its writer signs in again.
const DRAFT: &str = "scan-draft";

/// What is asked beside the targets.
#[derive(Clone, Copy)]
struct Options {
    versions: RwSignal<bool>,
    words: RwSignal<bool>,
    redact: RwSignal<bool>,
}

impl Options {
    fn of(self, status: &ScannerStatus) -> NewScan {
        let words = self.words.get_untracked() && status.can_narrate;
        NewScan {
            generate_ai_summary: words,
            redact: words && self.redact.get_untracked(),
            detect_versions: self.versions.get_untracked() && status.can_detect_versions,
            ..NewScan::default()
        }
    }
}

/// The form.
#[component]
pub(super) fn Ask(status: RwSignal<ScannerStatus>) -> impl IntoView {
    let query = use_query_map();
    // A link may bring targets along.
    let given = query.with_untracked(|query| query.get("targets"));
    let text = RwSignal::new(given.unwrap_or_default());
    Effect::new(move |_| {
        if let Some(draft) = browser::take_kept(DRAFT)
            && text.with_untracked(String::is_empty)
        {
            text.set(draft);
        }
    });
    let options = Options {
        versions: RwSignal::new(false),
        words: RwSignal::new(false),
        redact: RwSignal::new(false),
    };
    let entries = Memo::new(move |_| text.with(|text| scan_ask::entries(text)));
    let refused = RwSignal::new(Vec::<Refusal>::new());
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let navigate = use_navigate();
    let submit = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        let asked = entries.get_untracked();
        let options = status.with_untracked(|status| options.of(status));
        let request = scan_ask::request(&asked, &options);
        let navigate = navigate.clone();
        busy.set(true);
        problem.set(None);
        leptos::task::spawn_local(async move {
            let answer = rpc::create_scan(request).await;
            busy.try_set(false);
            match answer {
                Ok(scan) => navigate(
                    &format!("/scanner/{}", scan.token),
                    NavigateOptions::default(),
                ),
                Err(failure) if failure.is_signed_out() => {
                    browser::keep(DRAFT, &text.get_untracked());
                    report(&failure);
                }
                Err(failure) => {
                    let (entries, whole) = scan_ask::refusals(&asked, &failure.errors);
                    let other = entries.is_empty().then(|| failure.message().to_owned());
                    refused.try_set(entries);
                    problem.try_set(whole.or(other));
                    browser::focus("targets");
                }
            }
        });
    });
    let count = Memo::new(move |_| entries.with(|entries| scan_ask::targets(entries)));
    let words = move || match count.get() {
        0 => "No target yet".to_owned(),
        n if n > MAX_TARGETS => format!("{}: at most 1,024", scan_words::targets(n as u64)),
        n => scan_words::targets(n as u64),
    };
    view! {
        <form class="ask" novalidate=true on:submit=move |event| { event.prevent_default(); submit.run(()); }>
            <FormProblem text=problem/>
            <Entries text entries refused submit/>
            <OptionList options status/>
            <Sources status/>
            <div class="ask-foot">
                <span class:bad=move || { count.get() > MAX_TARGETS } class="strong" data-testid="target-count">{words}</span>
                <span class="faint ask-keys">"Ctrl-Enter scans"</span>
                <button class="btn primary" data-testid="scan-start" disabled=move || busy.get() || entries.with(Vec::is_empty)>
                    <Icon glyph=Glyph::Scanner/> {move || if busy.get() { "Asking…" } else { "Scan" }}
                </button>
            </div>
        </form>
    }
}

/// What is asked beside the targets; what this server can't do is off and says why.
#[component]
fn OptionList(options: Options, status: RwSignal<ScannerStatus>) -> impl IntoView {
    let can_versions = move || status.with(|status| status.can_detect_versions);
    let can_words = move || status.with(|status| status.can_narrate);
    let versions_note = move || {
        if can_versions() {
            "It takes longer."
        } else {
            "nmap is not installed on the server."
        }
    };
    let words_note = move || {
        if can_words() {
            "The verdict stays that of the rules."
        } else {
            "No model is set up: the rules word it themselves."
        }
    };
    view! {
        <fieldset class="ask-options">
            <legend class="visually-hidden">"Options"</legend>
            <Choice value=options.versions can=Signal::derive(can_versions) testid="scan-versions"
                label="Find out versions with nmap" note=Signal::derive(versions_note)/>
            <Choice value=options.words can=Signal::derive(can_words) testid="scan-words"
                label="Have a model word the summary" note=Signal::derive(words_note)/>
            <Choice value=options.redact can=Signal::derive(move || can_words() && options.words.get()) testid="scan-redact"
                label="Hide addresses and names from it" note=Signal::stored("For the model they become placeholders.")/>
        </fieldset>
    }
}

#[component]
fn Choice(
    value: RwSignal<bool>,
    can: Signal<bool>,
    testid: &'static str,
    label: &'static str,
    note: Signal<&'static str>,
) -> impl IntoView {
    let id = format!("{testid}-note");
    view! {
        <label class="check">
            <input type="checkbox" data-testid=testid aria-describedby=id.clone() disabled=move || !can.get()
                prop:checked=move || value.get() && can.get() on:change=move |event| value.set(event_target_checked(&event))/>
            <span>{label} <span class="check-why faint" id=id>{move || note.get()}</span></span>
        </label>
    }
}
