//! A name server that answers by a function, and counts what it was asked.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
};
use tokio::{net::UdpSocket, task::JoinSet};

pub(crate) const SERVER_FAILED: u8 = 2;
pub(crate) const NO_SUCH_NAME: u8 = 3;
const A: u16 = 1;
const AAAA: u16 = 28;
const CNAME: u16 = 5;

/// What is said to a question.
pub(crate) enum Says {
    /// These addresses, as far as their family was asked for.
    Addresses(Vec<IpAddr>),
    /// Another name, which has these addresses.
    Alias(&'static str, Vec<IpAddr>),
    /// This code and nothing else.
    Code(u8),
    Nothing,
}

/// These addresses.
pub(crate) fn at(addresses: &[&str]) -> Says {
    Says::Addresses(addresses.iter().map(|text| text.parse().unwrap()).collect())
}

/// How often a name was asked for its IPv4 and for its IPv6 addresses.
type Asked = HashMap<(String, u16), usize>;

/// Ends when it is dropped.
pub(crate) struct Dns {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Asked>>,
    _task: JoinSet<()>,
}

impl Dns {
    /// `says` is told a name and how often the same was asked before.
    pub(crate) async fn start(says: impl Fn(&str, usize) -> Says + Send + 'static) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let asked = Arc::<Mutex<Asked>>::default();
        let counts = asked.clone();
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut question = [0; 1500];
            loop {
                let (length, client) = socket.recv_from(&mut question).await.unwrap();
                let question = &question[..length];
                let Some((name, kind, end)) = read(question) else {
                    continue;
                };
                let before = {
                    let mut counts = counts.lock().unwrap();
                    let count = counts.entry((name.clone(), kind)).or_default();
                    *count += 1;
                    *count - 1
                };
                if let Some(answer) = answer(question, end, kind, says(&name, before)) {
                    socket.send_to(&answer, client).await.unwrap();
                }
            }
        });
        Self {
            address,
            asked,
            _task: task,
        }
    }

    /// How often the IPv4 and the IPv6 addresses of a name were asked for.
    pub(crate) fn asked(&self, name: &str) -> [usize; 2] {
        let asked = self.asked.lock().unwrap();
        [A, AAAA].map(|kind| asked.get(&(name.to_owned(), kind)).copied().unwrap_or(0))
    }
}

/// The name, the type, and where the question ends.
fn read(bytes: &[u8]) -> Option<(String, u16, usize)> {
    let (mut labels, mut at) = (Vec::new(), 12);
    while let length @ 1.. = usize::from(*bytes.get(at)?) {
        let label = bytes.get(at + 1..at + 1 + length)?;
        labels.push(String::from_utf8_lossy(label).to_lowercase());
        at += 1 + length;
    }
    let kind = u16::from_be_bytes([*bytes.get(at + 1)?, *bytes.get(at + 2)?]);
    Some((labels.join("."), kind, at + 5))
}

fn answer(question: &[u8], end: usize, kind: u16, says: Says) -> Option<Vec<u8>> {
    // Each as its owner, its type and its value.
    let mut records: Vec<(Vec<u8>, u16, Vec<u8>)> = Vec::new();
    let own = || vec![0xc0, 12];
    let of_kind = |owner: &[u8], addresses: Vec<IpAddr>| {
        let owned = |value: Vec<u8>| (owner.to_vec(), kind, value);
        let values = addresses.into_iter().filter_map(|ip| match (ip, kind) {
            (IpAddr::V4(ip), A) => Some(ip.octets().to_vec()),
            (IpAddr::V6(ip), AAAA) => Some(ip.octets().to_vec()),
            _ => None,
        });
        values.map(owned).collect::<Vec<_>>()
    };
    let code = match says {
        Says::Nothing => return None,
        Says::Code(code) => code,
        Says::Addresses(addresses) => {
            records = of_kind(&own(), addresses);
            0
        }
        Says::Alias(name, addresses) => {
            let mut wire = Vec::new();
            for label in name.split('.') {
                wire.push(u8::try_from(label.len()).unwrap());
                wire.extend(label.bytes());
            }
            wire.push(0);
            records.push((own(), CNAME, wire.clone()));
            records.extend(of_kind(&wire, addresses));
            0
        }
    };
    let mut bytes = question[..2].to_vec();
    let count = u8::try_from(records.len()).unwrap();
    bytes.extend([0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0]);
    bytes.extend(&question[12..end]);
    for (owner, kind, value) in records {
        bytes.extend(owner);
        bytes.extend(kind.to_be_bytes());
        // Of the internet, and not to be remembered.
        bytes.extend([0, 1, 0, 0, 0, 0]);
        bytes.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
        bytes.extend(value);
    }
    Some(bytes)
}
