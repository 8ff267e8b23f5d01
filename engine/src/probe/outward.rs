//! Questions to services over HTTP: the answer is read whole, up to a limit, and nothing is followed.

use super::post;
use crate::target;
use domain::target::Policy;
use reqwest::{Client, RequestBuilder, header::HeaderMap};
use std::sync::Arc;
use url::Url;

/// What a service answered, whatever its status.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// A header that is a whole number.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        let value = self.headers.get(name)?.to_str().ok()?;
        value.trim().parse().ok()
    }
}

/// Asks; one pool of connections.
#[derive(Clone, Debug)]
pub(super) struct Outward {
    client: Client,
    policy: Arc<Policy>,
}

impl Outward {
    pub(super) fn new(policy: &Policy) -> anyhow::Result<Self> {
        let policy = Arc::new(policy.clone());
        let client = post::client(&policy)?;
        Ok(Self { client, policy })
    }

    /// A question that fetches something.
    pub(super) fn get(&self, url: &Url) -> RequestBuilder {
        self.client.get(url.clone())
    }

    /// A question with a body.
    pub(super) fn post(&self, url: &Url) -> RequestBuilder {
        self.client.post(url.clone())
    }

    /// Reads the URL of a service, or says why nothing is sent there. A literal address never reaches the resolver.
    pub(super) fn permit(&self, url: &str) -> Result<Url, String> {
        target::read(url, &self.policy)
    }

    /// Sends, and reads an answer of at most so many bytes. Ends within 10 seconds.
    pub(super) async fn send(&self, ask: RequestBuilder, most: usize) -> Result<Answer, String> {
        let mut response = ask.send().await.map_err(|error| post::words(&error))?;
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|e| post::words(&e))? {
            if body.len() + part.len() > most {
                return Err(format!("the answer is longer than {} KiB", most / 1024));
            }
            body.extend_from_slice(&part);
        }
        Ok(Answer {
            status: response.status().as_u16(),
            headers: std::mem::take(response.headers_mut()),
            body,
        })
    }
}
