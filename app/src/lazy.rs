//! Pages that are seldom the first: their code is in modules of their own, fetched when somebody goes there.
//!
//! `cargo xtask` cuts the bundle at these functions. Pages that are opened one after the other share a module, so that
//! little is fetched twice and few files come at a time.

use crate::{
    browser,
    components::ErrorState,
    pages::{
        events::EventsPage,
        hosts::HostsPage,
        password::PasswordPage,
        scan::ScanPage,
        scan_compare::ComparePage,
        scanner::ScannerPage,
        settings::SettingsPage,
        subnet::{HostDrawerPage, SubnetPage},
        subnets::SubnetsPage,
    },
    rpc::Failure,
};
use domain::problem::Problem;
use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};
use leptos_router::LazyRoute;

/// A module of the bundle beside the one that every page needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// One subnet, and the drawer of a host.
    Subnet,
    /// Everything that is a list, and forms.
    Lists,
    /// The scanner, one scan, and two compared.
    Scanner,
}

impl Part {
    /// What a page at this path needs, so that the document can ask for it at once.
    pub fn of(path: &str) -> Option<Self> {
        let mut words = path.trim_matches('/').split('/');
        match (words.next()?, words.next()) {
            ("subnets", Some(_)) => Some(Self::Subnet),
            ("scanner", _) => Some(Self::Scanner),
            ("subnets" | "hosts" | "events" | "settings" | "password", _) => Some(Self::Lists),
            _ => None,
        }
    }

    /// The name the split functions give it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Subnet => "subnet",
            Self::Lists => "lists",
            Self::Scanner => "scanner",
        }
    }
}

/// Instead of a page whose module did not come: the connection is gone, or the server is another version by now.
async fn not_loaded() -> AnyView {
    let hydrating =
        Owner::current_shared_context().is_some_and(|context| context.during_hydration());
    if hydrating {
        // What the server rendered stays on the screen: it is all there, though nothing on it follows a click.
        return std::future::pending().await;
    }
    let problem = Problem::new(0, "Not loaded").with_detail(
        "this part of the application could not be fetched: check that the server runs and is reachable",
    );
    view! { <ErrorState failure=Failure(problem) retry=browser::reload/> }.into_any()
}

macro_rules! lazy_page {
    ($(#[$doc:meta])* $route:ident, $part:ident, $view:ident, $preload:ident, $page:ident) => {
        #[wasm_split($part, wasm_split_path = ::leptos::wasm_split, preload($preload), fallible)]
        fn $view() -> Result<AnyView, SplitLoaderError> {
            Ok(view! { <$page/> }.into_any())
        }

        $(#[$doc])*
        #[derive(Debug)]
        pub struct $route;

        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                match $view().await {
                    Ok(page) => page,
                    Err(_) => not_loaded().await,
                }
            }

            async fn preload() {
                // Told when the page is to be shown.
                let _ = $preload().await;
            }
        }
    };
}

lazy_page!(
    /// One subnet.
    SubnetRoute, subnet, subnet_page, preload_subnet, SubnetPage
);
lazy_page!(
    /// The drawer of a host above its subnet.
    DrawerRoute, subnet, drawer_page, preload_drawer, HostDrawerPage
);
lazy_page!(
    /// Every subnet.
    SubnetsRoute, lists, subnets_page, preload_subnets, SubnetsPage
);
lazy_page!(
    /// Every host.
    HostsRoute, lists, hosts_page, preload_hosts, HostsPage
);
lazy_page!(
    /// The timeline.
    EventsRoute, lists, events_page, preload_events, EventsPage
);
lazy_page!(
    /// The scanner.
    ScannerRoute, scanner, scanner_page, preload_scanner, ScannerPage
);
lazy_page!(
    /// One scan.
    ScanRoute, scanner, scan_page, preload_scan, ScanPage
);
lazy_page!(
    /// Two scans compared.
    CompareRoute, scanner, compare_page, preload_compare, ComparePage
);
lazy_page!(
    /// Settings.
    SettingsRoute, lists, settings_page, preload_settings, SettingsPage
);
lazy_page!(
    /// The password that has to be changed.
    PasswordRoute, lists, password_page, preload_password, PasswordPage
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_which_module_it_needs() {
        for (path, part) in [
            ("/", None),
            ("/login", None),
            ("/subnets", Some(Part::Lists)),
            ("/subnets/", Some(Part::Lists)),
            ("/subnets/7", Some(Part::Subnet)),
            ("/subnets/7/hosts/3", Some(Part::Subnet)),
            ("/hosts", Some(Part::Lists)),
            ("/scanner", Some(Part::Scanner)),
            ("/scanner/a/compare/b", Some(Part::Scanner)),
            ("/settings", Some(Part::Lists)),
            ("/password", Some(Part::Lists)),
        ] {
            assert_eq!(Part::of(path), part, "{path}");
        }
    }
}
