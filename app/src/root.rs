//! The root component: which path shows which page.

use crate::{
    layout::Layout,
    lazy::{
        CompareRoute, DrawerRoute, EventsRoute, HostsRoute, PasswordRoute, ScanRoute, ScannerRoute,
        SettingsRoute, SubnetRoute, SubnetsRoute,
    },
    pages::{dashboard::Dashboard, login::LoginPage, missing::MissingPage, subnet::NoDrawer},
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

/// Everything in `<body>`.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // Whole documents, not streamed ones: pages are small, and a page without JavaScript reads the same.
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Rollcall".into() } else { format!("{title} · Rollcall") }/>
        <Router>
            <Routes fallback=MissingPage>
                <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async/>
                <Route path=path!("/password") view={Lazy::<PasswordRoute>::new()} ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=Layout ssr=SsrMode::Async>
                    <Route path=path!("/") view=Dashboard ssr=SsrMode::Async/>
                    <Route path=path!("/subnets") view={Lazy::<SubnetsRoute>::new()} ssr=SsrMode::Async/>
                    <ParentRoute path=path!("/subnets/:id") view={Lazy::<SubnetRoute>::new()} ssr=SsrMode::Async>
                        <Route path=path!("") view=NoDrawer ssr=SsrMode::Async/>
                        <Route path=path!("/hosts/:host") view={Lazy::<DrawerRoute>::new()} ssr=SsrMode::Async/>
                    </ParentRoute>
                    <Route path=path!("/hosts") view={Lazy::<HostsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/events") view={Lazy::<EventsRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/scanner") view={Lazy::<ScannerRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/scanner/:token") view={Lazy::<ScanRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/scanner/:before/compare/:after") view={Lazy::<CompareRoute>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view={Lazy::<SettingsRoute>::new()} ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
