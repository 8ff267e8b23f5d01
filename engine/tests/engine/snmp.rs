//! SNMP against agents of the test's own: both versions, every level, and agents that say what they should not.

use async_snmp::{
    Agent, AuthProtocol, AuthoritativeEngine, BoxFuture, GetNextResult, GetResult, HandlerResult,
    MibHandler, Oid, PrivProtocol, RequestContext, Value, generate_engine_id, oid,
};
use domain::{
    name::NameAnswer,
    snmp::{SnmpAccess, SnmpAuth, SnmpIdentity, SnmpPrivacy},
};
use engine::probe::names::{Agents, SysName};
use std::{
    fs,
    net::{IpAddr, Ipv4Addr, UdpSocket as StdSocket},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{net::UdpSocket, task::JoinHandle};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Says the same value to whatever is asked.
struct Same(Value);

impl MibHandler for Same {
    fn get<'a>(
        &'a self,
        _: &'a RequestContext,
        _: &'a Oid,
    ) -> BoxFuture<'a, HandlerResult<GetResult>> {
        Box::pin(async { Ok(GetResult::Value(self.0.clone())) })
    }

    fn get_next<'a>(
        &'a self,
        _: &'a RequestContext,
        _: &'a Oid,
    ) -> BoxFuture<'a, HandlerResult<GetNextResult>> {
        Box::pin(async { Ok(GetNextResult::EndOfMibView) })
    }
}

