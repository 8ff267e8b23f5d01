//! The page of a subnet that was found.

use super::{
    Beside, add_host::AddHost, filters::Filters, head::Head, loaded::Loaded, pinger::Pinger,
    sweep::SweepButton, tiles::Tiles,
};
use crate::{
    components::{
        EmptyState, Glyph, Loading, Refetch,
        address_grid::AddressGrid,
        host_table::{HostTable, LiveTable, Wish},
    },
    live::use_live,
    model::{
        cells::Scale,
        filter::RowFilter,
        table::{Entry, Table},
    },
    pages::subnet_dialogs::{Dialogs, SubnetDialogs},
};
use domain::live::LiveEvent;
use leptos::{leptos_dom::helpers::set_timeout, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};
use std::{net::IpAddr, time::Duration};

/// How long the live stream has to ask for the remaining rows before the page does so itself.
const PATIENCE: Duration = Duration::from_secs(2);

/// A table that follows the page's data, the filter in the address bar and the live stream.
fn follow(loaded: RwSignal<Loaded>, filter: Memo<RowFilter>) -> LiveTable {
    let table = loaded.with_untracked(|loaded| {
        LiveTable::new(Table::new(
            &loaded.page,
            loaded.complete,
            filter.get_untracked(),
        ))
    });
    Effect::watch(
        move || loaded.get(),
        move |now, _, _| table.update(|table| table.replace(now.page.clone())),
        false,
    );
    Effect::watch(
        move || filter.get(),
        move |now, _, _| table.update(|table| table.set_filter(now.clone())),
        false,
    );
    use_live().on(move |event| table.apply(event));
    if let Some(refetch) = use_context::<Refetch>() {
        Effect::new(move |_| {
            set_timeout(
                move || {
                    // The page may be gone by now.
                    if loaded.try_with_untracked(|loaded| loaded.complete) == Some(false) {
                        refetch.run();
                    }
                },
                PATIENCE,
            );
        });
    }
    table
}

/// The page of a subnet that was found.
#[component]
pub(super) fn Content(
    /// The subnet with its rows.
    loaded: RwSignal<Loaded>,
) -> impl IntoView {
    let query = use_query_map();
    let filter =
        Memo::new(move |_| RowFilter::from_query(|key| query.with(|query| query.get(key))));
    let table = follow(loaded, filter);
    let subnet = Memo::new(move |_| table.read(|table| table.subnet().clone()));
    let id = subnet.with_untracked(|subnet| subnet.id);
    let base = format!("/subnets/{}", id.0);
    let search = use_location().search;
    let search = Signal::derive(move || {
        let search = search.get();
        if search.is_empty() {
            search
        } else {
            format!("?{}", search.trim_start_matches('?'))
        }
    });
    let adding = RwSignal::new(None::<String>);
    let dialogs = Dialogs::new();
    provide_context(dialogs);
    // The stream brings it as well, if there is one.
    let saved = Callback::new(move |subnet| table.apply(&LiveEvent::Subnet(subnet)));
    let beside = use_context::<Beside>();
    let navigate = use_navigate();
    let pinger = Pinger::new();
    let wish = {
        let base = base.clone();
        Callback::new(move |wish: Wish| match wish {
            Wish::Add(ip) => adding.set(Some(ip.to_string())),
            Wish::Ping(host, ip) => pinger.ping(host, ip),
            Wish::Open(host) | Wish::Edit(host) => {
                if let Some(beside) = beside {
                    beside.rename.set_value(matches!(wish, Wish::Edit(_)));
                }
                let path = format!("{base}/hosts/{}{}", host.0, search.get_untracked());
                navigate(
                    &path,
                    NavigateOptions {
                        scroll: false,
                        ..NavigateOptions::default()
                    },
                );
            }
        })
    };
    let scale = subnet.with_untracked(Scale::of);
    let choose = Callback::new(move |ip: IpAddr| {
        let known = table.peek(|table| {
            (
                table.host(ip).map(|host| host.id),
                table.gap_around(ip).is_some(),
            )
        });
        match (scale, known) {
            (Ok(Scale::Block), _) => reveal(table, ip),
            (_, (Some(host), _)) => wish.run(Wish::Open(host)),
            (_, (None, true)) => wish.run(Wish::Add(ip)),
            (_, (None, false)) => {}
        }
    });
    let is_complete = Memo::new(move |_| table.read(Table::is_complete));
    let grid = move || match scale {
        Ok(scale) if is_complete.get() => view! { <AddressGrid table scale choose/> }.into_any(),
        Ok(_) => view! { <div class="grid-card"><Loading lines=3/></div> }.into_any(),
        Err(why) => {
            view! { <p class="grid-none muted" data-testid="grid-none">{why}</p> }.into_any()
        }
    };
    let is_silent =
        Memo::new(move |_| table.read(|table| table.is_complete() && table.hosts().is_empty()));
    let has_no_match = Memo::new(move |_| table.read(Table::is_empty) && !is_silent.get());
    let sweep_or_why =
        move || match domain::cidr::can_discover(subnet.with_untracked(|subnet| subnet.cidr)) {
            Ok(()) => view! { <SweepButton subnet quiet=true/> }.into_any(),
            Err(why) => view! { <p class="muted">{why}</p> }.into_any(),
        };
    view! {
        <Head subnet adding/>
        <Tiles table/>
        <section class="card" aria-label="Address grid">{grid}</section>
        <Show when=move || is_silent.get()>
            <div class="card">
                <EmptyState glyph=Glyph::Pulse title="No host has answered yet">{sweep_or_why()}</EmptyState>
            </div>
        </Show>
        <Filters table filter/>
        <section class="card" aria-label="Addresses">
            <HostTable table base=base search=search wish/>
            <Show when=move || has_no_match.get()>
                <p class="table-none muted" data-testid="no-match">"No host matches these filters."</p>
            </Show>
        </section>
        <AddHost adding/>
        <SubnetDialogs dialogs saved after_delete="/subnets"/>
    }
}

/// Scrolls to the rows of a block's cell: its first host, else the gap around it.
fn reveal(table: LiveTable, ip: IpAddr) {
    let entry = table.peek(|table| {
        let after = table.hosts().partition_point(|host| host.ip < ip);
        let gap = table.gap_around(ip).map(|gap| Entry::Gap(gap.first));
        gap.or_else(|| {
            table
                .hosts()
                .get(after)
                .map(|host| Entry::Host(host.id, host.ip))
        })
    });
    if let Some(entry) = entry {
        table.point_at(entry);
    }
}
