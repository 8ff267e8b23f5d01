//! What is known of a target's address, each fact with its source and its age.

use crate::{ago, components::TimeAgo, model::scan_words};
use domain::scan::{ScanResult, metadata::MetadataFact};
use leptos::prelude::*;

/// The facts.
#[component]
pub(super) fn Facts(result: ScanResult) -> impl IntoView {
    let answers = if result.availability { "yes" } else { "no" };
    let exposed = if result.publicly_exposed {
        "from everywhere"
    } else {
        "not publicly"
    };
    // Where the sources' own words are here, these would only repeat them.
    let short = result.metadata.is_empty().then(|| {
        let lines = [
            ("Location", result.location),
            ("Country", result.country),
            ("Provider", result.provider),
        ];
        let lines = lines
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        lines.map(|(name, value)| pair(name, value)).collect_view()
    });
    let source = result
        .metadata_source
        .filter(|_| result.metadata.is_empty());
    let no_source = result.metadata.is_empty() && source.is_none();
    view! {
        <aside class="target-side" aria-label="What is known of it">
            <dl class="kv">
                {pair("Address", result.ip_address)}
                {pair("Answers", answers.into())}
                {pair("Exposed", exposed.into())}
                {pair("Network", scan_words::category(result.service_category).into())}
                {short}
                {source.map(|source| pair("Source", source))}
                {pair("Took", took(result.duration_ms))}
            </dl>
            {(!result.metadata.is_empty()).then(|| view! { <Known facts=result.metadata/> })}
            {no_source.then(|| view! { <p class="faint">"No source knows where it is or whose."</p> })}
            {(!result.metadata_problems.is_empty()).then(|| view! {
                <ul class="target-problems" data-testid="metadata-problems">
                    {result.metadata_problems.into_iter().map(|why| view! { <li>{why}</li> }).collect_view()}
                </ul>
            })}
        </aside>
    }
}

fn took(ms: u64) -> String {
    if ms < 10_000 {
        format!("{}.{} s", ms / 1000, ms % 1000 / 100)
    } else {
        ago::span(ms / 1000)
    }
}

fn pair(name: &'static str, value: String) -> impl IntoView {
    view! { <dt>{name}</dt><dd>{value}</dd> }
}

/// What sources say.
#[component]
fn Known(facts: Vec<MetadataFact>) -> impl IntoView {
    let line = |fact: MetadataFact| {
        view! {
            <div data-testid="fact" data-kind=scan_words::fact(fact.kind)>
                <dt>{scan_words::fact(fact.kind)}</dt>
                <dd>{fact.value} <span class="faint fact-source">{fact.source} ", " <TimeAgo at=fact.at/></span></dd>
            </div>
        }
    };
    view! { <dl class="known">{facts.into_iter().map(line).collect_view()}</dl> }
}

#[cfg(test)]
mod tests {
    use super::took;

    #[test]
    fn a_time_is_as_exact_as_it_is_short() {
        assert_eq!(took(1_250), "1.2 s");
        assert_eq!(took(75_000), "1 m");
    }
}
