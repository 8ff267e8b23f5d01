//! One question by HTTP to the server that the operator named: no proxy from the environment, no redirect, no long answer.

use super::NarrateError;
use crate::probe::post;
use domain::text;
use reqwest::{
    Client, ClientBuilder,
    header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER},
    redirect,
};
use serde_json::Value;
use std::{error::Error as _, time::Duration};
use url::Url;

/// Bytes of an answer.
const LONGEST: usize = 256 * 1024;
/// To open a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// A place to ask.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) who: &'static str,
    client: Client,
    key: Option<(HeaderName, HeaderValue)>,
}

/// What came back.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
    /// The body, where it is JSON.
    pub(super) json: Option<Value>,
}

impl Place {
    /// `patience` is for one question, from the first byte to the last.
    pub(super) fn new(who: &'static str, patience: Duration) -> anyhow::Result<Self> {
        let client = ClientBuilder::new()
            .tls_backend_preconfigured(post::tls()?)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .timeout(patience)
            .connect_timeout(CONNECT.min(patience))
            .user_agent(concat!("Rollcall/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            who,
            client,
            key: None,
        })
    }

    /// Sends a secret header with each question.
    pub(super) fn with_key(mut self, name: HeaderName, value: &str) -> anyhow::Result<Self> {
        let mut value = HeaderValue::from_str(value)?;
        value.set_sensitive(true);
        self.key = Some((name, value));
        Ok(self)
    }

    pub(super) async fn ask(&self, url: &Url, body: &Value) -> Result<Answered, NarrateError> {
        let request = self.client.post(url.clone());
        let request = request.header(CONTENT_TYPE, "application/json");
        let request = match &self.key {
            Some((name, value)) => request.header(name, value),
            None => request,
        };
        let failed = |error| self.failed(&error);
        let mut response = request
            .body(body.to_string())
            .send()
            .await
            .map_err(failed)?;
        let status = response.status().as_u16();
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let mut read = Vec::new();
        while let Some(part) = response.chunk().await.map_err(failed)? {
            if read.len() + part.len() > LONGEST {
                return Err(NarrateError::Malformed(self.who));
            }
            read.extend_from_slice(&part);
        }
        Ok(Answered {
            status,
            retry_after,
            json: serde_json::from_slice(&read).ok(),
        })
    }

    fn failed(&self, error: &reqwest::Error) -> NarrateError {
        if error.is_timeout() {
            return NarrateError::Timeout(self.who);
        }
        let mut cause = error.source();
        let mut last = None;
        while let Some(error) = cause {
            last = Some(error.to_string());
            cause = error.source();
        }
        let last = last.unwrap_or_else(|| "the request could not be sent".into());
        NarrateError::Unreachable {
            who: self.who,
            why: text::cut(&last, 120),
        }
    }
}

/// A provider's word for what happened, such as `RESOURCE_EXHAUSTED`: short, of letters and underscores, or nothing.
pub(super) fn word(value: &Value) -> Option<&str> {
    let word = value.as_str()?;
    let is_plain = |b: u8| b.is_ascii_alphabetic() || b == b'_';
    (word.len() <= 40 && !word.is_empty() && word.bytes().all(is_plain)).then_some(word)
}

/// A refusal that has no name of its own.
pub(super) fn refused(who: &'static str, status: u16, said: Option<&str>) -> NarrateError {
    let reason = match said {
        Some(said) => format!("{status} {said}"),
        None => status.to_string(),
    };
    NarrateError::Refused { who, reason }
}
