//! Reverse DNS against a server of the test's own: what it may say, and what nobody should.

use domain::name::NameAnswer;
use engine::probe::names::{DnsServers, Resolver, ReverseDns};
use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{net::UdpSocket, task::JoinHandle};

const NO_ERROR: u8 = 0;
const SERVER_FAILED: u8 = 2;
const NO_SUCH_NAME: u8 = 3;
const PTR: u16 = 12;
const CNAME: u16 = 5;

/// What the server says to a question.
#[derive(Clone)]
enum Says {
    /// This code, and a record per type, owner and value; owner and value are in wire format.
    Records(u8, Vec<(u16, Vec<u8>, Vec<u8>)>),
    /// Nothing at all.
    Nothing,
    /// Bytes that are no message.
    Noise,
}

/// A name server on the loopback that says the same to everybody. Ends when it is dropped.
struct Server {
    address: String,
    questions: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    async fn start(says: Says) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap().to_string();
        let questions = Arc::<AtomicUsize>::default();
        let count = questions.clone();
        let task = async move {
            let mut buffer = [0; 1500];
            loop {
                let Ok((length, client)) = socket.recv_from(&mut buffer).await else {
                    return;
                };
                count.fetch_add(1, Ordering::SeqCst);
                if let Some(answer) = answer(&buffer[..length], &says) {
                    let _ = socket.send_to(&answer, client).await;
                }
            }
        };
        #[expect(clippy::disallowed_methods, reason = "aborted with the server")]
        let task = tokio::spawn(task);
        Self {
            address,
            questions,
            task,
        }
    }

    fn resolver(&self) -> Resolver {
        let servers: DnsServers = self.address.parse().unwrap();
        Resolver::new(servers)
    }

    fn asked(&self) -> usize {
        self.questions.load(Ordering::SeqCst)
    }
}

fn answer(question: &[u8], says: &Says) -> Option<Vec<u8>> {
    let (code, records) = match says {
        Says::Nothing => return None,
        Says::Noise => return Some(vec![0xff; 40]),
        Says::Records(code, records) => (*code, records),
    };
    // The question ends with the root's empty label, a type and a class.
    let end = 12 + question[12..].iter().position(|byte| *byte == 0)? + 5;
    let mut bytes = question[..2].to_vec();
    bytes.extend([
        0x81,
        0x80 | code,
        0,
        1,
        0,
        u8::try_from(records.len()).ok()?,
    ]);
    bytes.extend([0, 0, 0, 0]);
    bytes.extend(&question[12..end]);
    for (kind, owner, value) in records {
        bytes.extend(owner);
        bytes.extend(kind.to_be_bytes());
        bytes.extend([0, 1, 0, 0, 0, 60]);
        bytes.extend(u16::try_from(value.len()).ok()?.to_be_bytes());
        bytes.extend(value);
    }
    Some(bytes)
}

/// A name in wire format, of labels whatever is in them.
fn wire(labels: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in labels {
        bytes.push(u8::try_from(label.len()).unwrap());
        bytes.extend(*label);
    }
    bytes.push(0);
    bytes
}

/// The name that was asked for, by a pointer to it.
fn asked_name() -> Vec<u8> {
    vec![0xc0, 12]
}

fn points_to(labels: &[&[u8]]) -> Says {
    Says::Records(NO_ERROR, vec![(PTR, asked_name(), wire(labels))])
}

fn ip() -> IpAddr {
    "10.0.0.7".parse().unwrap()
}

fn is_failure(answer: &NameAnswer) -> bool {
    matches!(answer, NameAnswer::Failed(_))
}

#[tokio::test]
async fn a_name_is_found_for_both_families_and_remembered() {
    let server = Server::start(points_to(&[b"NAS-01", b"lan"])).await;
    let resolver = server.resolver();
    let name = NameAnswer::Name("nas-01.lan".parse().unwrap());
    assert_eq!(resolver.name_of(ip()).await, name);
    assert_eq!(resolver.name_of(ip()).await, name);
    assert_eq!(server.asked(), 1, "the second answer was remembered");
    let v6 = "fd00::7".parse().unwrap();
    assert_eq!(resolver.name_of(v6).await, name);
}

#[tokio::test]
async fn that_there_is_no_name_is_an_answer_and_remembered() {
    for code in [NO_SUCH_NAME, NO_ERROR] {
        let server = Server::start(Says::Records(code, vec![])).await;
        let resolver = server.resolver();
        for _ in 0..12 {
            assert_eq!(resolver.name_of(ip()).await, NameAnswer::Nameless);
        }
        let first = server.asked();
        assert!(first <= 2, "{first} questions");
        assert_eq!(resolver.trouble(), None);
    }
}

#[tokio::test]
async fn a_failure_is_no_answer() {
    for says in [Says::Records(SERVER_FAILED, vec![]), Says::Noise] {
        tokio::time::pause();
        let server = Server::start(says).await;
        let answer = server.resolver().name_of(ip()).await;
        assert!(is_failure(&answer), "{answer:?}");
        tokio::time::resume();
    }
}

