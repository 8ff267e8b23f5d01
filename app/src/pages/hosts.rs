//! Every host of every subnet: searched, filtered, sorted.

mod line;
mod search;

use crate::{
    components::{EmptyState, Fetched, Glyph, more::More, sparkline::SparklineStore},
    live::use_live,
    model::{
        host_list::{HostFilter, apply},
        paged::Paged,
    },
    rpc::{self, Failure},
    state::report,
};
use domain::host::Host;
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use line::HostItem;
use search::Search;

async fn load(filter: HostFilter) -> Result<Paged<Host>, Failure> {
    Ok(rpc::hosts(filter.query(None)).await?.into())
}

/// Every host of every subnet.
#[component]
pub fn HostsPage() -> impl IntoView {
    let query = use_query_map();
    let filter =
        Memo::new(move |_| HostFilter::from_query(|key| query.with(|query| query.get(key))));
    view! {
        <Title text="Hosts"/>
        <div class="page-head"><h1>"Hosts"</h1></div>
        <Search filter/>
        <Fetched key=move || filter.get() load=load lines=12 view=move |list| view! { <List filter list/> }/>
    }
}

#[component]
fn List(filter: Memo<HostFilter>, list: RwSignal<Paged<Host>>) -> impl IntoView {
    SparklineStore::provide();
    use_live().on(move |event| {
        list.maybe_update(|list| apply(&mut list.items, event));
    });
    let busy = RwSignal::new(false);
    let more = Callback::new(move |()| {
        let Some(cursor) = list.with_untracked(|list| list.next.clone()) else {
            return;
        };
        busy.set(true);
        let query = filter.with_untracked(|filter| filter.query(Some(cursor)));
        spawn_local(async move {
            let answer = rpc::hosts(query).await;
            busy.try_set(false);
            match answer {
                Ok(page) => {
                    list.try_update(|list| list.extend(page, |host| host.id));
                }
                Err(failure) => report(&failure),
            }
        });
    });
    let ids = move || list.with(|list| list.items.iter().map(|host| host.id).collect::<Vec<_>>());
    let is_narrow = move || filter.with(HostFilter::is_narrow);
    view! {
        <section class="card" aria-label="Hosts">
            <Show when=move || !list.with(|list| list.items.is_empty())
                fallback=move || if is_narrow() {
                    view! { <EmptyState glyph=Glyph::Search title="No host matches"/> }.into_any()
                } else {
                    view! {
                        <EmptyState glyph=Glyph::Hosts title="No hosts yet">
                            <p class="muted">"Hosts appear when a sweep finds them. "
                                <a href="/subnets" class="link">"Add a subnet"</a> " to begin."</p>
                        </EmptyState>
                    }.into_any()
                }>
                <table class="hosts-table" data-testid="hosts">
                    <thead>
                        <tr><th scope="col">"Status"</th><th scope="col">"Address"</th><th scope="col">"Hostname"</th>
                            <th scope="col" class="cell-ports">"Open ports"</th>
                            <th scope="col">"Latency"</th><th scope="col" class="cell-spark">"24 hours"</th>
                            <th scope="col">"Since"</th><th scope="col">"Tags"</th></tr>
                    </thead>
                    <tbody>
                        <For each=ids key=|id| *id let:id>
                            <HostItem list id/>
                        </For>
                    </tbody>
                </table>
                <More shown=Signal::derive(move || list.with(|list| list.items.len()))
                    total=Signal::derive(move || list.with(|list| list.total))
                    has_next=Signal::derive(move || list.with(|list| list.next.is_some())) busy more/>
            </Show>
        </section>
    }
}
