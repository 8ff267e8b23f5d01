//! Which scan to compare this one with.

use crate::{
    components::{Dialog, ErrorState, Loading, TimeAgo, risk_pill::RiskPill},
    model::{scan_cards::ScanPage, scan_list::comparable, scan_words},
    rpc::{self, Failure},
};
use domain::scan::{Scan, ScanQuery};
use leptos::{prelude::*, task::spawn_local};

/// Scans to choose from.
const OFFERED: usize = 40;

/// The choice.
#[component]
pub(super) fn CompareDialog(open: RwSignal<bool>, page: RwSignal<ScanPage>) -> impl IntoView {
    view! {
        <Dialog open=open title="Compare with which scan?" testid="compare-dialog">
            <Choice open page/>
        </Dialog>
    }
}

/// What is inside the dialog: read anew each time.
#[component]
fn Choice(open: RwSignal<bool>, page: RwSignal<ScanPage>) -> impl IntoView {
    let found = RwSignal::new(None::<Result<Vec<Scan>, Failure>>);
    let load = move |()| {
        found.set(None);
        spawn_local(async move {
            let answer = rpc::scans(ScanQuery::default()).await;
            found.try_set(Some(answer.map(|page| page.items)));
        });
    };
    Effect::new(move |_| load(()));
    let lines = move || {
        match found.get() {
        None => view! { <Loading/> }.into_any(),
        Some(Err(failure)) => view! { <ErrorState failure retry=load/> }.into_any(),
        Some(Ok(scans)) => page.with(|page| {
            let others = comparable(&scans, &page.scan);
            if others.is_empty() {
                return view! {
                    <p class="muted">"There is no other scan with results yet. “Scan again” makes one of the same targets."</p>
                }
                .into_any();
            }
            let lines = others.into_iter().take(OFFERED);
            let lines = lines.map(|(scan, is_same)| line(scan, is_same, &page.scan, open));
            view! { <ul class="choice-list">{lines.collect_view()}</ul> }.into_any()
        }),
    }
    };
    view! { <div class="compare-choice">{lines}</div> }
}

fn line(scan: &Scan, is_same: bool, with: &Scan, open: RwSignal<bool>) -> impl IntoView + use<> {
    // The earlier one first, whichever page this is.
    let (before, after) = if scan.created_at <= with.created_at {
        (&scan.token, &with.token)
    } else {
        (&with.token, &scan.token)
    };
    let href = format!("/scanner/{before}/compare/{after}");
    let at = scan.created_at;
    view! {
        <li>
            <a href=href data-testid="compare-with" data-same=is_same.to_string() on:click=move |_| open.set(false)>
                <span class="mono">{scan_words::asked(&scan.request)}</span>
                {scan.worst.map(|level| view! { <RiskPill level/> })}
                <span class="faint">
                    {is_same.then_some("the same request · ")} {scan_words::targets(scan.progress.done.into())} ", " <TimeAgo at/>
                </span>
            </a>
        </li>
    }
}
