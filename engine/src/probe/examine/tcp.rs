//! Connections of a close look, and what a server says when somebody comes.

use super::banner;
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

/// Connects to a port.
pub(super) async fn connect(ip: IpAddr, port: u16) -> Answer {
    let begun = Instant::now();
    let address = SocketAddr::new(ip, port);
    match timeout(CONNECT, TcpStream::connect(address)).await {
        Err(_) => Answer::Silent,
        Ok(Ok(stream)) if stream.local_addr().ok() == Some(address) => Answer::Refused,
        Ok(Ok(stream)) => Answer::Open(stream, begun.elapsed()),
        Ok(Err(error)) => match error.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => Answer::Refused,
            io::ErrorKind::TimedOut => Answer::Silent,
            _ => Answer::Impossible(error.to_string()),
        },
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
