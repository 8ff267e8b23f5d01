//! Receivers of webhooks on loopback: what they were sent, and what they answer.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::Instant,
};

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Status(u16),
    /// A redirect to an address.
    Moved(String),
    /// Nothing, for as long as somebody waits.
    Nothing,
    /// A body without end, as fast as it is read.
    Endless,
}

/// A receiver that ends with the test.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
    answer: Arc<Mutex<Answer>>,
    /// Connections, whether or not they became requests.
    connections: Arc<Mutex<usize>>,
    /// Ended when it is dropped.
    _tasks: JoinSet<()>,
}

impl Receiver {
    pub(crate) async fn new() -> Self {
        Self::at("127.0.0.1:0").await
    }

    pub(crate) async fn at(address: &str) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Vec<Request>>>::default();
        let answer = Arc::new(Mutex::new(Answer::Status(204)));
        let connections = Arc::<Mutex<usize>>::default();
        let (for_seen, for_answer) = (seen.clone(), answer.clone());
        let count = connections.clone();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                *count.lock().unwrap() += 1;
                open.spawn(serve(stream, for_seen.clone(), for_answer.clone()));
            }
        });
        Self {
            address,
            seen,
            answer,
            connections,
            _tasks: tasks,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hooks/secret-path?key=hidden", self.address)
    }

    pub(crate) fn answer(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    /// Waits until it was sent so many.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Request> {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let seen = self.seen();
            if seen.len() >= count {
                return seen;
            }
            assert!(Instant::now() < deadline, "{} of {count} came", seen.len());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Vec<Request>>>, answer: Arc<Mutex<Answer>>) {
    let mut read = Vec::new();
    loop {
        let Some(request) = next(&mut stream, &mut read).await else {
            return;
        };
        seen.lock().unwrap().push(request);
        let answer = answer.lock().unwrap().clone();
        let text = match &answer {
            Answer::Status(status) => {
                format!("HTTP/1.1 {status} Said\r\ncontent-length: 0\r\n\r\n")
            }
            Answer::Moved(to) => {
                format!("HTTP/1.1 307 Moved\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n")
            }
            Answer::Nothing => std::future::pending().await,
            Answer::Endless => "HTTP/1.1 200 OK\r\n\r\n".into(),
        };
        if stream.write_all(text.as_bytes()).await.is_err() {
            return;
        }
        if matches!(answer, Answer::Endless) {
            let junk = vec![b'x'; 16 * 1024];
            while stream.write_all(&junk).await.is_ok() {}
            return;
        }
    }
}

async fn next(stream: &mut TcpStream, read: &mut Vec<u8>) -> Option<Request> {
    let mut part = vec![0; 16 * 1024];
    loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(read[..end].to_vec()).unwrap();
            let mut lines = head.split("\r\n");
            let line = lines.next().unwrap().to_owned();
            let headers: HashMap<String, String> = lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect();
            let length: usize = headers["content-length"].parse().unwrap();
            if read.len() >= end + 4 + length {
                let rest = read.split_off(end + 4 + length);
                let body = String::from_utf8(read[end + 4..].to_vec()).unwrap();
                *read = rest;
                return Some(Request {
                    line,
                    headers,
                    body,
                });
            }
        }
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return None,
            Ok(n) => read.extend_from_slice(&part[..n]),
        }
    }
}
