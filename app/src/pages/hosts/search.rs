//! Which hosts are wanted, kept in the address bar.

use crate::{
    components::filters::{FilterPort, FilterText},
    model::host_list::{HostFilter, SORTS},
};
use domain::status::Status;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate, params::ParamsMap};

/// Which hosts are wanted.
#[component]
pub(super) fn Search(filter: Memo<HostFilter>) -> impl IntoView {
    let navigate = use_navigate();
    let want = Callback::new(move |wanted: HostFilter| {
        let query: ParamsMap = wanted.to_query().into_iter().collect();
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&format!("/hosts{}", query.to_query_string()), options);
    });
    let status = move |of: Option<Status>, testid: &'static str, label: &'static str| {
        view! {
            <button type="button" class="filter" data-testid=testid
                aria-pressed=move || filter.with(|filter| filter.status == of).to_string()
                on:click=move |_| want.run(HostFilter { status: of, ..filter.get_untracked() })>
                {label}
            </button>
        }
    };
    let on_text = Callback::new(move |text: String| {
        want.run(HostFilter {
            text,
            ..filter.get_untracked()
        });
    });
    let choose_port = Callback::new(move |ports| {
        want.run(HostFilter {
            ports,
            ..filter.get_untracked()
        });
    });
    let on_sort = move |event| {
        want.run(HostFilter {
            sort: event_target_value(&event),
            ..filter.get_untracked()
        });
    };
    let tag = move || {
        filter.with(|filter| filter.tag.clone()).map(|tag| {
            view! {
                <button type="button" class="filter" aria-pressed="true" data-testid="filter-tag"
                    on:click=move |_| want.run(HostFilter { tag: None, ..filter.get_untracked() })>
                    "tag: " {tag} " ✕"
                </button>
            }
        })
    };
    let sorts = SORTS
        .iter()
        .map(|(word, label)| {
            // By address is the default, which leaves the address bar clean.
            let value = if *word == "ip" { "" } else { word };
            view! { <option value=value selected=move || filter.with(|filter| filter.sort == value)>{*label}</option> }
        })
        .collect_view();
    view! {
        <div class="filters" role="group" aria-label="Filters">
            {status(None, "filter-all", "All")}
            {status(Some(Status::Up), "filter-up", "Up")}
            {status(Some(Status::Down), "filter-down", "Down")}
            {status(Some(Status::Unknown), "filter-unknown", "Unknown")}
            {tag}
            <FilterText label="Address, name, description, notes, tag"
                value=Signal::derive(move || filter.with(|filter| filter.text.clone())) on_text/>
            <FilterPort value=Signal::derive(move || filter.with(|filter| filter.ports.clone())) on_choose=choose_port/>
            <select class="filter-select filter-order" aria-label="Order" data-testid="sort" on:change=on_sort>{sorts}</select>
        </div>
    }
}
