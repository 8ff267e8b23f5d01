//! What a look from outside says of the host's address: the newest verdict, and another look.

use crate::{
    components::{Glyph, Icon, TimeAgo, risk_pill::RiskPill, use_toasts},
    live::use_live,
    rpc,
    state::{report, use_frame},
};
use domain::{
    host::HostPage,
    live::LiveEvent,
    scan::{
        NewScan,
        brief::{Brief, Newest},
    },
    token::Scope,
};
use leptos::{prelude::*, task::spawn_local};

/// The newest verdict. Loaded by the browser when the drawer is open: the rest does not wait for it.
#[component]
pub(super) fn Intelligence(page: RwSignal<HostPage>) -> impl IntoView {
    let (frame, toasts) = (use_frame(), use_toasts());
    let (id, ip) = page.with_untracked(|page| (page.host.id, page.host.ip));
    let brief = RwSignal::new(None::<Brief>);
    let busy = RwSignal::new(false);
    let load = move || {
        if !untrack(|| frame.may(Scope::Scan)) {
            return;
        }
        spawn_local(async move {
            // Without it there is nothing to show; the top bar tells of a broken connection.
            if let Ok(loaded) = rpc::scan_brief(id).await {
                brief.try_set(Some(loaded));
            }
        });
    };
    Effect::new(move |_| load());
    use_live().on(move |event| match event {
        LiveEvent::Scan(news) if news.status.is_over() => load(),
        LiveEvent::Resync => load(),
        _ => {}
    });
    let scan = move |_| {
        busy.set(true);
        spawn_local(async move {
            let new = NewScan {
                ip_addresses: vec![ip.to_string()],
                ..NewScan::default()
            };
            let answer = rpc::create_scan(new).await;
            busy.try_set(false);
            match answer {
                // It may be over before its answer is here.
                Ok(_) => load(),
                Err(failure) if failure.is_signed_out() => report(&failure),
                Err(failure) if failure.status == 429 => toasts.wait(failure.message()),
                Err(failure) => toasts.error(failure.message()),
            }
        });
    };
    let newest = Memo::new(move |_| brief.with(|brief| brief.as_ref()?.newest.clone()));
    let scanning = Memo::new(move |_| brief.with(|brief| brief.as_ref()?.scanning.clone()));
    let refused = Memo::new(move |_| brief.with(|brief| brief.as_ref()?.refused.clone()));
    let may_scan = move || brief.with(Option::is_some) && refused.with(Option::is_none);
    let is_busy = move || busy.get() || scanning.with(Option::is_some);
    view! {
        <Show when=move || brief.with(Option::is_some)>
            <section class="intelligence" aria-label="IP intelligence" data-testid="intelligence">
                <div class="ports-head">
                    <h2>"IP intelligence"</h2>
                    <Show when=may_scan>
                        <button type="button" class="btn small" data-testid="intelligence-scan" disabled=is_busy on:click=scan>
                            <Icon glyph=Glyph::Search/> "Scan this"
                        </button>
                    </Show>
                </div>
                {move || newest.get().map(verdict)}
                <div role="status" data-testid="intelligence-state">
                    {move || match (scanning.get(), newest.with(Option::is_some)) {
                        (Some(token), _) => view! {
                            <p class="faint">"Being scanned… " <a href=format!("/scanner/{token}")>"follow it"</a></p>
                        }.into_any(),
                        (None, false) => view! { <p class="faint">"not scanned yet"</p> }.into_any(),
                        (None, true) => ().into_any(),
                    }}
                </div>
                {move || refused.get().map(|why| view! {
                    <p class="field-note" data-testid="intelligence-refused">"It is not scanned: " {why} "."</p>
                })}
            </section>
        </Show>
    }
}

fn verdict(newest: Newest) -> impl IntoView {
    let Newest {
        token,
        at,
        target,
        level,
        score,
        summary,
    } = newest;
    view! {
        <div class="verdict" data-testid="verdict">
            <p class="verdict-line">
                <RiskPill level/> <span class="faint">{format!("{score} of 100")}</span>
                <a href=format!("/scanner/{token}") data-testid="verdict-scan">"scan of " <span class="mono">{target}</span></a>
                <span class="faint"><TimeAgo at/></span>
            </p>
            <p class="verdict-summary">{summary}</p>
        </div>
    }
}
