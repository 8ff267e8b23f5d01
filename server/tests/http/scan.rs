//! Scan jobs over REST: the contract with its exact field names.

use crate::world::{Client, PASSWORD, World};
use domain::token::Scope;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinSet,
};

/// A model that says this to everybody who asks.
const SAID: &str = r#"{"candidates":[{"finishReason":"STOP","content":{"parts":[{"text":"{\"summary\":\"A page answers.\",\"recommendation\":\"Look at it.\"}"}]}}],"modelVersion":"m-1"}"#;

/// Fields that every result has.
pub(crate) const FIELDS: [&str; 13] = [
    "target",
    "ip_address",
    "availability",
    "location",
    "country",
    "provider",
    "service_category",
    "publicly_exposed",
    "open_ports",
    "accessibility_tests",
    "risk_level",
    "risk_summary",
    "recommendation",
];

/// The job when it is over.
async fn over(client: &Client<'_>, path: &str) -> Value {
    let wait = async {
        loop {
            let job = client.get(path).await;
            assert_eq!(job.status, StatusCode::OK, "{job:?}");
            if ["complete", "failed", "cancelled"].contains(&job.json()["status"].as_str().unwrap())
            {
                return job.json();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait)
        .await
        .expect("the job is never over")
}

#[tokio::test]
async fn a_scan_is_asked_for_and_followed_by_its_token() {
    let world = World::new().await;
    world.engine.start_workers(&world.shutdown);
    let client = world.token(&[Scope::Scan]).await;
    let request = json!({"endpoints": ["nobody.invalid"], "generate_ai_summary": true});
    let asked = client.post("/ai-agent", request).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{asked:?}");
    let status_url = asked.json()["status_url"].as_str().unwrap().to_owned();
    assert_eq!(asked.header("location"), Some(status_url.as_str()));
    let token = asked.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(status_url, format!("/scan/{token}"));
    let job = over(&client, &status_url).await;
    assert_eq!(
        (&job["mode"], &job["status"], &job["progress"]),
        (
            &json!("ai"),
            &json!("complete"),
            &json!({"done": 1, "total": 1})
        )
    );
    let result = &job["results"][0];
    for field in FIELDS {
        assert!(result.get(field).is_some(), "{field}: {result}");
    }
    assert_eq!(
        (
            &result["ip_address"],
            &result["availability"],
            &result["risk_level"]
        ),
        (&json!("unknown"), &json!(false), &json!("unknown"))
    );
    let words = result["risk_summary"].as_str().unwrap();
    assert!(
        words.starts_with("Gemini API key not configured. "),
        "{words}"
    );
    let listed = client.get("/api/v1/scans").await.json();
    assert_eq!(listed["items"][0]["token"], json!(token));
    let stranger = world.token(&[Scope::Scan]).await;
    assert_eq!(
        stranger.get(&status_url).await.problem(),
        StatusCode::NOT_FOUND
    );
    let same = client
        .get(&format!("/api/v1/scans/{token}/diff/{token}"))
        .await
        .json();
    assert_eq!(same["same"], json!(1));
    let again = client
        .post(&format!("/api/v1/scans/{token}/rerun"), json!({}))
        .await;
    assert_eq!(again.status, StatusCode::ACCEPTED);
    let ended = client
        .send(Method::DELETE, &format!("/api/v1/scans/{token}"), None, &[])
        .await;
    assert_eq!(
        ended.json()["status"],
        json!("complete"),
        "what is over stays"
    );
    world.shutdown.cancel();
}

#[tokio::test]
async fn a_bad_request_points_at_what_is_wrong() {
    let world = World::new().await;
    let client = world.token(&[Scope::Scan]).await;
    let bad =
        json!({"ip_addresses": ["8.8.8.8", "169.254.169.254"], "endpoints": ["http://127.1/"]});
    let reply = client.post("/scan", bad).await;
    assert_eq!(reply.problem(), StatusCode::UNPROCESSABLE_ENTITY);
    let pointers: Vec<Value> = reply.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].clone())
        .collect();
    assert_eq!(pointers, ["/ip_addresses/1", "/endpoints/0"]);
    for body in [
        json!({}),
        json!({"ip_addresses": [], "endpoints": []}),
        json!({"ips": []}),
    ] {
        let reply = client.post("/scan", body).await;
        assert_eq!(reply.problem(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    let unknown = client.get("/scan/nothing").await;
    assert_eq!(unknown.problem(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn asking_twice_with_a_key_makes_one_scan() {
    let world = World::new().await;
    let client = world.token(&[Scope::Scan]).await;
    let ask = async |address: &str| {
        let body = json!({"ip_addresses": [address]});
        let key = [("idempotency-key", "monday")];
        client.send(Method::POST, "/scan", Some(body), &key).await
    };
    let first = ask("8.8.8.8").await;
    assert_eq!(first.status, StatusCode::ACCEPTED);
    assert_eq!(ask("8.8.8.8").await.json(), first.json());
    assert_eq!(ask("8.8.4.4").await.problem(), StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_model_words_the_summary_of_a_scan_that_asks_for_it() {
    // It is the model and the target in one.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let mut serving = JoinSet::new();
    serving.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 16 * 1024]).await;
            let length = SAID.len();
            let text = format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{SAID}"
            );
            let _ = stream.write_all(text.as_bytes()).await;
        }
    });
    let world = World::with(&[
        ("ADMIN_PASSWORD", PASSWORD),
        ("ALLOW_TARGETS", "127.0.0.1/32"),
        ("GEMINI_API_KEY", "some-key"),
        ("GEMINI_URL", &format!("http://{address}")),
    ])
    .await;
    world.engine.start_workers(&world.shutdown);
    let client = world.token(&[Scope::Scan]).await;
    for wants in [true, false] {
        let request =
            json!({"endpoints": [format!("http://{address}/")], "generate_ai_summary": wants});
        let asked = client.post("/ai-agent", request).await;
        let job = over(&client, asked.json()["status_url"].as_str().unwrap()).await;
        let result = &job["results"][0];
        let narration = &result["narration"];
        if wants {
            assert_eq!(result["risk_summary"], "A page answers.", "{result}");
            assert_eq!(result["recommendation"], "Look at it.");
            assert_eq!(narration["provider"], "gemini");
            assert_eq!(narration["model"], "m-1");
            assert!(narration["rules_summary"].as_str().unwrap().len() > 20);
        } else {
            // The route marks the mode and asks for no words.
            assert!(narration.is_null() && job["mode"] == "ai", "{job}");
        }
    }
    world.shutdown.cancel();
}

#[tokio::test]
async fn a_full_queue_says_when_to_come_again() {
    let world = World::new().await;
    let (one, another) = (
        world.token(&[Scope::Scan]).await,
        world.token(&[Scope::Scan]).await,
    );
    let ask = async |client: &Client<'_>| {
        let request = json!({"ip_addresses": ["8.8.8.8"]});
        client.post("/scan", request).await
    };
    let fill = async |client: &Client<'_>| {
        for _ in 0..500 {
            assert_eq!(ask(client).await.status, StatusCode::ACCEPTED);
        }
        let refused = ask(client).await;
        assert_eq!(refused.header("retry-after"), Some("30"));
        assert_eq!(refused.problem(), StatusCode::SERVICE_UNAVAILABLE);
    };
    fill(&one).await;
    fill(&another).await;
    let third = ask(&world.token(&[Scope::Scan]).await).await;
    assert_eq!(third.problem(), StatusCode::SERVICE_UNAVAILABLE);
}
