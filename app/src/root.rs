//! The root component: which path shows which page.

use crate::{
    layout::Layout,
    pages::{
        dashboard::Dashboard,
        events::EventsPage,
        hosts::HostsPage,
        login::LoginPage,
        missing::MissingPage,
        password::PasswordPage,
        settings::SettingsPage,
        subnet::{HostDrawerPage, NoDrawer, SubnetPage},
        subnets::SubnetsPage,
    },
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
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
                <Route path=path!("/password") view=PasswordPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=Layout ssr=SsrMode::Async>
                    <Route path=path!("/") view=Dashboard ssr=SsrMode::Async/>
                    <Route path=path!("/subnets") view=SubnetsPage ssr=SsrMode::Async/>
                    <ParentRoute path=path!("/subnets/:id") view=SubnetPage ssr=SsrMode::Async>
                        <Route path=path!("") view=NoDrawer ssr=SsrMode::Async/>
                        <Route path=path!("/hosts/:host") view=HostDrawerPage ssr=SsrMode::Async/>
                    </ParentRoute>
                    <Route path=path!("/hosts") view=HostsPage ssr=SsrMode::Async/>
                    <Route path=path!("/events") view=EventsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
