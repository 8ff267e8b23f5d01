//! A model's server on loopback that follows a script and remembers what it was asked.

use serde_json::{Value, json};
use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Value,
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) enum Says {
    /// A status and a body.
    Text(u16, String),
    /// The same with one more header.
    With(u16, &'static str, String),
    /// Nothing, for as long as somebody waits.
    Nothing,
    /// Half a body.
    Half,
}

impl Says {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::Text(status, body.to_string())
    }

    /// Gemini's answer with a text.
    pub(crate) fn gemini(text: &str) -> Self {
        Self::json(
            200,
            &json!({
                "candidates": [{
                    "content": {"role": "model", "parts": [{"text": "let me think", "thought": true}, {"text": text}]},
                    "finishReason": "STOP",
                }],
                "modelVersion": "gemini-3.5-flash-lite-001",
            }),
        )
    }

    /// The answer of chat completions with a text.
    pub(crate) fn chat(text: &str) -> Self {
        Self::json(
            200,
            &json!({
                "model": "llama3.2:3b",
                "choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
            }),
        )
    }
}

/// The answer that is always right.
pub(crate) fn words(summary: &str) -> String {
    json!({"summary": summary, "recommendation": "Put it behind a VPN."}).to_string()
}

/// A server that ends with the test.
pub(crate) struct Model {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    /// Ended when it is dropped.
    _tasks: JoinSet<()>,
}

impl Model {
    /// Follows the script, and says its last line again and again.
    pub(crate) async fn new(script: Vec<Says>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let script = Arc::new(Mutex::new(VecDeque::from(script)));
        let for_asked = asked.clone();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(serve(stream, for_asked.clone(), script.clone()));
            }
        });
        Self {
            address,
            asked,
            _tasks: tasks,
        }
    }

    pub(crate) fn url(&self) -> url::Url {
        format!("http://{}", self.address).parse().unwrap()
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    asked: Arc<Mutex<Vec<Asked>>>,
    script: Arc<Mutex<VecDeque<Says>>>,
) {
    while let Some(request) = next(&mut stream).await {
        asked.lock().unwrap().push(request);
        let says = {
            let mut script = script.lock().unwrap();
            let first = script.pop_front().unwrap();
            if script.is_empty() {
                script.push_back(first.clone());
            }
            first
        };
        let text = match says {
            Says::Text(status, body) => said(status, "x-said: yes", &body),
            Says::With(status, header, body) => said(status, header, &body),
            Says::Nothing => std::future::pending().await,
            Says::Half => {
                let text = "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"candidates\": [";
                let _ = stream.write_all(text.as_bytes()).await;
                return;
            }
        };
        if stream.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn said(status: u16, header: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} Said\r\n{header}\r\ncontent-length: {length}\r\n\r\n{body}")
}

async fn next(stream: &mut TcpStream) -> Option<Asked> {
    let mut read = Vec::new();
    let mut part = vec![0; 16 * 1024];
    loop {
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return None,
            Ok(n) => read.extend_from_slice(&part[..n]),
        }
        let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8(read[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let line = lines.next().unwrap().to_owned();
        let headers: HashMap<String, String> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length: usize = headers["content-length"].parse().unwrap();
        if read.len() == end + 4 + length {
            return Some(Asked {
                line,
                headers,
                body: serde_json::from_slice(&read[end + 4..]).unwrap(),
            });
        }
    }
}
