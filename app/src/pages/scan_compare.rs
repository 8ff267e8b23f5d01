//! Two scans side by side: what changed from the earlier one to the later one.

use crate::{
    components::{EmptyState, Fetched, Glyph, Icon, TimeAgo, risk_pill::RiskPill},
    model::{scan_cards::CardFilter, scan_words},
    rpc::{self, Failure},
};
use domain::scan::{
    Scan, ScannedPort,
    diff::{ScanDiff, TargetDiff},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};

/// Both scans without their results, and what changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Comparison {
    before: Scan,
    after: Scan,
    diff: ScanDiff,
}

async fn load((before, after): (String, String)) -> Result<Comparison, Failure> {
    let diff = rpc::compare_scans(before.clone(), after.clone()).await?;
    let head = |token| rpc::scan(token, CardFilter::default(), 0);
    let (before, after) = (head(before).await?.scan, head(after).await?.scan);
    Ok(Comparison {
        before,
        after,
        diff,
    })
}

/// Two scans compared.
#[component]
pub fn ComparePage() -> impl IntoView {
    let params = use_params_map();
    let key = move || {
        params.with(|params| {
            let part = |name| params.get(name).unwrap_or_default();
            (part("before"), part("after"))
        })
    };
    view! {
        <Title text="Scans compared"/>
        <nav class="crumbs" aria-label="Where you are"><a href="/scanner">"Scanner"</a></nav>
        <header class="head scan-head"><h1>"What changed"</h1></header>
        <Fetched key=key load=load view=|found| view! { <Changes found/> }/>
    }
}

#[component]
fn Changes(found: RwSignal<Comparison>) -> impl IntoView {
    let heads = move || {
        found.with(|it| {
            let back = format!("/scanner/{}/compare/{}", it.after.token, it.before.token);
            view! {
                {side("Before", &it.before)}
                <a class="btn icon-only quiet" href=back aria-label="Swap the two" title="Swap the two" data-testid="compare-swap"><Icon glyph=Glyph::Sweep/></a>
                {side("After", &it.after)}
            }
        })
    };
    view! {
        <section class="card compare-heads" aria-label="The two scans">{heads}</section>
        {move || found.with(|it| differences(&it.diff))}
    }
}

fn side(name: &'static str, scan: &Scan) -> impl IntoView + use<> {
    view! {
        <div class="compare-side">
            <h2>{name}</h2>
            <a class="mono" href=format!("/scanner/{}", scan.token)>{scan_words::asked(&scan.request)}</a>
            <span class="faint"><TimeAgo at=scan.created_at/> ", " {scan_words::targets(scan.progress.done.into())}</span>
            {scan.worst.map(|level| view! { <RiskPill level/> })}
        </div>
    }
}

fn differences(diff: &ScanDiff) -> AnyView {
    let same = match diff.same {
        0 => None,
        1 => Some("1 target is as it was.".to_owned()),
        n => Some(format!(
            "{} are as they were.",
            scan_words::targets(n.into())
        )),
    };
    if diff.changed.is_empty() && diff.added.is_empty() && diff.removed.is_empty() {
        return view! {
            <section class="card" data-testid="no-change">
                <EmptyState glyph=Glyph::Check title="Nothing changed"><p class="muted">{same}</p></EmptyState>
            </section>
        }
        .into_any();
    }
    let names = |title: &'static str, testid: &'static str, names: &[String]| {
        (!names.is_empty()).then(|| {
            let names = names
                .iter()
                .map(|name| view! { <li class="mono">{name.clone()}</li> });
            view! {
                <section class="card compare-names" data-testid=testid>
                    <header><h2>{title}</h2></header>
                    <ul>{names.collect_view()}</ul>
                </section>
            }
        })
    };
    view! {
        {diff.changed.iter().map(target).collect_view()}
        {names("Only in the later scan", "compare-added", &diff.added)}
        {names("Only in the earlier scan", "compare-removed", &diff.removed)}
        {same.map(|words| view! { <p class="faint" data-testid="compare-same">{words}</p> })}
    }
    .into_any()
}

fn target(change: &TargetDiff) -> impl IntoView + use<> {
    let level = change.risk_level.map(|(before, after)| {
        view! { <span class="compare-level"><RiskPill level=before/> <Icon glyph=Glyph::Right/> <span class="visually-hidden">"became"</span> <RiskPill level=after/></span> }
    });
    let from_to = |(before, after): &(String, String)| format!("{before} → {after}");
    let address = change
        .address
        .as_ref()
        .map(|pair| ("Address", "edited", from_to(pair)));
    let answers = change.availability.map(|(_, now)| {
        if now {
            ("Answers", "up", "now, not before".to_owned())
        } else {
            ("Silent", "down", "now, answered before".to_owned())
        }
    });
    let all = |word, class, ports: &[ScannedPort]| -> Vec<_> {
        ports
            .iter()
            .map(|port| (word, class, scan_words::port(port)))
            .collect()
    };
    let replaced = change.replaced.iter().map(|(before, after)| {
        let words = format!("{} → {}", scan_words::port(before), scan_words::port(after));
        ("Replaced", "edited", words)
    });
    let told = |word, class, texts: &[String]| -> Vec<_> {
        texts
            .iter()
            .map(|text| (word, class, finding(text)))
            .collect()
    };
    let lines = address
        .into_iter()
        .chain(answers)
        .chain(all("Opened", "new", &change.opened))
        .chain(all("Closed", "edited", &change.closed))
        .chain(replaced)
        .chain(told("New finding", "suspect", &change.new_findings))
        .chain(told("Gone", "up", &change.gone_findings));
    let lines = lines.map(|(word, class, text)| {
        view! {
            <li data-testid="change" data-kind=word>
                <span class=format!("pill {class}")>{word}</span> <span class="change-text">{text}</span>
            </li>
        }
    });
    view! {
        <section class="card compare-target" data-testid="compare-target" data-target=change.target.clone()>
            <header><h2 class="mono">{change.target.clone()}</h2> {level}</header>
            <ul>{lines.collect_view()}</ul>
        </section>
    }
}

/// `exposed_rdp: 3389/tcp` as a reader likes it.
fn finding(text: &str) -> String {
    match text.split_once(": ") {
        Some((rule, evidence)) => format!("{}: {evidence}", scan_words::rule(rule)),
        None => text.to_owned(),
    }
}
