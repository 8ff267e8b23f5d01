//! Looks a name up once and checks every address before any is connected to.

use domain::target::Policy;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{net::SocketAddr, sync::Arc, time::Duration};

/// A resolver may keep us waiting for this long.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Addresses of one name that are tried.
const MOST: usize = 32;

/// The system's resolver behind the policy.
#[derive(Debug)]
pub(super) struct Guarded(Arc<Policy>);

impl Guarded {
    pub(super) fn new(policy: Arc<Policy>) -> Self {
        Self(policy)
    }
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = Arc::clone(&self.0);
        Box::pin(async move {
            let found = tokio::time::timeout(TIMEOUT, tokio::net::lookup_host((name.as_str(), 0)));
            let found: Vec<SocketAddr> = found
                .await
                .map_err(|_| "the name could not be looked up in time")?
                .map_err(|_| "the name could not be looked up")?
                .collect();
            // One address that is not allowed makes the name suspicious as a whole.
            for address in &found {
                policy.check(address.ip())?;
            }
            let found: Addrs = Box::new(found.into_iter().take(MOST));
            Ok(found)
        })
    }
}
