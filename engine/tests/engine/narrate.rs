//! Words by a model over real HTTP: what is asked, every documented answer, and what is made of it.

mod jobs;
mod model;

use engine::probe::narrate::{
    Answer, ApiKey, NarrateError, NarratorSettings, Patience, RiskNarrator, open_with,
};
use model::{Model, Says, words};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

const KEY: &str = "AIza-very-secret-0123456789";

/// Patience that tests have.
fn patience() -> Patience {
    Patience {
        gemini: Duration::from_millis(700),
        openai: Duration::from_millis(700),
        whole: Duration::from_secs(5),
        back_off: Duration::from_millis(10),
    }
}

fn gemini(url: url::Url) -> Arc<dyn RiskNarrator> {
    let settings = NarratorSettings::Gemini {
        key: ApiKey::new(KEY).unwrap(),
        model: "gemini-3.5-flash-lite".into(),
        url,
    };
    assert!(!format!("{settings:?}").contains("secret"));
    open_with(&settings, patience()).unwrap()
}

fn openai(model: &Model, key: Option<&str>) -> Arc<dyn RiskNarrator> {
    let settings = NarratorSettings::OpenAi {
        key: key.map(|key| ApiKey::new(key).unwrap()),
        model: "llama3.2:3b".into(),
        url: model.url().join("/v1").unwrap(),
    };
    open_with(&settings, patience()).unwrap()
}

/// Asks Gemini that follows a script; the answer, and how often it was asked.
async fn asked(script: Vec<Says>) -> (Result<Answer, NarrateError>, usize) {
    let model = Model::new(script).await;
    let narrator = gemini(model.url());
    let answer = narrator.narrate("{\"risk_level\":\"low\"}".into()).await;
    if let Err(error) = &answer {
        assert!(
            !format!("{error} {error:?}").contains("secret"),
            "{error:?}"
        );
        assert!(!format!("{error}").contains("127.0.0.1"), "{error}");
    }
    (answer, model.asked().len())
}

fn error(status: u16, word: &str, details: &Value) -> Says {
    let error =
        json!({"code": status, "message": format!("no {KEY}"), "status": word, "details": details});
    Says::json(status, &json!({ "error": error }))
}

#[tokio::test]
async fn gemini_is_asked_as_documented() {
    let model = Model::new(vec![Says::gemini(&words("A summary."))]).await;
    let answer = gemini(model.url())
        .narrate("{\"a\":1}".into())
        .await
        .unwrap();
    assert_eq!(answer.words.summary, "A summary.");
    assert_eq!(answer.model, "gemini-3.5-flash-lite-001");
    let asked = model.asked().remove(0);
    assert_eq!(
        asked.line,
        "POST /v1beta/models/gemini-3.5-flash-lite:generateContent HTTP/1.1"
    );
    assert_eq!(asked.headers["x-goog-api-key"], KEY);
    assert_eq!(asked.body["contents"][0]["parts"][0]["text"], "{\"a\":1}");
    assert!(asked.body["systemInstruction"]["parts"][0]["text"].is_string());
    let config = asked.body["generationConfig"].as_object().unwrap();
    let mut names: Vec<&str> = config.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["maxOutputTokens", "responseJsonSchema", "responseMimeType"]
    );
    assert_eq!(config["responseMimeType"], "application/json");
    assert_eq!(config["responseJsonSchema"]["additionalProperties"], false);
    assert!(config["maxOutputTokens"].as_u64() >= Some(4096));
}

