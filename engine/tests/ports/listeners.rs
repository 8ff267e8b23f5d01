//! Listeners on the loopback that talk like servers do, at ports that the kernel chooses.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::{Domain, Socket, Type};

/// Of `CN=rollcall.test`, made for this by `openssl req -x509 -newkey ec -nodes`; nobody trusts it.
const CERTIFICATE: &[u8] = include_bytes!("../fixtures/tls/certificate.der");
const KEY: &[u8] = include_bytes!("../fixtures/tls/key.der");
/// How long a client that says nothing is listened to.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a listener says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Talk {
    /// Answers requests as nginx does.
    Http,
    /// The same over TLS.
    HttpOverTls,
    /// Leads to a closed port without TLS, over TLS.
    LeadsToCleartext,
    /// Greets as OpenSSH does.
    Ssh,
}

/// Listens until it is dropped.
pub(crate) struct Listener {
    address: SocketAddr,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    pub(crate) fn start(ip: IpAddr, talk: Talk) -> Self {
        let listener = TcpListener::bind((ip, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let ends = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&ends);
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
                // A client that resets its connection is the purpose of all this.
                if let Ok(stream) = stream {
                    thread::spawn(move || drop(speak(stream, talk)));
                }
            }
        });
        Self {
            address,
            ends,
            thread: Some(thread),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        // Wakes it; the port is closed when the thread has ended.
        drop(TcpStream::connect(self.address));
        self.thread.take().unwrap().join().unwrap();
    }
}

fn speak(mut stream: TcpStream, talk: Talk) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    match talk {
        Talk::Http => answer(&mut stream, OK),
        Talk::HttpOverTls | Talk::LeadsToCleartext => {
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let config = ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(
                    vec![CertificateDer::from(CERTIFICATE)],
                    PrivateKeyDer::try_from(KEY).unwrap(),
                );
            let connection = ServerConnection::new(Arc::new(config.unwrap())).unwrap();
            let page = match talk {
                Talk::LeadsToCleartext => MOVED,
                _ => OK,
            };
            answer(&mut StreamOwned::new(connection, stream), page)
        }
        Talk::Ssh => {
            stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n")?;
            loop {
                match stream.read(&mut [0; 1_024]) {
                    Ok(0) => return Ok(()),
                    Ok(_) => {}
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
}

const OK: &[u8] =
    b"HTTP/1.1 200 OK\r\nServer: nginx/1.24.0\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\
                    Connection: close\r\n\r\nok";
const MOVED: &[u8] =
    b"HTTP/1.1 301 Moved Permanently\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\
                       Connection: close\r\n\r\n";

fn answer(stream: &mut (impl Read + Write), page: &[u8]) -> std::io::Result<()> {
    let mut request = [0; 4_096];
    if stream.read(&mut request)? > 0 {
        stream.write_all(page)?;
        stream.flush()?;
    }
    Ok(())
}

/// A port that nobody listens at: the kernel has just given it away, and takes others first.
pub(crate) fn closed_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// A port that answers nothing: its listener accepts nobody, and the kernel drops what does not fit into its queue.
pub(crate) struct Silent {
    port: u16,
    _listener: Socket,
    _waiting: Vec<TcpStream>,
}

impl Silent {
    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

pub(crate) fn silent_port() -> Silent {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    listener.bind(&any.into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    // The queue has room for one.
    let waiting = vec![TcpStream::connect(address).unwrap()];
    let full = TcpStream::connect_timeout(&address, Duration::from_millis(300));
    assert_eq!(full.unwrap_err().kind(), ErrorKind::TimedOut);
    Silent {
        port: address.port(),
        _listener: listener,
        _waiting: waiting,
    }
}
