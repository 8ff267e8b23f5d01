//! What the person at the screen must know, above every page.

use crate::{
    components::{Glyph, Icon},
    live::{Connection, use_live},
    state::use_frame,
};
use leptos::prelude::*;

/// The banners of the server, and our own when the connection is lost.
#[component]
pub fn BannerArea() -> impl IntoView {
    let banners = use_frame().banners();
    let connection = use_live().connection();
    view! {
        <div class="banners" role="status">
            <Show when=move || connection.get() == Connection::Lost>
                <div class="banner" data-testid="banner-disconnected">
                    <Icon glyph=Glyph::Warning/>
                    <p><b>"Connection lost."</b>" What you see may be out of date; it catches up by itself."</p>
                </div>
            </Show>
            <For each=move || banners.get() key=|banner| (banner.code.clone(), banner.message.clone()) let:banner>
                <div class="banner" data-testid="banner" data-code=banner.code>
                    <Icon glyph=Glyph::Warning/>
                    <p><b>{banner.message}</b> " " {banner.remedy}</p>
                </div>
            </For>
        </div>
    }
}
