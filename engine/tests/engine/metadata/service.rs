//! A service on loopback that answers as a test says, and remembers what it was asked.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Method and path.
    pub(crate) line: String,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn addresses(&self) -> Vec<String> {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A status, headers and a body.
    Whole(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// A body that ends before its announced length.
    Cut(Vec<u8>),
    /// Nothing, and the connection ends.
    Closed,
    /// Nothing, for as long as somebody waits.
    Hangs,
}

impl Reply {
    pub(crate) fn status(status: u16, body: &str) -> Self {
        Self::Whole(status, Vec::new(), body.into())
    }
}

type Play = dyn Fn(&Asked) -> Reply + Send + Sync;

/// Ends with the test.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    _tasks: JoinSet<()>,
}

impl Service {
    pub(crate) async fn new(play: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let (seen, play) = (
            asked.clone(),
            Arc::<Play>::from(Box::new(play) as Box<Play>),
        );
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.spawn(serve(stream, seen.clone(), play.clone()));
            }
        });
        Self {
            address,
            asked,
            _tasks: tasks,
        }
    }

    /// Answers one after the other; the last one again and again.
    pub(crate) async fn in_turn(replies: Vec<Reply>) -> Self {
        let at = Mutex::new(0);
        Self::new(move |_| {
            let mut at = at.lock().unwrap();
            let reply = replies[(*at).min(replies.len() - 1)].clone();
            *at += 1;
            reply
        })
        .await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Vec<Asked>>>, play: Arc<Play>) {
    let Some(asked) = read(&mut stream).await else {
        return;
    };
    seen.lock().unwrap().push(asked.clone());
    let reply = play(&asked);
    let bytes = match reply {
        Reply::Whole(status, headers, body) => head(status, &headers, body.len(), &body),
        Reply::Cut(body) => head(200, &[], body.len() + 100, &body),
        Reply::Closed => return,
        Reply::Hangs => std::future::pending().await,
    };
    // Whoever has read enough may be gone.
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

fn head(status: u16, headers: &[(&str, String)], length: usize, body: &[u8]) -> Vec<u8> {
    let mut text =
        format!("HTTP/1.1 {status} Said\r\nconnection: close\r\ncontent-length: {length}\r\n");
    for (name, value) in headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    text.push_str("\r\n");
    [text.as_bytes(), body].concat()
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let (mut read, mut part) = (Vec::new(), vec![0; 16 * 1024]);
    loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..end]).into_owned();
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse().ok())?
            });
            let length: usize = length.unwrap_or(0);
            if read.len() >= end + 4 + length {
                let line = head.lines().next()?;
                return Some(Asked {
                    line: line.trim_end_matches(" HTTP/1.1").to_owned(),
                    body: String::from_utf8_lossy(&read[end + 4..]).into_owned(),
                });
            }
        }
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return None,
            Ok(n) => read.extend_from_slice(&part[..n]),
        }
    }
}

/// A time that passes only when somebody rests.
#[derive(Clone, Default)]
pub(crate) struct Leaping(Arc<AtomicI64>);

impl Leaping {
    pub(crate) fn now(&self) -> domain::time::Timestamp {
        domain::time::Timestamp(crate::harness::START.0 + self.0.load(Ordering::SeqCst))
    }

    pub(crate) fn leap(&self, span: Duration) {
        let span = i64::try_from(span.as_millis()).unwrap();
        self.0.fetch_add(span, Ordering::SeqCst);
    }

    pub(crate) fn clock(&self) -> engine::clock::Clock {
        let this = self.clone();
        engine::clock::Clock::from_fn(move || this.now())
    }

    pub(crate) fn pace(&self) -> engine::probe::metadata::Pace {
        let this = self.clone();
        engine::probe::metadata::Pace::of(self.clock(), move |span| {
            let this = this.clone();
            Box::pin(async move {
                // Others come in between, as they would.
                tokio::task::yield_now().await;
                this.leap(span);
            })
        })
    }
}

/// Where the tests' services are.
pub(crate) fn here() -> domain::target::Policy {
    domain::target::Policy {
        allowed: vec!["127.0.0.0/8".parse().unwrap()],
    }
}