/// An agent or something like it on the loopback. Ends when it is dropped.
pub(crate) struct Running {
    pub(crate) port: u16,
    task: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn spawn(port: u16, work: impl Future<Output = ()> + Send + 'static) -> Running {
    #[expect(clippy::disallowed_methods, reason = "aborted with what it runs")]
    let task = tokio::spawn(work);
    Running { port, task }
}

/// Knows the community `public` and users of every level.
async fn agent(value: Value) -> Running {
    agent_of("public", value).await
}

/// Knows this community and users of every level.
pub(crate) async fn agent_of(community: &str, value: Value) -> Running {
    let engine = AuthoritativeEngine::install(generate_engine_id().unwrap(), |_| {
        Ok::<(), std::io::Error>(())
    })
    .unwrap();
    let agent = Agent::builder()
        .bind("127.0.0.1:0")
        .community(community.as_bytes())
        .authoritative_engine(engine)
        .usm_user("open", Ok)
        .unwrap()
        .usm_user("proved", |user| user.auth(AuthProtocol::Sha1, "password-1"))
        .unwrap()
        .usm_user("hidden", |user| {
            let (auth, privacy) = (AuthProtocol::Sha256, PrivProtocol::Aes128);
            user.auth_priv(auth, "password-1", privacy, "password-2")
        })
        .unwrap()
        .handler(oid!(1, 3, 6), Arc::new(Same(value)))
        .without_builtin_handlers()
        .allow_all_access()
        .build()
        .await
        .unwrap();
    let port = agent.local_addr().port();
    spawn(port, async move {
        let _ = agent.run().await;
    })
}

pub(crate) fn text(value: &[u8]) -> Value {
    Value::OctetString(value.to_vec().into())
}

fn community(port: u16, community: &str) -> SnmpAccess {
    SnmpAccess {
        port,
        identity: SnmpIdentity::Community(community.into()),
    }
}

fn user(
    port: u16,
    name: &str,
    auth: Option<(SnmpAuth, &str)>,
    privacy: Option<(SnmpPrivacy, &str)>,
) -> SnmpAccess {
    SnmpAccess {
        port,
        identity: SnmpIdentity::User {
            name: name.into(),
            auth: auth.map(|(auth, password)| (auth, password.into())),
            privacy: privacy.map(|(privacy, password)| (privacy, password.into())),
        },
    }
}

async fn ask(access: SnmpAccess) -> NameAnswer {
    Agents::default().sys_name(HERE, access).await
}

fn switch() -> NameAnswer {
    NameAnswer::Name("core-switch".parse().unwrap())
}

fn failed(why: &str) -> NameAnswer {
    NameAnswer::Failed(why.into())
}

#[tokio::test]
async fn both_versions_and_every_level_are_answered() {
    let agent = agent(text(b"core-switch")).await;
    let port = agent.port;
    let (proof, cover) = (SnmpAuth::Sha256, SnmpPrivacy::Aes128);
    for access in [
        community(port, "public"),
        user(port, "open", None, None),
        user(port, "proved", Some((SnmpAuth::Sha1, "password-1")), None),
        user(
            port,
            "hidden",
            Some((proof, "password-1")),
            Some((cover, "password-2")),
        ),
    ] {
        assert_eq!(ask(access).await, switch());
    }
    // Who asks twice knows the agent already.
    let agents = Agents::default();
    let proved = || user(port, "proved", Some((SnmpAuth::Sha1, "password-1")), None);
    assert_eq!(agents.sys_name(HERE, proved()).await, switch());
    assert_eq!(agents.sys_name(HERE, proved()).await, switch());
}

#[tokio::test]
async fn nobody_is_named_by_wrong_credentials() {
    let agent = agent(text(b"core-switch")).await;
    let port = agent.port;
    // What an agent says of a wrong password can't be proved to come from it, so it may be heard or not.
    for wrong in [
        user(port, "proved", Some((SnmpAuth::Sha1, "password-3")), None),
        user(port, "nobody", None, None),
    ] {
        let answer = ask(wrong).await;
        assert!(matches!(answer, NameAnswer::Failed(_)), "{answer:?}");
    }
    assert_eq!(ask(community(port, "private")).await, failed("no answer"));
}

#[tokio::test]
async fn what_is_no_host_name_is_none() {
    for value in [
        text(b""),
        text(b"HP LaserJet (lobby)"),
        text(b"evil\x1b[31m"),
        text("pay\u{202e}load".as_bytes()),
        text(&[0xff, 0xfe]),
        text(&[b'a'; 5_000]),
        Value::Integer(7),
        Value::NoSuchObject,
        Value::Null,
    ] {
        let words = format!("{value:?}");
        let agent = agent(value).await;
        let answer = ask(community(agent.port, "public")).await;
        assert!(
            !matches!(answer, NameAnswer::Name(_)),
            "{words}: {answer:?}"
        );
    }
    let agent = agent(text(b"core-switch\0\0")).await;
    assert_eq!(ask(community(agent.port, "public")).await, switch());
}

#[tokio::test]
async fn silence_and_noise_end_in_time() {
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let begun = Instant::now();
    assert_eq!(ask(community(port, "public")).await, failed("no answer"));
    assert!(
        begun.elapsed() < Duration::from_secs(9),
        "two times two seconds"
    );
    let noise = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = noise.local_addr().unwrap().port();
    let noise = spawn(port, async move {
        let mut buffer = [0; 1500];
        while let Ok((length, client)) = noise.recv_from(&mut buffer).await {
            // The request itself, then one that is cut, then one whose lengths are wrong.
            let mut wrong = buffer[..length].to_vec();
            wrong.fill(0xff);
            for bytes in [&buffer[..length], &buffer[..length / 2], &wrong, &[]] {
                let _ = noise.send_to(bytes, client).await;
            }
        }
    });
    let answer = ask(community(noise.port, "public")).await;
    assert!(matches!(answer, NameAnswer::Failed(_)), "{answer:?}");
}

/// Net-SNMP's agent, which ends when it is dropped.
struct NetSnmp(Child);

impl Drop for NetSnmp {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The agent that most machines have, where it is installed.
#[tokio::test]
async fn net_snmp_answers_both_versions() {
    let program = "/usr/sbin/snmpd";
    if !fs::exists(program).unwrap_or(false) {
        println!("skipped: snmpd is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("agent.conf");
    // Free again at the end of the line.
    let port = StdSocket::bind("127.0.0.1:0").map(|it| it.local_addr());
    let port = port.unwrap().unwrap().port();
    let settings = "rocommunity public 127.0.0.1\nsysName core-switch\n\
        createUser hidden SHA-256 password-1 AES password-2\nrouser hidden priv\n";
    fs::write(&file, settings).unwrap();
    let child = Command::new(program)
        .args(["-f", "-C", "-LE", "7", "-c"])
        .arg(&file)
        .arg(format!("udp:127.0.0.1:{port}"))
        .env("SNMP_PERSISTENT_DIR", folder.path().join("state"))
        .env("MIBS", "")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _agent = NetSnmp(child);
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let answer = ask(community(port, "public")).await;
        if answer == switch() {
            break;
        }
        assert!(Instant::now() < deadline, "{answer:?}");
        tokio::task::yield_now().await;
    }
    let hidden = user(
        port,
        "hidden",
        Some((SnmpAuth::Sha256, "password-1")),
        Some((SnmpPrivacy::Aes128, "password-2")),
    );
    assert_eq!(ask(hidden).await, switch());
}
