//! Posts to the addresses that people typed: nothing is followed, proxied, kept or read beyond need.

mod resolve;

use crate::target;
use domain::target::Policy;
use reqwest::{
    Client, ClientBuilder,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
    redirect,
};
use resolve::Guarded;
use rustls::CertificateError;
use std::{error::Error as _, fmt, sync::Arc, time::Duration};

/// From the first look-up to the last byte.
const TIMEOUT: Duration = Duration::from_secs(10);
/// To open a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of an answer that are read, so that its connection can be used again.
const LONGEST_ANSWER: usize = 64 * 1024;
/// How long the rest of an answer is waited for: its status has been told already.
const DRAIN: Duration = Duration::from_secs(2);
/// Characters of the words that say why nothing was answered.
const LONGEST_WORDS: usize = 200;
/// Connections without work end after this long.
const IDLE: Duration = Duration::from_secs(90);

/// What is sent.
pub struct Post {
    /// Where to.
    pub url: String,
    /// The body's media type.
    pub media_type: &'static str,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

impl fmt::Debug for Post {
    /// A URL may be a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Post").finish_non_exhaustive()
    }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status; absent when nothing was answered.
    pub status: Option<u16>,
    /// Why it was not accepted; absent when it was.
    pub error: Option<String>,
    /// How long the receiver asks to be left alone.
    pub retry_after: Option<Duration>,
}

impl Reply {
    /// Nothing was sent or answered.
    pub fn failed(error: impl Into<String>) -> Self {
        Self {
            status: None,
            error: Some(error.into()),
            retry_after: None,
        }
    }
}

/// Sends; one pool of connections for all.
#[derive(Clone, Debug)]
pub struct Poster {
    client: Client,
    policy: Arc<Policy>,
}

impl Poster {
    /// Reads the certificates that this machine trusts.
    pub fn new(policy: Policy) -> anyhow::Result<Self> {
        let policy = Arc::new(policy);
        let client = client(&policy)?;
        Ok(Self { client, policy })
    }

    /// Sends once. Accepted is what is answered with a 2xx status.
    pub async fn post(&self, post: Post) -> Reply {
        // A literal address never reaches the resolver.
        let url = match target::read(&post.url, &self.policy) {
            Ok(url) => url,
            Err(error) => return Reply::failed(error),
        };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(post.media_type));
        for (name, value) in post.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        let request = self.client.post(url).headers(headers).body(post.body);
        match request.send().await {
            Ok(response) => answered(response).await,
            Err(error) => Reply::failed(words(&error)),
        }
    }
}

/// What all requests are sent by: nothing is followed, proxied or sent to an address that the policy refuses, and each
/// ends within 10 seconds.
pub(super) fn client(policy: &Arc<Policy>) -> anyhow::Result<Client> {
    let client = ClientBuilder::new()
        .tls_backend_preconfigured(tls()?)
        .dns_resolver(Guarded::new(Arc::clone(policy)))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .timeout(TIMEOUT)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(IDLE)
        .user_agent(concat!("Rollcall/", env!("CARGO_PKG_VERSION")))
        .build()?;
    Ok(client)
}

async fn answered(mut response: reqwest::Response) -> Reply {
    let status = response.status();
    let retry_after = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs);
    let drain = async {
        let mut read = 0;
        while let Ok(Some(part)) = response.chunk().await {
            read += part.len();
            if read > LONGEST_ANSWER {
                break;
            }
        }
    };
    // The rest is nobody's business; its connection ends.
    let _ = tokio::time::timeout(DRAIN, drain).await;
    let error = if status.is_success() {
        None
    } else if status.is_redirection() {
        Some(format!(
            "{status}: redirects are not followed, so enter the URL it leads to"
        ))
    } else {
        Some(status.to_string())
    };
    Reply {
        status: Some(status.as_u16()),
        error,
        retry_after,
    }
}

/// Why nothing was answered, without the URL, which may be a password.
pub(super) fn words(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer within 10 seconds".into();
    }
    let mut cause = error.source();
    let mut last = None;
    while let Some(error) = cause {
        if let Some(refused) = error.downcast_ref::<domain::target::Refused>() {
            return refused.to_string();
        }
        if let Some(why) = distrust(error) {
            return format!("its certificate is not trusted: {why}");
        }
        last = Some(error.to_string());
        cause = error.source();
    }
    let last = last.unwrap_or_else(|| "the request could not be sent".into());
    clean(&last)
}

/// Words in which something that the receiver said may stand, as the names of its certificate.
fn clean(words: &str) -> String {
    let short: String = words.chars().take(LONGEST_WORDS).collect();
    domain::text::line(&short).unwrap_or_default()
}

/// Why a receiver's certificate was not taken; none if something else went wrong.
fn distrust(error: &(dyn std::error::Error + 'static)) -> Option<String> {
    // An I/O error does not tell what it wraps as its source, and may wrap another one.
    let mut inner = error;
    while let Some(io) = inner.downcast_ref::<std::io::Error>() {
        inner = io.get_ref()?;
    }
    let rustls::Error::InvalidCertificate(why) = inner.downcast_ref()? else {
        return None;
    };
    Some(match why {
        CertificateError::UnknownIssuer => {
            "this machine does not know who issued it; add that authority to the ones it trusts"
                .into()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another name".into()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired".into()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet".into()
        }
        other => other.to_string(),
    })
}

/// One provider of cryptography, and the certificates that this machine trusts.
pub(super) fn tls() -> anyhow::Result<rustls::ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = rustls_platform_verifier::Verifier::new(Arc::clone(&provider))?;
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_receiver_says_is_one_plain_line() {
        let said = "certificate not valid for \u{202e}moc.live\u{2066}\u{200b}\n\u{1b}[31m";
        assert_eq!(clean(said), "certificate not valid for moc.live[31m");
        assert_eq!(clean(&"ä".repeat(5_000)), "ä".repeat(200));
    }
}
