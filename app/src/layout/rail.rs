//! The way around: the pages, and the subnets as a tree. On a phone, a bar at the bottom.

use crate::{
    components::{Glyph, Icon, UsageBar},
    state::{depths, use_frame},
};
use domain::subnet::Subnet;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Most subnets of the tree; the rest is on the subnets page.
const TREE_LIMIT: usize = 40;

/// The left rail.
#[component]
pub fn Rail() -> impl IntoView {
    let frame = use_frame();
    view! {
        <nav class="rail" aria-label="Main">
            <a class="brand" href="/">
                <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
                    <circle class="brand-3" cx="10" cy="10" r="9"></circle>
                    <circle class="brand-2" cx="10" cy="10" r="5.4"></circle>
                    <circle class="brand-1" cx="10" cy="10" r="2.2"></circle>
                </svg>
                <span>"Rollcall"</span>
            </a>
            <RailLink href="/" label="Dashboard" glyph=Glyph::Dashboard/>
            <RailLink href="/subnets" label="Subnets" glyph=Glyph::Subnets/>
            <SubnetTree/>
            <RailLink href="/hosts" label="Hosts" glyph=Glyph::Hosts/>
            <RailLink href="/events" label="Events" glyph=Glyph::Events/>
            <RailLink href="/scanner" label="Scanner" glyph=Glyph::Scanner/>
            <RailLink href="/settings" label="Settings" glyph=Glyph::Settings/>
            <div class="rail-foot">
                <span class="rail-user" data-testid="account">
                    {move || frame.account().get().map(|account| account.name)}
                </span>
                <form method="post" action="/logout">
                    <button class="btn icon-only quiet" aria-label="Sign out" title="Sign out" data-testid="logout">
                        <Icon glyph=Glyph::SignOut/>
                    </button>
                </form>
                <span class="rail-version">"Rollcall " {move || frame.version().get()}</span>
            </div>
        </nav>
    }
}

/// One page of the rail.
#[component]
fn RailLink(href: &'static str, label: &'static str, glyph: Glyph) -> impl IntoView {
    let path = use_location().pathname;
    let current = move || path.with(|path| is_current(href, path)).then_some("page");
    view! {
        <a class="rail-link" href=href aria-current=current>
            <Icon glyph=glyph/>
            <span>{label}</span>
        </a>
    }
}

/// Whether the page at `path` belongs to the rail's `href`.
fn is_current(href: &str, path: &str) -> bool {
    path == href
        || (href != "/"
            && path
                .strip_prefix(href)
                .is_some_and(|rest| rest.starts_with('/')))
}

/// The subnets below "Subnets".
#[component]
fn SubnetTree() -> impl IntoView {
    let subnets = use_frame().subnets();
    let lines = Memo::new(move |_| {
        subnets.with(|list| {
            depths(list)
                .into_iter()
                .zip(list.iter().map(|subnet| subnet.id))
                .take(TREE_LIMIT)
                .collect::<Vec<_>>()
        })
    });
    let more = move || subnets.with(|list| list.len().saturating_sub(TREE_LIMIT));
    view! {
        <div class="tree" data-testid="tree">
            <For each=move || lines.get() key=|line| *line let((depth, id))>
                {use_frame().subnet(id).map(|subnet| view! { <TreeLine depth=depth subnet=subnet/> })}
            </For>
            <Show when=move || { more() > 0 }>
                <a class="tree-line" href="/subnets">{more} " more"</a>
            </Show>
        </div>
    }
}

/// One subnet of the tree.
#[component]
fn TreeLine(depth: usize, subnet: Signal<Subnet>) -> impl IntoView {
    let path = use_location().pathname;
    let first = subnet.get_untracked();
    let href = format!("/subnets/{}", first.id.0);
    let current = {
        let href = href.clone();
        move || path.with(|path| *path == href).then_some("page")
    };
    view! {
        <a class=format!("tree-line depth-{}", depth.min(4)) href=href aria-current=current
            title=move || subnet.with(|s| s.name.clone())>
            <span class="mono">{first.cidr.to_string()}</span>
            <UsageBar subnet=subnet/>
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::is_current;

    #[test]
    fn a_page_below_keeps_its_place_in_the_rail() {
        assert!(is_current("/subnets", "/subnets/7"));
        assert!(is_current("/", "/"));
        assert!(!is_current("/", "/subnets"));
        assert!(!is_current("/host", "/hosts"));
        assert!(is_current("/scanner", "/scanner/a/compare/b"));
    }
}
