//! Google's Gemini by `generateContent`. Sampling is left to the model: newer ones refuse to be told.

use super::{
    Answer, ApiKey, NarrateError,
    desk::Dialect,
    http::{Answered, Place, refused, word},
};
use domain::{
    scan::{
        narration::{INSTRUCTIONS, SCHEMA, Words},
        source::SourceStatus,
    },
    text,
};
use futures::{FutureExt as _, future::BoxFuture};
use reqwest::header::HeaderName;
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

const WHO: &str = "Gemini";
/// Tokens of an answer. Thinking counts too, so that few of them bring no words at all.
const TOKENS: u32 = 4096;

/// Gemini at some place.
#[derive(Debug)]
pub(super) struct Gemini {
    place: Place,
    url: Url,
    model: String,
}

impl Gemini {
    pub(super) fn new(
        key: &ApiKey,
        model: &str,
        url: &Url,
        patience: Duration,
    ) -> anyhow::Result<Self> {
        let header = HeaderName::from_static("x-goog-api-key");
        let mut url = url.clone();
        url.path_segments_mut()
            .map_err(|()| anyhow::anyhow!("GEMINI_URL can have no path"))?
            .pop_if_empty()
            .extend(["v1beta", "models", &format!("{model}:generateContent")]);
        Ok(Self {
            place: Place::new(WHO, patience)?.with_key(header, key.reveal())?,
            url,
            model: model.to_owned(),
        })
    }

    async fn exchange(&self, facts: &str) -> Result<Answer, NarrateError> {
        let schema: Value =
            serde_json::from_str(SCHEMA).map_err(|_| NarrateError::Malformed(WHO))?;
        let body = json!({
            "systemInstruction": {"parts": [{"text": INSTRUCTIONS}]},
            "contents": [{"role": "user", "parts": [{"text": facts}]}],
            "generationConfig": {
                "responseMimeType": "application/json",
                "responseJsonSchema": schema,
                "maxOutputTokens": TOKENS,
            },
        });
        let answered = self.place.ask(&self.url, &body).await?;
        match answered.status {
            200..=299 => self.read(answered.json.as_ref()),
            _ => Err(self.refusal(&answered)),
        }
    }

    fn read(&self, json: Option<&Value>) -> Result<Answer, NarrateError> {
        let json = json.ok_or(NarrateError::Malformed(WHO))?;
        let blocked = |reason: &Value| NarrateError::Blocked {
            who: WHO,
            reason: word(reason).unwrap_or("no reason").to_owned(),
        };
        let candidate = &json["candidates"][0];
        if candidate.is_null() && !json["promptFeedback"]["blockReason"].is_null() {
            return Err(blocked(&json["promptFeedback"]["blockReason"]));
        }
        match candidate["finishReason"].as_str() {
            Some("STOP") => {}
            Some("MAX_TOKENS") => return Err(NarrateError::Truncated(WHO)),
            Some(_) => return Err(blocked(&candidate["finishReason"])),
            None => return Err(NarrateError::Malformed(WHO)),
        }
        let parts = candidate["content"]["parts"].as_array();
        let said = parts.into_iter().flatten();
        let said = said.filter(|part| part["thought"] != json!(true));
        let said: String = said.filter_map(|part| part["text"].as_str()).collect();
        let words: Words = serde_json::from_str(&said).map_err(|_| NarrateError::Malformed(WHO))?;
        let model = json["modelVersion"].as_str().unwrap_or(&self.model);
        Ok(Answer {
            words,
            model: text::cut(model, 80),
        })
    }

    fn refusal(&self, answered: &Answered) -> NarrateError {
        // Some answers come as a list of one.
        let json = answered.json.as_ref().unwrap_or(&Value::Null);
        let error = &json.get(0).unwrap_or(json)["error"];
        let details = error["details"].as_array().map_or(&[][..], Vec::as_slice);
        let is_bad_key = details.iter().any(|it| it["reason"] == "API_KEY_INVALID");
        match answered.status {
            400 if is_bad_key => NarrateError::Auth(WHO),
            401 | 403 => NarrateError::Auth(WHO),
            404 => NarrateError::NoModel {
                who: WHO,
                model: text::cut(&self.model, 80),
            },
            429 => {
                let violations = details.iter().filter_map(|it| it["violations"].as_array());
                let mut quotas = violations.flatten().filter_map(|it| it["quotaId"].as_str());
                let said = details.iter().find_map(|it| it["retryDelay"].as_str());
                NarrateError::Quota {
                    who: WHO,
                    retry_after: said.and_then(seconds).or(answered.retry_after),
                    is_daily: quotas.any(|it| it.contains("PerDay")),
                }
            }
            status @ (408 | 500..=599) => NarrateError::OutOfOrder { who: WHO, status },
            status => refused(WHO, status, word(&error["status"])),
        }
    }
}

/// A duration as protocol buffers write it: `47s`, `1.5s`.
fn seconds(text: &str) -> Option<Duration> {
    let number: f64 = text.strip_suffix('s')?.parse().ok()?;
    Duration::try_from_secs_f64(number).ok()
}

impl Dialect for Gemini {
    const PROVIDER: &'static str = "gemini";
    const WHO: &'static str = WHO;

    fn ask<'a>(&'a self, facts: &'a str) -> BoxFuture<'a, Result<Answer, NarrateError>> {
        self.exchange(facts).boxed()
    }

    fn status(&self) -> SourceStatus {
        let host = self.url.host_str().unwrap_or_default();
        SourceStatus {
            name: format!("{WHO} ({})", self.model),
            is_on: true,
            sends: Some(format!(
                "of scans that ask for a summary by a model: ports, versions, findings and, unless redacted, address, name, location and provider, to {host}"
            )),
            note: Some(
                "On unpaid quota Google may use what is sent to improve its products, and people may read it; in the EEA, Switzerland and the UK paid services have to be used.".into(),
            ),
            how: Some("GEMINI_API_KEY".into()),
            problem: None,
        }
    }
}
