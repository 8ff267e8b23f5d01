//! Connections of a close look, and what a server says when somebody comes.

use super::banner;
use crate::probe::connect::socket::{self, Begun};
use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    net::TcpStream,
    time::timeout,
};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(2);
/// How long a server may take to say the first word.
const WORD: Duration = Duration::from_millis(800);

/// What came of a connection.
pub(super) enum Answer {
    /// It stands, after so long.
    Open(TcpStream, Duration),
    /// It was refused.
    Refused,
    /// Nothing came back.
    Silent,
    /// It could not be tried, and why.
    Impossible(String),
}

/// Connects to a port. What this machine refuses itself is told at once, without waiting for news of it.
pub(super) async fn connect(ip: IpAddr, port: u16) -> Answer {
    let begun = Instant::now();
    let stream = match socket::begin(ip, port) {
        Ok(Begun::Answered(answer)) => return refused(answer),
        Ok(Begun::Pending(stream)) => stream,
        Err(error) => return Answer::Impossible(error.to_string()),
    };
    let ready = match timeout(CONNECT, stream.writable()).await {
        Err(_) => return Answer::Silent,
        Ok(ready) => ready.and_then(|()| stream.take_error()),
    };
    match ready {
        Ok(None) if stream.local_addr().ok() == Some(SocketAddr::new(ip, port)) => Answer::Refused,
        Ok(None) => Answer::Open(stream, begun.elapsed()),
        Ok(Some(error)) | Err(error) => match socket::judge(&error) {
            Ok(answer) => refused(answer),
            Err(error) => Answer::Impossible(error.to_string()),
        },
    }
}

/// An answer that brought no connection.
fn refused(answer: socket::Answer) -> Answer {
    match answer {
        socket::Answer::Closed => Answer::Refused,
        socket::Answer::Open | socket::Answer::Silent => Answer::Silent,
        socket::Answer::Unreachable(errno) => {
            Answer::Impossible(io::Error::from(errno).to_string())
        }
    }
}

/// The first words of a server that speaks first.
pub(super) async fn listen(stream: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
    let mut words = vec![0; banner::LONGEST];
    let mut length = 0;
    let read = async {
        while length < words.len() {
            match stream.read(&mut words[length..]).await {
                Ok(0) | Err(_) => break,
                Ok(more) => length += more,
            }
            if words[..length].contains(&b'\n') {
                break;
            }
        }
    };
    // Whatever was said until then.
    let _ = timeout(WORD, read).await;
    words.truncate(length);
    words
}
