//! The cards, filtered, in order, some at a time.

use super::{card::TargetCard, printing::Printing};
use crate::{
    components::{
        EmptyState, Glyph, Refetch,
        filters::{FilterChoice, FilterClear, FilterText, address},
    },
    model::{
        scan_cards::{CardFilter, LEVELS, SOME, ScanPage},
        scan_words,
    },
};
use domain::{risk::RiskLevel, scan::ScanStatus};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// The cards and what narrows them down.
#[component]
pub(super) fn Cards(
    page: RwSignal<ScanPage>,
    token: Memo<String>,
    filter: Memo<CardFilter>,
    most: RwSignal<u32>,
    printing: Printing,
) -> impl IntoView {
    let refetch = expect_context::<Refetch>();
    let cards = move || page.with(|it| it.cards.iter().cloned().enumerate().collect::<Vec<_>>());
    let total = Memo::new(move |_| page.with(|it| it.scan.progress.total));
    let left = move || page.with(|it| it.matching as usize - it.cards.len());
    view! {
        <Filters page token filter/>
        <div class="targets" data-testid="cards" aria-busy=move || refetch.is_behind().get().to_string()>
            <For each=cards key=|(_, card)| card.key() let((place, card))>
                {
                    let is_open = stands_out(&card.result, place, total.get_untracked());
                    view! { <TargetCard card token is_open all_open=printing.all_open/> }
                }
            </For>
        </div>
        <Rest page filter/>
        <Show when=move || { left() > 0 }>
            <div class="list-foot">
                <span class="faint">{move || page.with(|it| it.cards.len())} " of " {move || page.with(|it| it.matching)}</span>
                <button type="button" class="btn" data-testid="load-more" disabled=refetch.is_behind()
                    on:click=move |_| most.update(|most| *most += SOME)>
                    {move || if refetch.is_behind().get() { "Loading…" } else { "Show more" }}
                </button>
            </div>
        </Show>
    }
}

/// Cards that are opened by themselves: what is bad among the first of them, or all of a few.
fn stands_out(result: &domain::scan::ScanResult, place: usize, total: u32) -> bool {
    const FEW: u32 = 2;
    const MOST: usize = 10;
    total <= FEW || (result.risk_level >= RiskLevel::High && place < MOST)
}

/// What is still to come, or why there is nothing.
#[component]
fn Rest(page: RwSignal<ScanPage>, filter: Memo<CardFilter>) -> impl IntoView {
    let state =
        Memo::new(move |_| page.with(|it| (it.scan.status, it.scan.progress, it.cards.is_empty())));
    move || {
        let (status, progress, is_empty) = state.get();
        let to_go = u64::from(progress.total.saturating_sub(progress.done));
        if !status.is_over() {
            let words = match (status, progress.done) {
                (ScanStatus::Queued, 0) => "It waits for its turn.".to_owned(),
                _ => format!(
                    "{} to go. Cards appear as targets finish.",
                    scan_words::targets(to_go)
                ),
            };
            return Some(
                view! { <p class="targets-rest faint" data-testid="to-go">{words}</p> }.into_any(),
            );
        }
        if is_empty {
            let title = match (filter.with(CardFilter::is_narrow), status) {
                (true, _) => "No target matches",
                (false, ScanStatus::Cancelled) => "It was ended before a target was finished",
                (false, _) => "There are no results",
            };
            return Some(
                view! { <section class="card"><EmptyState glyph=Glyph::Search title/></section> }
                    .into_any(),
            );
        }
        (to_go > 0).then(|| {
            let verb = if to_go == 1 { "was" } else { "were" };
            let words = format!("{} {verb} not looked at.", scan_words::targets(to_go));
            view! { <p class="targets-rest faint" data-testid="to-go">{words}</p> }.into_any()
        })
    }
}

#[component]
fn Filters(
    page: RwSignal<ScanPage>,
    token: Memo<String>,
    filter: Memo<CardFilter>,
) -> impl IntoView {
    let navigate = use_navigate();
    let go = Callback::new(move |(wanted, is_choice): (CardFilter, bool)| {
        let options = NavigateOptions {
            replace: !is_choice,
            scroll: false,
            ..NavigateOptions::default()
        };
        let path = format!("/scanner/{}", token.get_untracked());
        navigate(&address(&path, wanted.to_query()), options);
    });
    let level = move |level: Option<RiskLevel>| {
        let count = move || {
            page.with(|it| match level {
                None => it.counts.iter().map(|(_, count)| count).sum(),
                Some(level) => it
                    .counts
                    .iter()
                    .find(|(it, _)| *it == level)
                    .map_or(0, |(_, n)| *n),
            })
        };
        let is_chosen = move || filter.with(|it| it.level == level);
        let is_hidden = move || level.is_some() && count() == 0 && !is_chosen();
        view! {
            <button type="button" class="filter" hidden=is_hidden aria-pressed=move || is_chosen().to_string()
                data-testid=format!("level-{}", level.map_or("all", RiskLevel::as_str))
                on:click=move |_| go.run((CardFilter { level, ..filter.get_untracked() }, true))>
                {level.map_or("All", scan_words::level)} " " <span class="count">{count}</span>
            </button>
        }
    };
    let orders = [("", "In order of the request"), ("worst", "Worst first")];
    let orders = orders.map(|(word, label)| (word.to_owned(), label.to_owned()));
    let on_text = Callback::new(move |text: String| {
        go.run((
            CardFilter {
                text,
                ..filter.get_untracked()
            },
            false,
        ));
    });
    let on_choose = Callback::new(move |word: String| {
        let worst_first = word == "worst";
        go.run((
            CardFilter {
                worst_first,
                ..filter.get_untracked()
            },
            true,
        ));
    });
    let order = move || filter.with(|it| if it.worst_first { "worst" } else { "" }.to_owned());
    view! {
        <div class="filters" role="group" aria-label="Filters" hidden=move || page.with(|it| it.scan.progress.total < 2)>
            {level(None)}
            {LEVELS.map(|it| level(Some(it))).collect_view()}
            <FilterText label="Target, port, finding" value=Signal::derive(move || filter.with(|it| it.text.clone())) on_text/>
            <FilterChoice label="Order" testid="card-order" options=Signal::stored(orders.to_vec()) value=Signal::derive(order) on_choose/>
            <FilterClear shown=Signal::derive(move || filter.with(CardFilter::is_narrow))
                on_clear=Callback::new(move |()| go.run((CardFilter::default(), true)))/>
        </div>
    }
}