#[tokio::test]
async fn servers_that_refuse_do_answer() {
    const REFUSED: u8 = 5;
    for code in [SERVER_FAILED, REFUSED] {
        tokio::time::pause();
        let server = Server::start(Says::Records(code, vec![])).await;
        let resolver = server.resolver();
        for last in 1..=12 {
            let answer = resolver.name_of(IpAddr::from([10, 0, 0, last])).await;
            assert!(is_failure(&answer), "{answer:?}");
        }
        assert_eq!(resolver.trouble(), None, "code {code}");
        tokio::time::resume();
    }
}

#[tokio::test]
async fn hostile_names_are_no_names() {
    let long = [b'a'; 63];
    for labels in [
        &[b"evil\x1b[31m".as_slice(), b"lan"] as &[&[u8]],
        &[b"pay\xe2\x80\xaeload", b"lan"],
        &[b"<script>", b"lan"],
        &[b"a b", b"lan"],
        &[b"a.b", b"lan"],
        &[b"\0", b"lan"],
        &[b"-", b"lan"],
        &[b"10", b"0", b"0", b"7"],
        &[&long, &long, &long, &long[..62], b"x"],
        &[],
    ] {
        let server = Server::start(points_to(labels)).await;
        let answer = server.resolver().name_of(ip()).await;
        let is_name = matches!(answer, NameAnswer::Name(_));
        assert!(!is_name, "{labels:?}: {answer:?}");
    }
}

#[tokio::test]
async fn aliases_that_lead_in_a_circle_end() {
    let other = wire(&[b"other", b"lan"]);
    let circle = vec![
        (CNAME, asked_name(), other.clone()),
        (CNAME, other, asked_name()),
    ];
    let server = Server::start(Says::Records(NO_ERROR, circle)).await;
    let resolver = server.resolver();
    let looking = tokio::time::timeout(Duration::from_secs(20), resolver.name_of(ip()));
    let answer = looking.await.expect("it ends");
    assert!(!matches!(answer, NameAnswer::Name(_)), "{answer:?}");
}

#[tokio::test]
async fn an_alias_leads_to_the_name() {
    let other = wire(&[b"7", b"0-15", b"0", b"0", b"10", b"in-addr", b"arpa"]);
    let chain = vec![
        (CNAME, asked_name(), other.clone()),
        (PTR, other, wire(&[b"nas", b"lan"])),
    ];
    let server = Server::start(Says::Records(NO_ERROR, chain)).await;
    assert_eq!(
        server.resolver().name_of(ip()).await,
        NameAnswer::Name("nas.lan".parse().unwrap()),
        "RFC 2317 delegates so"
    );
}

#[tokio::test]
async fn of_several_names_it_is_always_the_same() {
    let names = [[b"c".as_slice(), b"lan"], [b"a", b"lan"], [b"b", b"lan"]];
    let records = names.map(|labels| (PTR, asked_name(), wire(&labels)));
    let server = Server::start(Says::Records(NO_ERROR, records.to_vec())).await;
    assert_eq!(
        server.resolver().name_of(ip()).await,
        NameAnswer::Name("a.lan".parse().unwrap())
    );
}

#[tokio::test]
async fn servers_that_never_answer_are_left_alone_for_a_minute() {
    // The clock runs ahead whenever everybody waits: what takes seconds takes no time here.
    tokio::time::pause();
    let server = Server::start(Says::Nothing).await;
    let resolver = server.resolver();
    let begun = tokio::time::Instant::now();
    assert!(is_failure(&resolver.name_of(ip()).await));
    assert!(
        begun.elapsed() <= Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
    for last in 8..17 {
        assert_eq!(resolver.trouble(), None);
        let ip = IpAddr::from([10, 0, 0, last]);
        assert!(is_failure(&resolver.name_of(ip).await));
    }
    let words = resolver.trouble().unwrap();
    assert!(words.contains("do not answer"), "{words}");
    let asked = server.asked();
    assert_eq!(resolver.name_of(ip()).await, NameAnswer::LeftAlone);
    assert_eq!(server.asked(), asked, "nobody is asked meanwhile");
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(resolver.trouble(), None);
    assert!(is_failure(&resolver.name_of(ip()).await));
    assert!(server.asked() > asked && resolver.trouble().is_some());
}

#[tokio::test]
async fn no_more_than_32_questions_are_open_at_once() {
    let server = Server::start(Says::Nothing).await;
    let resolver = server.resolver();
    let asking = futures::future::join_all(
        (0..200_u8).map(|last| resolver.name_of(IpAddr::from([10, 0, 1, last]))),
    );
    let full = async {
        while server.asked() < 32 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = asking => panic!("nobody answers"),
        full = tokio::time::timeout(Duration::from_secs(10), full) => full.unwrap(),
    }
    // Each may have been repeated once, but nobody of the other 168 had a turn.
    assert!(server.asked() <= 64, "{}", server.asked());
}

#[test]
fn servers_are_read_strictly() {
    for (text, words) in [
        ("", "the system's"),
        ("10.0.0.1", "10.0.0.1:53"),
        (
            " 10.0.0.1:5353 , fd00::1,[::1]:54",
            "10.0.0.1:5353, [fd00::1]:53, [::1]:54",
        ),
    ] {
        assert_eq!(text.parse::<DnsServers>().unwrap().to_string(), words);
    }
    for text in [
        "dns.lan",
        "10.0.0.1:0",
        "10.0.0.1;10.0.0.2",
        "10.0.0.300",
        ",",
        "0.0.0.0",
    ] {
        assert!(text.parse::<DnsServers>().is_err(), "{text}");
    }
}