#[tokio::test]
async fn failures_that_last_are_told_and_not_repeated() {
    let finished = |reason: &str, content: Value| {
        Says::json(
            200,
            &json!({"candidates": [{"content": content, "finishReason": reason}]}),
        )
    };
    let bad_key =
        json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]);
    let auth = "Gemini refused the API key";
    let malformed = "Gemini's answer has another shape than asked for";
    for (says, expected) in [
        (error(400, "INVALID_ARGUMENT", &bad_key), auth),
        // As a list of one.
        (
            Says::json(400, &json!([{"error": {"code": 400, "details": bad_key}}])),
            auth,
        ),
        (
            error(400, "INVALID_ARGUMENT", &json!([])),
            "Gemini refused the request (400 INVALID_ARGUMENT)",
        ),
        (
            error(400, "FAILED_PRECONDITION", &json!([])),
            "Gemini refused the request (400 FAILED_PRECONDITION)",
        ),
        (
            error(400, KEY, &json!([])),
            "Gemini refused the request (400)",
        ),
        (error(403, "PERMISSION_DENIED", &json!([])), auth),
        (
            error(404, "NOT_FOUND", &json!([])),
            "Gemini has no model gemini-3.5-flash-lite",
        ),
        (
            Says::json(
                200,
                &json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}),
            ),
            "Gemini blocked the answer (PROHIBITED_CONTENT)",
        ),
        (
            finished("SAFETY", json!({})),
            "Gemini blocked the answer (SAFETY)",
        ),
        (
            finished("MAX_TOKENS", json!({"role": "model"})),
            "Gemini's answer was cut off",
        ),
        (
            finished("MAX_TOKENS", json!({"parts": [{"text": words("x")}]})),
            "Gemini's answer was cut off",
        ),
        (finished("STOP", json!({})), malformed),
        (Says::json(200, &json!({"candidates": []})), malformed),
        (Says::Text(200, "<html>".into()), malformed),
        (Says::Text(200, "x".repeat(2_000_000)), malformed),
        (Says::gemini("not JSON"), malformed),
        (Says::gemini("{\"summary\": \"a\"}"), malformed),
        (
            Says::gemini(
                "{\"summary\": \"a\", \"recommendation\": \"b\", \"risk_level\": \"none\"}",
            ),
            malformed,
        ),
        (Says::gemini(&format!("{} {{}}", words("a"))), malformed),
        (Says::Nothing, "Gemini did not answer in time"),
    ] {
        let (answer, count) = asked(vec![says.clone()]).await;
        assert_eq!(answer.unwrap_err().to_string(), expected, "{says:?}");
        assert_eq!(count, 1, "{says:?}");
    }
}

#[tokio::test]
async fn failures_that_may_pass_are_repeated_a_few_times() {
    let fine = || Says::gemini(&words("A summary."));
    for passing in [
        error(500, "INTERNAL", &json!([])),
        error(503, "UNAVAILABLE", &json!([])),
        Says::Text(502, "<html>".into()),
        error(504, "DEADLINE_EXCEEDED", &json!([])),
        Says::Half,
        error(429, "RESOURCE_EXHAUSTED", &json!([])),
        error(429, "RESOURCE_EXHAUSTED", &json!([{"retryDelay": "0.2s"}])),
        Says::With(429, "retry-after: 0", String::new()),
    ] {
        let (answer, count) = asked(vec![passing.clone(), fine()]).await;
        assert!(answer.is_ok(), "{passing:?}: {answer:?}");
        assert_eq!(count, 2);
        let (answer, count) = asked(vec![passing.clone()]).await;
        assert!(answer.is_err() && count == 3, "{passing:?}: {count}");
    }
    let (answer, _) = asked(vec![error(503, "UNAVAILABLE", &json!([]))]).await;
    assert_eq!(
        answer.unwrap_err().to_string(),
        "Gemini is out of order (503)"
    );
    let nobody = gemini("http://127.0.0.1:1".parse().unwrap());
    let answer = nobody.narrate("{}".into()).await.unwrap_err().to_string();
    assert!(answer.starts_with("Gemini can't be reached: "), "{answer}");
}

