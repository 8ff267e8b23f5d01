//! Data of a page: loaded once by server or browser, then kept up to date in place.

use super::{ErrorState, Loading};
use crate::{browser, live::use_live, rpc::Failure, state::replace};
use domain::live::LiveEvent;
use leptos::{either::Either, prelude::*, task::spawn_local};
use serde::{Serialize, de::DeserializeOwned};
use std::{future::Future, sync::Arc};

/// Asks the server again and puts the answer into the signal; from the context below a [`Fetched`].
#[derive(Clone, Copy)]
pub struct Refetch(Callback<()>);

impl Refetch {
    /// Asks again.
    pub fn run(self) {
        self.0.run(());
    }
}

/// Loads by `load(key())` and shows `view(signal)`. A new key makes the view anew; a resync of the live stream
/// changes the signal only, so that open forms, focus and scroll position survive.
#[component]
pub fn Fetched<K, S, T, L, F, V, N>(
    /// What to load; loaded anew when it changes.
    key: K,
    /// Asks the server.
    load: L,
    /// Shows the data.
    view: V,
    /// Lines of the skeleton.
    #[prop(default = 6)]
    lines: usize,
) -> impl IntoView
where
    K: Fn() -> S + Send + Sync + 'static,
    S: Clone + PartialEq + Send + Sync + 'static,
    L: Fn(S) -> F + Send + Sync + 'static,
    F: Future<Output = Result<T, Failure>> + Send + 'static,
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: Fn(RwSignal<T>) -> N + Send + Sync + 'static,
    N: IntoView + 'static,
{
    let load = Arc::new(load);
    let key = Arc::new(key);
    let resource = Resource::new(
        {
            let key = Arc::clone(&key);
            move || key()
        },
        {
            let load = Arc::clone(&load);
            move |key| load(key)
        },
    );
    let view = Arc::new(view);
    // The signal on the screen, for refetching; none while loading or after a failure.
    let shown = StoredValue::new(None::<RwSignal<T>>);
    let refetch = {
        let key = Arc::clone(&key);
        Callback::new(move |()| {
            let Some(signal) = shown.try_get_value().flatten() else {
                resource.refetch();
                return;
            };
            let asked = untrack(|| key());
            let answer = load(asked);
            spawn_local(async move {
                match answer.await {
                    // Another key's data is on the screen by now, and loaded later than this.
                    Ok(_) if shown.try_get_value().flatten() != Some(signal) => {}
                    Ok(value) => replace(signal, value),
                    Err(failure) if failure.is_signed_out() => browser::sign_in_again(),
                    Err(failure) if failure.status == 404 => resource.refetch(),
                    // What is on the screen stays; the top bar tells of a broken connection.
                    Err(_) => {}
                }
            });
        })
    };
    provide_context(Refetch(refetch));
    use_live().on(move |event| {
        if *event == LiveEvent::Resync {
            refetch.run(());
        }
    });
    view! {
        <Suspense fallback=move || view! { <Loading lines=lines/> }>
            {move || {
                let view = Arc::clone(&view);
                Suspend::new(async move {
                    match resource.await {
                        Ok(value) => {
                            let signal = RwSignal::new(value);
                            shown.set_value(Some(signal));
                            Either::Left(view(signal))
                        }
                        Err(failure) => {
                            shown.set_value(None);
                            Either::Right(view! { <ErrorState failure=failure retry=refetch/> })
                        }
                    }
                })
            }}
        </Suspense>
    }
}
