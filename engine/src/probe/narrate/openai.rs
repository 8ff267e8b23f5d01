//! Servers that speak as `OpenAI` does in its chat completions. Not all of them can be held to a schema: what one refuses is asked
//! for less strictly, and the answer is checked anyway.

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
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};
use std::{
    net::IpAddr,
    sync::atomic::{AtomicU8, Ordering},
    time::Duration,
};
use url::{Host, Url};

const WHO: &str = "the model's server";
/// Ways to ask for JSON, the strictest first: by schema, as any object, by words only.
const WAYS: u8 = 3;

/// A server at some place.
#[derive(Debug)]
pub(super) struct OpenAi {
    place: Place,
    url: Url,
    model: String,
    /// The way that it took last.
    way: AtomicU8,
}

impl OpenAi {
    pub(super) fn new(
        key: Option<&ApiKey>,
        model: &str,
        url: &Url,
        patience: Duration,
    ) -> anyhow::Result<Self> {
        let mut place = Place::new(WHO, patience)?;
        if let Some(key) = key {
            place = place.with_key(AUTHORIZATION, &format!("Bearer {}", key.reveal()))?;
        }
        let mut url = url.clone();
        url.path_segments_mut()
            .map_err(|()| anyhow::anyhow!("OPENAI_URL can have no path"))?
            .pop_if_empty()
            .extend(["chat", "completions"]);
        Ok(Self {
            place,
            url,
            model: model.to_owned(),
            way: AtomicU8::new(0),
        })
    }

    fn body(&self, facts: &str, way: u8) -> Result<Value, NarrateError> {
        let mut body = json!({
            "model": self.model,
            "stream": false,
            "messages": [
                {"role": "system", "content": INSTRUCTIONS},
                {"role": "user", "content": facts},
            ],
        });
        if way == 0 {
            let schema: Value =
                serde_json::from_str(SCHEMA).map_err(|_| NarrateError::Malformed(WHO))?;
            let schema = json!({"name": "words", "strict": true, "schema": schema});
            body["response_format"] = json!({"type": "json_schema", "json_schema": schema});
        } else if way == 1 {
            body["response_format"] = json!({"type": "json_object"});
        }
        Ok(body)
    }

    async fn exchange(&self, facts: &str) -> Result<Answer, NarrateError> {
        let first = self.way.load(Ordering::Relaxed);
        for way in first..WAYS {
            let body = self.body(facts, way)?;
            let answered = self.place.ask(&self.url, &body).await?;
            match answered.status {
                200..=299 => {
                    self.way.fetch_max(way, Ordering::Relaxed);
                    return self.read(answered.json.as_ref(), way);
                }
                400 | 422 if way + 1 < WAYS => {}
                _ => return Err(self.refusal(&answered)),
            }
        }
        Err(NarrateError::Malformed(WHO))
    }

    fn read(&self, json: Option<&Value>, way: u8) -> Result<Answer, NarrateError> {
        let json = json.ok_or(NarrateError::Malformed(WHO))?;
        let choice = &json["choices"][0];
        let message = &choice["message"];
        let blocked = |reason: &str| NarrateError::Blocked {
            who: WHO,
            reason: reason.into(),
        };
        match choice["finish_reason"].as_str() {
            _ if message["refusal"].is_string() => return Err(blocked("refusal")),
            // Some leave it out.
            None | Some("stop") => {}
            Some("length") => return Err(NarrateError::Truncated(WHO)),
            Some(_) => {
                return Err(blocked(
                    word(&choice["finish_reason"]).unwrap_or("no reason"),
                ));
            }
        }
        let said = message["content"]
            .as_str()
            .ok_or(NarrateError::Malformed(WHO))?;
        let words = if way + 1 < WAYS {
            serde_json::from_str(said).ok()
        } else {
            first_object(said)
        };
        let model = json["model"].as_str().unwrap_or(&self.model);
        Ok(Answer {
            words: words.ok_or(NarrateError::Malformed(WHO))?,
            model: text::cut(model, 80),
        })
    }

    fn refusal(&self, answered: &Answered) -> NarrateError {
        let error = answered.json.as_ref().map(|json| &json["error"]);
        let code = error.and_then(|error| word(&error["code"]));
        match answered.status {
            401 | 403 => NarrateError::Auth(WHO),
            404 => NarrateError::NoModel {
                who: WHO,
                model: text::cut(&self.model, 80),
            },
            429 => NarrateError::Quota {
                who: WHO,
                retry_after: answered.retry_after,
                is_daily: code == Some("insufficient_quota"),
            },
            status @ (408 | 500..=599) => NarrateError::OutOfOrder { who: WHO, status },
            status => refused(WHO, status, code),
        }
    }

    /// Whether it is in this network, by its address.
    fn is_near(&self) -> bool {
        let ip = match self.url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::from(ip),
            Some(Host::Ipv6(ip)) => IpAddr::from(ip),
            Some(Host::Domain(name)) => return name == "localhost",
            None => return false,
        };
        domain::target::classify(ip) != domain::target::Class::Global
    }
}

/// The first JSON object in a text: models without a schema like to say something around it.
fn first_object(text: &str) -> Option<Words> {
    let object = &text[text.find('{')?..];
    let mut read = serde_json::Deserializer::from_str(object).into_iter::<Words>();
    read.next()?.ok()
}

impl Dialect for OpenAi {
    const PROVIDER: &'static str = "openai";
    const WHO: &'static str = WHO;

    fn ask<'a>(&'a self, facts: &'a str) -> BoxFuture<'a, Result<Answer, NarrateError>> {
        self.exchange(facts).boxed()
    }

    fn status(&self) -> SourceStatus {
        let host = self.url.host_str().unwrap_or_default();
        SourceStatus {
            name: format!("language model {}", self.model),
            is_on: true,
            sends: (!self.is_near()).then(|| {
                format!("of scans that ask for a summary by a model: ports, versions, findings and, unless redacted, address, name, location and provider, to {host}")
            }),
            note: self.is_near().then(|| format!("It runs in this network, at {host}.")),
            how: Some("OPENAI_URL and OPENAI_MODEL".into()),
            problem: None,
        }
    }
}