#[tokio::test]
async fn a_quota_is_respected() {
    // It asks for more patience than anybody has.
    let minute = json!([
        {"violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]},
        {"retryDelay": "47s"},
    ]);
    let model = Model::new(vec![error(429, "RESOURCE_EXHAUSTED", &minute)]).await;
    let narrator = gemini(model.url());
    for _ in 0..3 {
        let error = narrator.narrate("{}".into()).await.unwrap_err();
        assert_eq!(error.to_string(), "Gemini's quota is used up");
    }
    assert_eq!(model.asked().len(), 1);
    let day = json!([
        {"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},
        {"retryDelay": "0.1s"},
    ]);
    let script = vec![
        error(429, "RESOURCE_EXHAUSTED", &day),
        Says::gemini(&words("x")),
    ];
    let model = Model::new(script).await;
    let narrator = gemini(model.url());
    for _ in 0..3 {
        let error = narrator.narrate("{}".into()).await.unwrap_err();
        assert_eq!(error.to_string(), "Gemini's quota is used up for today");
    }
    assert_eq!(model.asked().len(), 1);
    let status = narrator.source_status();
    assert_eq!(
        status.problem.as_deref(),
        Some("Gemini's quota is used up for today")
    );
    assert!(status.is_on && status.sends.unwrap().contains("127.0.0.1"));
    assert!(status.note.unwrap().contains("people may read it"));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let canary = Model::new(vec![Says::gemini(&words("x"))]).await;
    let to = format!("location: {}", canary.url());
    let to: &'static str = Box::leak(to.into_boxed_str());
    for status in [301, 302, 307, 308] {
        let (answer, count) = asked(vec![Says::With(status, to, String::new())]).await;
        let expected = format!("Gemini refused the request ({status})");
        assert_eq!((answer.unwrap_err().to_string(), count), (expected, 1));
    }
    assert!(canary.asked().is_empty());
}

#[tokio::test]
async fn other_servers_are_asked_as_strictly_as_they_can_be() {
    let refuses = || {
        Says::json(
            400,
            &json!({"error": {"message": "Either \"json_schema\" or \"grammar\""}}),
        )
    };
    let chatty = format!(
        "Here you are:\n```json\n{}\n```\nAnything else?",
        words("A summary.")
    );
    let model = Model::new(vec![Says::chat(&words("A summary."))]).await;
    let answer = openai(&model, Some(KEY)).narrate("{\"a\":1}".into()).await;
    let answer = answer.unwrap();
    assert_eq!(
        (answer.words.summary.as_str(), answer.model.as_str()),
        ("A summary.", "llama3.2:3b")
    );
    let first = model.asked().remove(0);
    assert_eq!(first.line, "POST /v1/chat/completions HTTP/1.1");
    assert_eq!(first.headers["authorization"], format!("Bearer {KEY}"));
    assert_eq!(first.body["response_format"]["type"], "json_schema");
    assert_eq!(
        first.body["response_format"]["json_schema"]["schema"]["additionalProperties"],
        false
    );
    assert_eq!(first.body["messages"][1]["content"], "{\"a\":1}");
    assert!(first.body.get("temperature").is_none());
    let model = Model::new(vec![refuses(), refuses(), Says::chat(&chatty)]).await;
    let narrator = openai(&model, None);
    for _ in 0..2 {
        assert_eq!(
            narrator.narrate("{}".into()).await.unwrap().words.summary,
            "A summary."
        );
    }
    let formats: Vec<Value> = model
        .asked()
        .iter()
        .map(|it| it.body["response_format"]["type"].clone())
        .collect();
    // The third way worked, so it is the first one that is tried the next time.
    assert_eq!(
        formats,
        [
            json!("json_schema"),
            json!("json_object"),
            Value::Null,
            Value::Null
        ]
    );
    assert!(!model.asked()[0].headers.contains_key("authorization"));
    let status = narrator.source_status();
    assert!(
        status.is_on && status.sends.is_none(),
        "nothing leaves the network"
    );
}

#[tokio::test]
async fn failures_of_other_servers_are_told() {
    let finished = |reason: &str| {
        Says::json(
            200,
            &json!({"choices": [{"message": {"content": words("x")}, "finish_reason": reason}]}),
        )
    };
    let refusal = json!({"choices": [{"message": {"content": null, "refusal": "I can't"}, "finish_reason": "stop"}]});
    let spent = json!({"error": {"code": "insufficient_quota", "message": KEY}});
    for (says, expected) in [
        (
            Says::Text(401, String::new()),
            "the model's server refused the API key",
        ),
        (
            Says::Text(404, "{}".into()),
            "the model's server has no model llama3.2:3b",
        ),
        (
            Says::json(429, &spent),
            "the model's server's quota is used up for today",
        ),
        (
            finished("length"),
            "the model's server's answer was cut off",
        ),
        (
            finished("content_filter"),
            "the model's server blocked the answer (content_filter)",
        ),
        (
            Says::json(200, &refusal),
            "the model's server blocked the answer (refusal)",
        ),
        (
            Says::json(200, &json!({"choices": []})),
            "the model's server's answer has another shape than asked for",
        ),
        (
            Says::chat("{}"),
            "the model's server's answer has another shape than asked for",
        ),
        (
            Says::Text(400, String::new()),
            "the model's server refused the request (400)",
        ),
        (Says::Nothing, "the model's server did not answer in time"),
        (
            Says::Text(500, KEY.into()),
            "the model's server is out of order (500)",
        ),
    ] {
        let model = Model::new(vec![says.clone()]).await;
        let answer = openai(&model, Some(KEY)).narrate("{}".into()).await;
        assert_eq!(answer.unwrap_err().to_string(), expected, "{says:?}");
    }
}
