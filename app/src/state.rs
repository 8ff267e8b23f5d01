//! What every signed-in page shares: who is signed in, the subnets, the banners, and the time.

mod clock;

use crate::{
    browser,
    live::Live,
    rpc::{self, Failure},
};
use domain::{
    cidr,
    live::{Banner, LiveEvent, SubnetRemoved},
    session::Account,
    subnet::{Subnet, SubnetId},
    summary::Frame,
    token::Scope,
};
use leptos::{prelude::*, task::spawn_local};

pub use clock::{Clock, use_clock};

/// Applies a pushed event to a list of subnets in tree order; `true` if the list changed.
pub fn apply_to_subnets(subnets: &mut Vec<Subnet>, event: &LiveEvent) -> bool {
    match event {
        LiveEvent::Subnet(new) => {
            match subnets.iter_mut().find(|subnet| subnet.id == new.id) {
                Some(old) if old == new => return false,
                Some(old) => old.clone_from(new),
                None => subnets.push(new.clone()),
            }
            sort(subnets);
            true
        }
        LiveEvent::SubnetRemoved(gone) => {
            let before = subnets.len();
            subnets.retain(|subnet| subnet.id != gone.id);
            subnets.len() != before
        }
        _ => false,
    }
}

/// Tree order: by address, a parent before its children, IPv4 before IPv6.
fn sort(subnets: &mut [Subnet]) {
    subnets.sort_by_key(|subnet| {
        let first = subnet.cidr.network();
        (first.is_ipv6(), cidr::number(first), subnet.cidr.prefix())
    });
}

/// How deep each subnet of the list is nested, in the list's order.
pub fn depths(subnets: &[Subnet]) -> Vec<usize> {
    let mut around: Vec<&Subnet> = Vec::new();
    subnets
        .iter()
        .map(|subnet| {
            while around
                .last()
                .is_some_and(|outer| !cidr::is_inside(subnet.cidr, outer.cidr))
            {
                around.pop();
            }
            around.push(subnet);
            around.len() - 1
        })
        .collect()
}

/// A list's item as a signal that is never empty: an item that left the list keeps what it showed last until the list
/// around it has rendered. Nothing when there was no item from the beginning.
pub fn keep_last<T>(item: Signal<Option<T>>) -> Option<Signal<T>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let first = item.get_untracked()?;
    let kept = Memo::new(move |last: Option<&T>| {
        item.get()
            .or_else(|| last.cloned())
            .unwrap_or_else(|| first.clone())
    });
    Some(kept.into())
}

/// What every signed-in page shares, from the context.
#[derive(Clone, Copy)]
pub struct FrameState {
    account: RwSignal<Option<Account>>,
    subnets: RwSignal<Vec<Subnet>>,
    banners: RwSignal<Vec<Banner>>,
    version: RwSignal<String>,
    clock: Clock,
}

impl FrameState {
    /// Empty: pages are shown only after [`Self::fill`].
    pub fn new(clock: Clock) -> Self {
        Self {
            account: RwSignal::new(None),
            subnets: RwSignal::new(Vec::new()),
            banners: RwSignal::new(Vec::new()),
            version: RwSignal::new(String::new()),
            clock,
        }
    }

    /// Takes what the server answered.
    pub fn fill(self, frame: Frame) {
        self.clock.set(frame.at);
        replace(self.account, Some(frame.account));
        replace(self.subnets, frame.subnets);
        replace(self.banners, frame.banners);
        replace(self.version, frame.version);
    }

    /// Follows the live stream.
    pub fn follow(self, live: Live) {
        live.on(move |event| match event {
            LiveEvent::Resync => self.reload(),
            LiveEvent::Banners(now) => replace(self.banners, now.banners.clone()),
            LiveEvent::Subnet(_) | LiveEvent::SubnetRemoved(_) => {
                self.subnets
                    .maybe_update(|list| apply_to_subnets(list, event));
            }
            _ => {}
        });
    }

    fn reload(self) {
        spawn_local(async move {
            match rpc::frame().await {
                Ok(frame) => self.fill(frame),
                Err(failure) if failure.is_signed_out() => browser::sign_in_again(),
                // The top bar tells of a broken connection, and the next resync asks again.
                Err(_) => {}
            }
        });
    }

    /// Who is signed in.
    pub fn account(self) -> ReadSignal<Option<Account>> {
        self.account.read_only()
    }

    /// Whether the reader may do what needs `scope`.
    pub fn may(self, scope: Scope) -> bool {
        self.account
            .with(|account| account.as_ref().is_some_and(|a| a.scopes.contains(&scope)))
    }

    /// Every subnet, a parent before its children.
    pub fn subnets(self) -> ReadSignal<Vec<Subnet>> {
        self.subnets.read_only()
    }

    /// One subnet of them; nothing if it does not exist now.
    pub fn subnet(self, id: SubnetId) -> Option<Signal<Subnet>> {
        keep_last(Signal::derive(move || {
            self.subnets
                .with(|list| list.iter().find(|subnet| subnet.id == id).cloned())
        }))
    }

    /// Shows an added or changed subnet at once; the stream brings it as well.
    pub fn put(self, subnet: Subnet) {
        let event = LiveEvent::Subnet(subnet);
        self.subnets
            .maybe_update(|list| apply_to_subnets(list, &event));
    }

    /// Takes a deleted subnet away at once; the stream does it as well.
    pub fn remove(self, id: SubnetId) {
        let event = LiveEvent::SubnetRemoved(SubnetRemoved { id });
        self.subnets
            .maybe_update(|list| apply_to_subnets(list, &event));
    }

    /// What stands above every page.
    pub fn banners(self) -> ReadSignal<Vec<Banner>> {
        self.banners.read_only()
    }

    /// The server's version.
    pub fn version(self) -> ReadSignal<String> {
        self.version.read_only()
    }
}

/// Sets a signal only when the value differs, so that nothing renders again for nothing.
pub fn replace<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.try_with_untracked(|old| *old != value) == Some(true) {
        signal.set(value);
    }
}

/// What every signed-in page shares.
pub fn use_frame() -> FrameState {
    use_context().unwrap_or_else(|| FrameState::new(use_clock()))
}

/// What to do with a failure that has no place on the page: sign in again, or say it.
pub fn report(failure: &Failure) {
    if failure.is_signed_out() {
        browser::sign_in_again();
    } else {
        crate::components::use_toasts().error(failure.message());
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
pub(crate) mod tests;
