//! Which events are wanted: on top while the page scrolls, kept in the address bar.

use crate::{
    components::{
        PillState, StatusPill,
        event_list::kind_word,
        filters::{FilterChoice, FilterClear, FilterText, subnet_options, use_filter_address},
    },
    model::event_filter::{EventFilter, RANGES},
    state::use_frame,
};
use domain::event::EventKind;
use leptos::{ev, prelude::*};
use web_sys::wasm_bindgen::JsCast;

/// The controls.
#[component]
pub(super) fn Filters(
    filter: Memo<EventFilter>,
    /// The wanted host in words.
    host: ReadSignal<Option<String>>,
) -> impl IntoView {
    let go = use_filter_address("/events");
    let change = move |of: fn(&mut EventFilter, String), is_choice| {
        Callback::new(move |value: String| {
            let mut wanted = filter.get_untracked();
            of(&mut wanted, value);
            go.run((wanted.to_query(), is_choice));
        })
    };
    let part = move |of: fn(&EventFilter) -> String| Signal::derive(move || filter.with(of));
    let subnets = use_frame().subnets();
    let subnets = Signal::derive(move || subnets.with(|subnets| subnet_options(subnets)));
    let ranges = RANGES.map(|(word, label, _)| {
        let mut label = label.to_owned();
        label[..1].make_ascii_uppercase();
        (word.to_owned(), label)
    });
    let toggle = Callback::new(move |kind| {
        let mut wanted = filter.get_untracked();
        wanted.toggle(kind);
        go.run((wanted.to_query(), true));
    });
    let no_host = change(|filter, _| filter.host = None, true);
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <FilterText label="Host, address or words" value=part(|f| f.text.clone()) on_text=change(|f, text| f.text = text, false)/>
            <Kinds filter toggle/>
            <FilterChoice label="Subnet" testid="filter-subnet" options=subnets
                value=part(|f| f.subnet.map(|id| id.to_string()).unwrap_or_default())
                on_choose=change(|f, id| f.subnet = id.parse().ok(), true)/>
            <FilterChoice label="Time" testid="filter-since" options=Signal::stored(ranges.to_vec()) value=part(|f| f.range.clone())
                on_choose=change(|f, range| f.range = range, true)/>
            <button type="button" class="filter" aria-pressed="true" data-testid="filter-host"
                hidden=move || filter.with(|filter| filter.host.is_none()) on:click=move |_| no_host.run(String::new())>
                {move || host.get().unwrap_or_else(|| "one host".to_owned())} " ✕"
            </button>
            <FilterClear shown=Signal::derive(move || filter.with(EventFilter::is_narrow))
                on_clear=Callback::new(move |()| go.run((Vec::new(), true)))/>
        </div>
    }
}

/// The kinds as a sheet of switches; it closes when the focus leaves it, and by Esc.
#[component]
fn Kinds(filter: Memo<EventFilter>, toggle: Callback<EventKind>) -> impl IntoView {
    let menu = NodeRef::<leptos::html::Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            close();
            crate::browser::focus("kinds");
        }
    };
    let on_leave = move |event: ev::FocusEvent| {
        let to = event
            .related_target()
            .and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        if menu
            .get_untracked()
            .is_some_and(|menu| !menu.contains(to.as_ref()))
        {
            close();
        }
    };
    let words = move || {
        filter.with(|filter| match filter.kinds.as_slice() {
            [] => "Any kind".to_owned(),
            [kind] => kind_word(*kind).to_owned(),
            kinds => format!("{} kinds", kinds.len()),
        })
    };
    let option = move |kind: EventKind| {
        view! {
            <button type="button" class="filter" data-testid=format!("kind-{kind}")
                aria-pressed=move || filter.with(|filter| filter.kinds.contains(&kind)).to_string() on:click=move |_| toggle.run(kind)>
                <StatusPill state=PillState::from(kind) label=kind_word(kind)/>
            </button>
        }
    };
    view! {
        <details class="menu" node_ref=menu on:keydown=on_key on:focusout=on_leave>
            <summary id="kinds" class="filter-select" class:chosen=move || filter.with(|f| !f.kinds.is_empty()) data-testid="filter-kinds">
                {words}
            </summary>
            // Focusable, so that a press between two switches keeps the focus inside.
            <div class="menu-sheet" role="group" aria-label="Kinds of event" tabindex="-1">
                {EventKind::ALL.map(option).collect_view()}
            </div>
        </details>
    }
}
