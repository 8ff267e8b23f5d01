//! What was scanned, newest first.

use crate::{
    components::{
        EmptyState, Fetched, Glyph, Refetch, TimeAgo,
        filters::{FilterChoice, FilterClear, FilterText, use_filter_address},
        more::More,
        pulse,
        risk_pill::{RiskPill, ScanPill},
    },
    live::use_live,
    model::{
        paged::Paged,
        scan_list::{self, ListFilter, STATUSES},
        scan_words,
    },
    rpc::{self, Failure},
    state::{keep_last, report},
};
use domain::{
    live::LiveEvent,
    scan::{Scan, ScanStatus},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

async fn load(filter: ListFilter) -> Result<Paged<Scan>, Failure> {
    Ok(rpc::scans(filter.query(None)).await?.into())
}

/// The scans, searched and filtered.
#[component]
pub(super) fn History() -> impl IntoView {
    let query = use_query_map();
    let filter =
        Memo::new(move |_| ListFilter::from_query(|key| query.with(|query| query.get(key))));
    view! {
        <section class="card" aria-labelledby="history">
            <header class="history-head">
                <h2 id="history">"History"</h2>
                <Filters filter/>
            </header>
            <Fetched key=move || filter.get() load=load in_place=true lines=6 view=move |list| view! { <List filter list/> }/>
        </section>
    }
}

#[component]
fn Filters(filter: Memo<ListFilter>) -> impl IntoView {
    let go = use_filter_address("/scanner");
    let statuses = STATUSES.map(|it| {
        let label = scan_words::status(it).to_owned();
        (scan_words::status_key(it).to_owned(), label)
    });
    let any = (String::new(), "Any status".to_owned());
    let options: Vec<_> = std::iter::once(any).chain(statuses).collect();
    let on_text = Callback::new(move |text: String| {
        let wanted = ListFilter {
            text,
            ..filter.get_untracked()
        };
        go.run((wanted.to_query(), false));
    });
    let on_choose = Callback::new(move |word: String| {
        let is_it = |it: &ScanStatus| scan_words::status_key(*it) == word;
        let wanted = ListFilter {
            status: STATUSES.into_iter().find(is_it),
            ..filter.get_untracked()
        };
        go.run((wanted.to_query(), true));
    });
    let status = move || filter.with(|it| it.status.map_or("", scan_words::status_key).to_owned());
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <FilterText label="Target" value=Signal::derive(move || filter.with(|it| it.text.clone())) on_text/>
            <FilterChoice label="Status" testid="filter-status" options=Signal::stored(options)
                value=Signal::derive(status) on_choose/>
            <FilterClear shown=Signal::derive(move || filter.with(ListFilter::is_narrow))
                on_clear=Callback::new(move |()| go.run((Vec::new(), true)))/>
        </div>
    }
}

#[component]
fn List(filter: Memo<ListFilter>, list: RwSignal<Paged<Scan>>) -> impl IntoView {
    let refetch = expect_context::<Refetch>();
    let is_open = move || list.try_with_untracked(scan_list::is_open) == Some(true);
    let ask = move |()| {
        if list.try_with_untracked(scan_list::is_first_page) == Some(true) {
            refetch.run();
        }
    };
    let hear = pulse::follow(is_open, Callback::new(ask));
    use_live().on(move |event| {
        if let LiveEvent::Scan(news) = event {
            list.maybe_update(|list| scan_list::take(list, news));
            // Its worst verdict may have changed, or it is new.
            hear.run(());
        }
    });
    let busy = RwSignal::new(false);
    let more = Callback::new(move |()| {
        let Some(cursor) = list.with_untracked(|list| list.next.clone()) else {
            return;
        };
        busy.set(true);
        let asked = filter.get_untracked();
        spawn_local(async move {
            let answer = rpc::scans(asked.query(Some(cursor))).await;
            busy.try_set(false);
            match answer {
                Ok(_) if filter.try_get_untracked() != Some(asked) => {}
                Ok(page) => {
                    list.try_update(|list| list.extend(page, |scan| scan.id));
                }
                Err(failure) => report(&failure),
            }
        });
    });
    let ids = move || list.with(|list| list.items.iter().map(|scan| scan.id).collect::<Vec<_>>());
    let is_narrow = move || filter.with(ListFilter::is_narrow);
    let nothing = Memo::new(move |_| list.with(|list| list.items.is_empty()));
    view! {
        {move || nothing.get().then(|| if is_narrow() {
            view! { <EmptyState glyph=Glyph::Search title="No scan matches"/> }.into_any()
        } else {
            view! {
                <EmptyState glyph=Glyph::Scanner title="Nothing was scanned yet">
                    <p class="muted">"Name an address above, such as one of this network or a server of yours on the internet."</p>
                </EmptyState>
            }.into_any()
        })}
        <Show when=move || !nothing.get()>
            <table class="lines scans" data-testid="scans" aria-busy=move || refetch.is_behind().get().to_string()>
                <caption class="visually-hidden">"Scans, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Asked for"</th><th scope="col">"Targets"</th><th scope="col">"Status"</th>
                        <th scope="col">"Worst"</th><th scope="col">"When"</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=ids key=|id| *id let:id>
                        {keep_last(Signal::derive(move || list.with(|list| list.items.iter().find(|it| it.id == id).cloned())))
                            .map(|scan| view! { <Line scan/> })}
                    </For>
                </tbody>
            </table>
            <More shown=Signal::derive(move || list.with(|list| list.items.len()))
                total=Signal::derive(move || list.with(|list| list.total))
                has_next=Signal::derive(move || list.with(|list| list.next.is_some())) busy more/>
        </Show>
    }
}

#[component]
fn Line(scan: Signal<Scan>) -> impl IntoView {
    let first = scan.get_untracked();
    let href = format!("/scanner/{}", first.token);
    let progress = move || {
        scan.with(|it| {
            let (done, total) = (it.progress.done, it.progress.total);
            if it.status.is_over() && done == total {
                total.to_string()
            } else {
                format!("{done} of {total}")
            }
        })
    };
    let worst = Memo::new(move |_| scan.with(|it| it.worst));
    view! {
        <tr data-testid="scan-row" data-token=first.token.clone()>
            <td class="stretch">
                <a class="mono" href=href>{scan_words::asked(&first.request)}</a>
                {first.schedule_id.map(|_| view! { " " <span class="tag">"scheduled"</span> })}
            </td>
            <td class="number" data-label="Targets">{progress}</td>
            <td><ScanPill status=Signal::derive(move || scan.with(|it| it.status))/></td>
            <td>{move || worst.get().map(|level| view! { <RiskPill level/> })}</td>
            <td class="faint"><TimeAgo at=first.created_at/></td>
        </tr>
    }
}
