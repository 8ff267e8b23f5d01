//! The controls of a filter that lives in the address bar.

use crate::model::{dash_filter::Pairs, ports::PortFilter};
use leptos::{leptos_dom::helpers::debounce, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate, params::ParamsMap};
use std::time::Duration;

/// How long typing rests before the server is asked.
const REST: Duration = Duration::from_millis(250);

/// A path with a query.
pub fn address(path: &str, query: Pairs) -> String {
    let query: ParamsMap = query.into_iter().collect();
    format!("{path}{}", query.to_query_string())
}

/// Puts a filter into the address bar of the page at `path`. A choice (`true`) adds to the browser's history, so that the
/// back button takes it back; typing does not, or every letter would be a step.
pub fn use_filter_address(path: &'static str) -> Callback<(Pairs, bool)> {
    let navigate = use_navigate();
    Callback::new(move |(query, is_choice): (Pairs, bool)| {
        let options = NavigateOptions {
            replace: !is_choice,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&address(path, query), options);
    })
}

/// A port or a service that is looked for.
#[component]
pub fn FilterPort(
    /// What the address bar says.
    #[prop(into)]
    value: Signal<PortFilter>,
    /// What is looked for.
    on_choose: Callback<PortFilter>,
    /// Id of a list of ports to offer.
    #[prop(optional)]
    list: &'static str,
) -> impl IntoView {
    view! {
        <FilterText label="Port or service" testid="filter-port" list short=true same=|a, b| PortFilter::read(a) == PortFilter::read(b)
            value=Signal::derive(move || value.with(PortFilter::text))
            on_text=Callback::new(move |text: String| on_choose.run(PortFilter::read(&text)))/>
    }
}

fn alike(one: &str, other: &str) -> bool {
    one.trim() == other.trim()
}

/// What is looked for: reported when typing rests.
#[component]
pub fn FilterText(
    /// What it looks for, for readers and as a hint.
    label: &'static str,
    /// What the address bar says.
    #[prop(into)]
    value: Signal<String>,
    /// The text.
    on_text: Callback<String>,
    /// For tests.
    #[prop(default = "filter-text")]
    testid: &'static str,
    /// Id of a list of values to offer.
    #[prop(optional)]
    list: &'static str,
    /// What is looked for has few letters.
    #[prop(optional)]
    short: bool,
    /// Whether two texts look for the same.
    #[prop(default = alike)]
    same: fn(&str, &str) -> bool,
) -> impl IntoView {
    let text = RwSignal::new(value.get_untracked());
    Effect::new(move |_| {
        let now = value.get();
        // A trailing space that is being typed does not reach the address bar and must not be taken away.
        if !text.with_untracked(|text| same(text, &now)) {
            text.set(now);
        }
    });
    let mut tell = debounce(REST, move |typed: String| {
        on_text.try_run(typed);
    });
    let on_input = move |event| {
        let typed = event_target_value(&event);
        text.set(typed.clone());
        tell(typed);
    };
    view! {
        <input type="search" class="filter-text" class:short=short placeholder=label aria-label=label data-testid=testid
            list=(!list.is_empty()).then_some(list) autocomplete="off" spellcheck="false" prop:value=text value=text.get_untracked() on:input=on_input/>
    }
}

/// One of several values; the first one stands for all of them.
#[component]
pub fn FilterChoice(
    /// What is chosen.
    label: &'static str,
    /// For tests.
    testid: &'static str,
    /// Value and text of each; the first value is empty.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// What the address bar says.
    #[prop(into)]
    value: Signal<String>,
    /// The value.
    on_choose: Callback<String>,
) -> impl IntoView {
    let shown = move || {
        // A value that is no option (any more) must not look like no filter at all.
        let (mut options, chosen) = (options.get(), value.get());
        if !options.iter().any(|(value, _)| *value == chosen) {
            options.push((chosen.clone(), chosen.clone()));
        }
        options
            .into_iter()
            .map(|(value, text)| {
                let selected = value == chosen;
                view! { <option value=value selected=selected prop:selected=selected>{text}</option> }
            })
            .collect_view()
    };
    view! {
        <select class="filter-select" class:chosen=move || value.with(|value| !value.is_empty()) aria-label=label
            data-testid=testid on:change=move |event| on_choose.run(event_target_value(&event))>
            {shown}
        </select>
    }
}

/// Takes every filter away.
#[component]
pub fn FilterClear(
    /// Whether there is one.
    #[prop(into)]
    shown: Signal<bool>,
    /// Takes them away.
    on_clear: Callback<()>,
) -> impl IntoView {
    view! {
        <button type="button" class="filter-clear link" data-testid="filter-clear" hidden=move || !shown.get()
            on:click=move |_| on_clear.run(())>"Clear filters"</button>
    }
}

/// Every subnet, for a menu.
pub fn subnet_options(subnets: &[domain::subnet::Subnet]) -> Vec<(String, String)> {
    let any = (String::new(), "Any subnet".to_owned());
    let option = |subnet: &domain::subnet::Subnet| {
        let text = format!("{} {}", subnet.cidr, subnet.name);
        (subnet.id.0.to_string(), text.trim_end().to_owned())
    };
    std::iter::once(any)
        .chain(subnets.iter().map(option))
        .collect()
}
