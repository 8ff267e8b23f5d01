//! What stands around every signed-in page: rail, top bar, banners, keys, messages.

pub mod banners;
pub mod key_help;
mod keys;
pub mod rail;
pub mod top_bar;

use crate::{
    browser,
    components::{ErrorState, Loading, ToastRegion, Toasts},
    live::Live,
    rpc::Failure,
    state::{Clock, FrameState},
    theme::Theme,
    wire::Json,
};
use banners::BannerArea;
use domain::summary::Frame;
use key_help::KeyHelp;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use rail::Rail;
use top_bar::TopBar;

/// The theme of the page, from the context.
#[derive(Clone, Copy)]
pub struct ThemeChoice(pub RwSignal<Theme>);

/// What every page shares, loaded by the server before it renders a page; from the context there.
#[derive(Clone, Debug)]
pub struct LoadedFrame(pub Result<Frame, Failure>);

/// Shows the page inside what every page shares.
///
/// The frame comes with the document rather than by a suspended view: one that is suspended inside another is rendered
/// several times by the server, and the last of these may find that its values were disposed of by the one before.
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
    let loaded = SharedValue::<_, Json>::new_with_encoding(|| {
        use_context::<LoadedFrame>().map(|LoadedFrame(frame)| frame)
    });
    match loaded.into_inner() {
        Some(Ok(frame)) => {
            state.fill(frame);
            view! { <SignedIn/> }.into_any()
        }
        Some(Err(failure)) => {
            view! { <main class="alone"><ErrorState failure=failure retry=browser::reload/></main> }
                .into_any()
        }
        None => {
            // Reached from a page without a frame and without asking the server, which has to be asked then.
            Effect::new(|_| browser::reload());
            view! { <div class="alone"><Loading/></div> }.into_any()
        }
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
