//! Which hosts the dashboard is about: on top while the page scrolls, kept in the address bar.

use crate::{
    components::filters::{
        FilterChoice, FilterClear, FilterPort, FilterText, subnet_options, use_filter_address,
    },
    model::{
        dash_filter::DashFilter,
        filter::{status_of, status_word},
    },
    state::use_frame,
};
use leptos::prelude::*;

/// The controls.
#[component]
pub(super) fn Filters(
    filter: Memo<DashFilter>,
    tags: ReadSignal<Vec<String>>,
    services: ReadSignal<Vec<String>>,
) -> impl IntoView {
    let go = use_filter_address("/");
    let change = move |of: fn(&mut DashFilter, String), is_choice| {
        Callback::new(move |value: String| {
            let mut wanted = filter.get_untracked();
            of(&mut wanted, value);
            go.run((wanted.to_query(), is_choice));
        })
    };
    let part = move |of: fn(&DashFilter) -> String| Signal::derive(move || filter.with(of));
    let subnets = use_frame().subnets();
    let subnets = Signal::derive(move || subnets.with(|subnets| subnet_options(subnets)));
    let tags = Signal::derive(move || {
        let any = (String::new(), "Any tag".to_owned());
        let tags = tags.get().into_iter().map(|tag| (tag.clone(), tag));
        std::iter::once(any).chain(tags).collect::<Vec<_>>()
    });
    let statuses: Vec<(String, String)> = [
        ("", "Any status"),
        ("up", "Up"),
        ("down", "Down"),
        ("unknown", "Unknown"),
    ]
    .map(|(word, label)| (word.into(), label.into()))
    .into();
    let statuses = Signal::stored(statuses);
    let on_choose = Callback::new(move |ports| {
        let wanted = DashFilter {
            ports,
            ..filter.get_untracked()
        };
        go.run((wanted.to_query(), false));
    });
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <FilterText label="Filter hosts" value=part(|f| f.text.clone()) on_text=change(|f, text| f.text = text, false)/>
            <FilterChoice label="Status" testid="filter-status" options=statuses
                value=part(|f| f.status.map(status_word).unwrap_or_default().to_owned())
                on_choose=change(|f, word| f.status = status_of(&word), true)/>
            <FilterChoice label="Subnet" testid="filter-subnet" options=subnets
                value=part(|f| f.subnet.map(|id| id.to_string()).unwrap_or_default())
                on_choose=change(|f, id| f.subnet = id.parse().ok(), true)/>
            <FilterChoice label="Tag" testid="filter-tag" options=tags value=part(|f| f.tag.clone().unwrap_or_default())
                on_choose=change(|f, tag| f.tag = Some(tag).filter(|tag| !tag.is_empty()), true)/>
            <FilterPort value=Signal::derive(move || filter.with(|f| f.ports.clone())) on_choose list="services"/>
            <datalist id="services">
                {move || services.get().into_iter().map(|service| view! { <option value=service></option> }).collect_view()}
            </datalist>
            <FilterClear shown=Signal::derive(move || filter.with(DashFilter::is_narrow))
                on_clear=Callback::new(move |()| go.run((Vec::new(), true)))/>
        </div>
    }
}
