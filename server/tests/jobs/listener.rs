//! A web server on loopback that counts how often each path was asked for, and answers by leave.

use std::{
    collections::HashMap,
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// Apart from where servers of this machine usually listen.
const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 77, 0, 1);

/// What its threads share.
#[derive(Default)]
struct State {
    counts: Mutex<HashMap<String, u32>>,
    /// Answers that may be given.
    leave: Mutex<usize>,
    more: Condvar,
}

/// Listens until it is dropped.
pub(crate) struct Listener {
    address: SocketAddr,
    state: Arc<State>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((ADDRESS, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (state, ends) = (Arc::<State>::default(), Arc::new(AtomicBool::new(false)));
        let (for_threads, is_over) = (state.clone(), ends.clone());
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
                if let Ok(stream) = stream {
                    let state = for_threads.clone();
                    thread::spawn(move || drop(answer(stream, &state)));
                }
            }
        });
        Self {
            address,
            state,
            ends,
            thread: Some(thread),
        }
    }

    /// A target of its own.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Lets so many more be answered.
    pub(crate) fn permit(&self, more: usize) {
        *self.state.leave.lock().unwrap() += more;
        self.state.more.notify_all();
    }

    /// How often each path was asked for.
    pub(crate) fn counts(&self) -> HashMap<String, u32> {
        self.state.counts.lock().unwrap().clone()
    }

    /// How many paths were asked for.
    pub(crate) fn seen(&self) -> usize {
        self.state.counts.lock().unwrap().len()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        self.permit(10_000);
        // Wakes it.
        drop(TcpStream::connect(self.address));
        let _ = self.thread.take().unwrap().join();
    }
}

fn answer(mut stream: TcpStream, state: &State) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut read = Vec::new();
    let mut part = [0; 4096];
    while !read.windows(4).any(|four| four == b"\r\n\r\n") {
        let more = stream.read(&mut part)?;
        if more == 0 {
            return Ok(());
        }
        read.extend_from_slice(&part[..more]);
    }
    let text = String::from_utf8_lossy(&read);
    let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
    // Counted before it is answered: whatever is finished was counted.
    *state.counts.lock().unwrap().entry(path).or_default() += 1;
    let leave = state.leave.lock().unwrap();
    let mut leave = state.more.wait_while(leave, |leave| *leave == 0).unwrap();
    *leave -= 1;
    drop(leave);
    stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi")
}
