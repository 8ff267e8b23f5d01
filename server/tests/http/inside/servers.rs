//! Servers that note who comes, to which of their addresses and with what words, and answer by a function.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};

/// How long a client may take to say something.
const PATIENCE: Duration = Duration::from_secs(3);

/// Somebody who came.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    /// Which of this machine's addresses was meant.
    pub(crate) ip: IpAddr,
    pub(crate) port: u16,
    /// What was said.
    pub(crate) words: String,
}

/// Answers what was said to an address. It is asked first what to say to somebody who has said nothing yet.
type Speaks = dyn Fn(IpAddr, &[u8]) -> Vec<u8> + Send + Sync;

/// Listens until it is dropped.
#[derive(Default)]
pub(crate) struct Servers {
    visits: Arc<Mutex<Vec<Visit>>>,
    tasks: JoinSet<()>,
}

impl Servers {
    /// Listens at every address of both families.
    pub(crate) async fn everywhere(
        &mut self,
        port: u16,
        speaks: impl Fn(IpAddr, &[u8]) -> Vec<u8> + Send + Sync + 'static,
    ) {
        let everywhere = SocketAddr::from(([0_u16; 8], port));
        let listener = TcpListener::bind(everywhere).await.unwrap();
        let (visits, speaks) = (self.visits.clone(), Arc::new(speaks));
        self.tasks.spawn(async move {
            let mut talks = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                talks.spawn(talk(stream, speaks.clone(), visits.clone()));
                while talks.try_join_next().is_some() {}
            }
        });
    }

    /// Listens everywhere at some ports, and says nothing.
    pub(crate) async fn silent(&mut self, ports: &[u16]) {
        for port in ports {
            self.everywhere(*port, |_, _| Vec::new()).await;
        }
    }

    pub(crate) fn visits(&self) -> MutexGuard<'_, Vec<Visit>> {
        self.visits.lock().unwrap()
    }

    /// Who came to an address.
    pub(crate) fn visits_of(&self, ip: &str) -> Vec<Visit> {
        let ip: IpAddr = ip.parse().unwrap();
        let visits = self.visits();
        visits.iter().filter(|it| it.ip == ip).cloned().collect()
    }
}

async fn talk(mut stream: TcpStream, speaks: Arc<Speaks>, visits: Arc<Mutex<Vec<Visit>>>) {
    let Ok(address) = stream.local_addr() else {
        return;
    };
    let (ip, port) = (address.ip().to_canonical(), address.port());
    let at = {
        let mut visits = visits.lock().unwrap();
        let words = String::new();
        visits.push(Visit { ip, port, words });
        visits.len() - 1
    };
    let greeting = speaks(ip, b"");
    // Whoever has left need not hear it.
    let _ = stream.write_all(&greeting).await;
    let mut words = [0; 4096];
    if let Ok(Ok(length)) = timeout(PATIENCE, stream.read(&mut words)).await
        && length > 0
    {
        let words = &words[..length];
        visits.lock().unwrap()[at].words = String::from_utf8_lossy(words).into_owned();
        let _ = stream.write_all(&speaks(ip, words)).await;
    }
    let _ = stream.shutdown().await;
}

/// The path of a request for a page.
pub(crate) fn asked(words: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(words);
    let path = text.strip_prefix("GET ")?.split(' ').next()?;
    Some(path.to_owned())
}

/// An answer to a request for a page.
pub(crate) fn page(status: &str, headers: &[&str], body: &str) -> Vec<u8> {
    let lines = [headers, &[""]].concat().join("\r\n");
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{lines}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}
