//! The heading of a scan: what was asked, how far it is, what can be done with it.

use super::{compare::CompareDialog, printing::Printing, repeat::RepeatDialog};
use crate::{
    ago,
    components::{
        Dialog, Glyph, Icon, Refetch, TimeAgo,
        risk_pill::{RiskPill, ScanPill},
        use_toasts,
    },
    model::{scan_cards::ScanPage, scan_words},
    rpc,
    state::report,
};
use domain::scan::Scan;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// What was asked, and how far it is.
#[component]
pub(super) fn Head(
    page: RwSignal<ScanPage>,
    token: Memo<String>,
    printing: Printing,
) -> impl IntoView {
    let of = move |part: fn(&Scan) -> String| move || page.with(|it| part(&it.scan));
    let status = Memo::new(move |_| page.with(|it| it.scan.status));
    let is_over = move || status.get().is_over();
    let worst = Memo::new(move |_| page.with(|it| it.scan.worst));
    let asked_at = Signal::derive(move || page.with(|it| it.scan.created_at));
    let progress = Memo::new(move |_| page.with(|it| it.scan.progress));
    let took = move || {
        page.with(|it| {
            let (begun, over) = (it.scan.started_at?, it.scan.finished_at?);
            Some(format!(
                " · took {}",
                ago::span(over.since(begun).as_secs().max(1))
            ))
        })
    };
    let words = move || {
        let now = progress.get();
        if now.done == now.total {
            scan_words::targets(now.total.into())
        } else {
            format!("{} of {}", now.done, scan_words::targets(now.total.into()))
        }
    };
    view! {
        <nav class="crumbs" aria-label="Where you are"><a href="/scanner">"Scanner"</a></nav>
        <header class="head scan-head">
            <h1>"Scan of " <span class="mono">{of(|scan| scan_words::asked(&scan.request))}</span></h1>
            <Actions page token printing/>
        </header>
        <div class="scan-line">
            <span role="status"><ScanPill status/></span>
            {move || worst.get().map(|level| view! { <span class="scan-worst">"Worst: " <RiskPill level/></span> })}
            <span class="strong" data-testid="scan-progress">{words}</span>
            <span class="faint">"asked for " <TimeAgo at=asked_at/> {took}</span>
            <Show when=move || !is_over()>
                <progress max=move || progress.get().total value=move || progress.get().done aria-label="Finished targets"></progress>
            </Show>
        </div>
    }
}

#[component]
fn Actions(page: RwSignal<ScanPage>, token: Memo<String>, printing: Printing) -> impl IntoView {
    let is_over = Memo::new(move |_| page.with(|it| it.scan.status.is_over()));
    let (cancelling, comparing) = (RwSignal::new(false), RwSignal::new(false));
    let repeating = RwSignal::new(false);
    let toasts = use_toasts();
    let navigate = use_navigate();
    let busy = RwSignal::new(false);
    let rerun = move |_| {
        let navigate = navigate.clone();
        busy.set(true);
        spawn_local(async move {
            let answer = rpc::rerun_scan(token.get_untracked()).await;
            busy.try_set(false);
            match answer {
                Ok(scan) => {
                    toasts.done("The same is being scanned again");
                    navigate(
                        &format!("/scanner/{}", scan.token),
                        NavigateOptions::default(),
                    );
                }
                Err(failure) => report(&failure),
            }
        });
    };
    let json = move || format!("/scan/{}", token.get());
    let csv = move || format!("/api/v1/scans/{}/results.csv", token.get());
    let file =
        move |kind: &'static str| move || page.with(|it| format!("scan-{}.{kind}", it.scan.id));
    view! {
        <div class="actions">
            <Show when=move || !is_over.get()>
                <button type="button" class="btn danger" data-testid="scan-cancel" on:click=move |_| cancelling.set(true)>
                    <Icon glyph=Glyph::Close/> "Cancel"
                </button>
            </Show>
            <button type="button" class="btn" data-testid="scan-rerun" hidden=move || !is_over.get() disabled=busy on:click=rerun>
                <Icon glyph=Glyph::Sweep/> "Scan again"
            </button>
            <button type="button" class="btn" data-testid="scan-compare" on:click=move |_| comparing.set(true)>"Compare…"</button>
            <button type="button" class="btn" data-testid="scan-repeat" hidden=move || !is_over.get() on:click=move |_| repeating.set(true)>
                "Repeat…"
            </button>
            <span class="joined" role="group" aria-label="Export">
                <a class="btn" href=json download=file("json") rel="external" data-testid="export-json">"JSON"</a>
                <a class="btn" href=csv download=file("csv") rel="external" data-testid="export-csv">"CSV"</a>
                <button type="button" class="btn" data-testid="scan-print" on:click=move |_| printing.start()>"Print"</button>
            </span>
        </div>
        <CancelDialog open=cancelling token/>
        <CompareDialog open=comparing page/>
        <RepeatDialog open=repeating page/>
    }
}

#[component]
fn CancelDialog(open: RwSignal<bool>, token: Memo<String>) -> impl IntoView {
    view! {
        <Dialog open=open title="End this scan?" testid="cancel-dialog">
            <Question open token/>
        </Dialog>
    }
}

/// What is inside the dialog.
#[component]
fn Question(open: RwSignal<bool>, token: Memo<String>) -> impl IntoView {
    let refetch = expect_context::<Refetch>();
    let busy = RwSignal::new(false);
    let cancel = move |_| {
        busy.set(true);
        spawn_local(async move {
            let answer = rpc::cancel_scan(token.get_untracked()).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    open.try_set(false);
                    refetch.run();
                }
                Err(failure) => report(&failure),
            }
        });
    };
    view! {
        <p>"Targets that are finished keep their results; the others are not looked at. The same can be scanned again later."</p>
        <div class="form-actions">
            <button type="button" class="btn" on:click=move |_| open.set(false)>"Let it go on"</button>
            <button type="button" class="btn danger" data-testid="cancel-confirm" disabled=busy on:click=cancel>"End the scan"</button>
        </div>
    }
}
