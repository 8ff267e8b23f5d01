//! What stands around every signed-in page: rail, top bar, banners, keys, messages.

pub mod banners;
pub mod key_help;
mod keys;
pub mod rail;
pub mod top_bar;

use crate::{
    components::{ErrorState, Loading, ToastRegion, Toasts},
    live::Live,
    rpc,
    state::{Clock, FrameState},
    theme::Theme,
};
use banners::BannerArea;
use key_help::KeyHelp;
use leptos::{either::Either, prelude::*};
use leptos_router::components::Outlet;
use rail::Rail;
use top_bar::TopBar;

/// The theme of the page, from the context.
#[derive(Clone, Copy)]
pub struct ThemeChoice(pub RwSignal<Theme>);

/// Loads what every page shares, then shows the page inside it.
#[component]
pub fn Layout() -> impl IntoView {
    let clock = Clock::new();
    let live = Live::new();
    let state = FrameState::new(clock);
    provide_context(clock);
    provide_context(live);
    provide_context(state);
    provide_context(Toasts::new());
    provide_context(ThemeChoice(RwSignal::new(Theme::of_request())));
    let frame = Resource::new(|| (), |()| rpc::frame());
    let retry = Callback::new(move |()| frame.refetch());
    view! {
        <Suspense fallback=|| view! { <div class="alone"><Loading/></div> }>
            {move || Suspend::new(async move {
                match frame.await {
                    Ok(frame) => {
                        state.fill(frame);
                        Either::Left(view! { <SignedIn/> })
                    }
                    Err(failure) => Either::Right(view! {
                        <main class="alone"><ErrorState failure=failure retry=retry/></main>
                    }),
                }
            })}
        </Suspense>
    }
}

/// The frame and the page in it.
#[component]
fn SignedIn() -> impl IntoView {
    let live = expect_context::<Live>();
    expect_context::<FrameState>().follow(live);
    expect_context::<Clock>().start();
    live.open();
    let help = RwSignal::new(false);
    keys::listen(help);
    view! {
        <a class="skip" href="#main">"Skip to the content"</a>
        <div class="shell">
            <Rail/>
            <div class="stage">
                <TopBar/>
                <BannerArea/>
                <main id="main" tabindex="-1">
                    <Outlet/>
                </main>
            </div>
        </div>
        <KeyHelp open=help/>
        <ToastRegion/>
    }
}
