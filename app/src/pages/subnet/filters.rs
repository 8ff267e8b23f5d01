//! Which rows are wanted: kept in the address bar, so that a reload or a link shows the same.

use crate::{
    components::{filters::FilterPort, host_table::LiveTable},
    model::{
        filter::{Order, RowFilter},
        table::Table,
    },
};
use domain::{count::Count, status::Status};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    params::ParamsMap,
};

/// Ports that the field offers, the most common first.
const OFFERED: usize = 50;

/// What a control does to the filter.
type Change = Box<dyn FnOnce(&mut RowFilter) + Send>;

/// Which rows are wanted.
#[component]
pub(super) fn Filters(
    /// The subnet's rows.
    table: LiveTable,
    /// What the address bar says.
    filter: Memo<RowFilter>,
) -> impl IntoView {
    let navigate = use_navigate();
    let path = use_location().pathname;
    let want = Callback::new(move |change: Change| {
        let mut wanted = filter.get_untracked();
        change(&mut wanted);
        let query: ParamsMap = wanted.to_query().into_iter().collect();
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(
            &format!("{}{}", path.get_untracked(), query.to_query_string()),
            options,
        );
    });
    let counts = Memo::new(move |_| table.read(Table::counts));
    let tags = Memo::new(move |_| table.read(Table::tags));
    let status = move |of: Option<Status>, testid: &'static str, label: &'static str| {
        let count = move || {
            let counts = counts.get();
            of.map(|of| match of {
                Status::Up => counts.up,
                Status::Down => counts.down,
                Status::Unknown => counts.unknown,
            })
            .map(|count| view! { " " <span class="count">{Count(count.into()).to_string()}</span> })
        };
        view! {
            <button type="button" class="filter" data-testid=testid
                aria-pressed=move || filter.with(|filter| filter.status == of).to_string()
                on:click=move |_| want.run(Box::new(move |filter| filter.status = of))>
                {label} {count}
            </button>
        }
    };
    // What is being typed; the address bar follows.
    let text = RwSignal::new(filter.with_untracked(|filter| filter.text.clone()));
    Effect::watch(
        move || filter.with(|filter| filter.text.clone()),
        move |now, _, _| crate::state::replace(text, now.clone()),
        false,
    );
    let on_text = move |event| {
        let typed = event_target_value(&event);
        text.set(typed.clone());
        want.run(Box::new(move |filter| filter.text = typed));
    };
    let tag_options = move || {
        let chosen = filter.with(|filter| filter.tag.clone());
        tags.get()
            .into_iter()
            .map(|tag| {
                let selected = chosen.as_deref() == Some(&tag);
                view! { <option value=tag.clone() selected=selected>{tag.clone()}</option> }
            })
            .collect_view()
    };
    let has_tags = move || !tags.with(Vec::is_empty) || filter.with(|filter| filter.tag.is_some());
    let on_tag = move |event| {
        let tag = Some(event_target_value(&event)).filter(|tag| !tag.is_empty());
        want.run(Box::new(move |filter| filter.tag = tag));
    };
    let on_order = move |event| {
        let order = if event_target_value(&event) == "status" {
            Order::UpFirst
        } else {
            Order::Address
        };
        want.run(Box::new(move |filter| filter.order = order));
    };
    view! {
        <div class="filters" role="group" aria-label="Filters">
            {status(None, "filter-all", "All")}
            {status(Some(Status::Up), "filter-up", "Up")}
            {status(Some(Status::Down), "filter-down", "Down")}
            {status(Some(Status::Unknown), "filter-unknown", "Unknown")}
            <Show when=has_tags>
                <select class="filter-select" aria-label="Tag" data-testid="filter-tag" on:change=on_tag>
                    <option value="" selected=move || filter.with(|filter| filter.tag.is_none())>"any tag"</option>
                    {tag_options}
                </select>
            </Show>
            <input type="search" class="filter-text" placeholder="Filter rows" aria-label="Filter rows" data-testid="filter-text"
                autocomplete="off" spellcheck="false" prop:value=text value=text.get_untracked() on:input=on_text/>
            <PortField table filter want/>
            <select class="filter-select filter-order" aria-label="Order" data-testid="sort" on:change=on_order>
                <option value="" selected=move || filter.with(|filter| filter.order == Order::Address)>"address order"</option>
                <option value="status" selected=move || filter.with(|filter| filter.order == Order::UpFirst)>"Up first"</option>
            </select>
        </div>
    }
}

/// Which port or service is wanted, with those that the subnet's hosts have on offer.
#[component]
fn PortField(table: LiveTable, filter: Memo<RowFilter>, want: Callback<Change>) -> impl IntoView {
    let on_choose = Callback::new(move |ports| {
        want.run(Box::new(move |filter| filter.ports = ports));
    });
    // Read when somebody is about to choose: all ports of 65,536 hosts are not counted at every change.
    let open_ports = RwSignal::new(Vec::new());
    let offered = move || {
        let option = |(label, hosts): (String, usize)| {
            let hosts = if hosts == 1 {
                "1 host".to_owned()
            } else {
                format!("{hosts} hosts")
            };
            view! { <option value=label>{hosts}</option> }
        };
        open_ports
            .get()
            .into_iter()
            .take(OFFERED)
            .map(option)
            .collect_view()
    };
    view! {
        <span class="port-field" on:focusin=move |_| open_ports.set(table.peek(Table::open_ports))>
            <FilterPort value=Signal::derive(move || filter.with(|filter| filter.ports.clone())) on_choose list="open-ports"/>
            <datalist id="open-ports">{offered}</datalist>
        </span>
    }
}
