//! Every way to write this machine, a network around it or a cloud's secrets, and none of them is connected to.

use super::receiver::Receiver;
use crate::harness::{Lab, console};
use domain::{target::Policy, webhook::NewWebhook};
use engine::{
    Error, ops,
    probe::post::{Post, Poster},
};
use std::process::Command;

/// Where the child finds the port of the canary.
const PORT: &str = "ROLLCALL_TEST_CANARY";

/// Hosts of URLs; the browser's rules make addresses of them, or the resolver does.
const HOSTS: &str = "
127.0.0.1 127.0.0.1. 127.1 127.0.1 127.000.000.001 0177.0.0.1 0177.0.0.01 0x7f.0.0.1 0x7f.1 0X7F.0x0.0x0.0x1 2130706433
0x7f000001 0x7F000001 017700000001 017700000001. 127.0.0.2 127.127.127.127 127.255.255.254 127.0.65535 127.16777214
%31%32%37.0.0.1 127%2e0%2e0%2e1 １２７.0.0.1 127。0。0。1 127．0．0．1 ①②⑦.0.0.1 localhost LOCALHOST localhost. loc%61lhost
0 0.0.0.0 0x0 00 0.0 0.1.2.3 000.000.000.000
[::1] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:7f00:0001]
[0:0:0:0:0:ffff:127.0.0.1] [::127.0.0.1] [::7f00:1] [::] [::0] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::7f00:1]
[2002:7f00:1::] [2002:7f00:1::1] [::ffff:0:127.0.0.1] [2001:0:7f00:1::f7f7:f7f7] [2001:0:808:808::80ff:fffe]
[2a00:1450::5efe:127.0.0.1] [::ffff:0.0.0.0]
169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518 [::ffff:169.254.169.254] [::ffff:a9fe:a9fe]
[fd00:ec2::254] [64:ff9b::a9fe:a9fe] [2002:a9fe:a9fe::] 100.100.100.200 168.63.129.16
10.0.0.1 167772161 0xa000001 012.0.0.1 192.168.0.1 3232235521 172.16.0.1 100.64.0.1 [fe80::1] [fc00::1] [fd12:3456:789a::1] [fec0::1]
[::ffff:10.0.0.1] [64:ff9b::10.0.0.1] [2002:a00:1::] 224.0.0.1 255.255.255.255 240.0.0.1 [ff02::1] [2001:db8::1]
";

fn urls(port: &str) -> Vec<String> {
    let hosts = HOSTS.split_whitespace();
    let mut urls: Vec<String> = hosts.map(|host| format!("http://{host}:{port}/")).collect();
    urls.extend([
        format!("http:127.0.0.1:{port}/"),
        format!("http:\\\\127.0.0.1:{port}\\"),
        format!("http://\t127.0.0.1\n:{port}/"),
        format!("http://user@127.0.0.1:{port}/"),
        format!("http://example.org@127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}#@example.org/"),
        format!("http://127.0.0.1:{port}\\@example.org/"),
        format!("gopher://127.0.0.1:{port}/"),
        format!("file://127.0.0.1:{port}/etc/passwd"),
        format!("ftp://127.0.0.1:{port}/"),
    ]);
    urls
}

fn post(url: &str) -> Post {
    Post {
        url: url.into(),
        media_type: "application/json",
        headers: Vec::new(),
        body: "{}".into(),
    }
}

#[tokio::test]
async fn no_spelling_of_an_inner_address_is_connected_to() {
    let canary = Receiver::at("127.0.0.1:0").await;
    let port = canary.address.port();
    let on_v6 = Receiver::at(&format!("[::1]:{port}")).await;
    // The environment of a process that already runs can't be changed safely.
    let proxy = format!("http://127.0.0.1:{port}");
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args([
            "--exact",
            "--ignored",
            "webhooks::spellings::child_of_the_test_above",
        ])
        .env(PORT, port.to_string())
        .env("HTTP_PROXY", &proxy)
        .env("http_proxy", &proxy)
        .env("HTTPS_PROXY", &proxy)
        .env("ALL_PROXY", &proxy);
    let done = tokio::task::spawn_blocking(move || child.status().unwrap());
    assert!(done.await.unwrap().success());
    assert_eq!((canary.connections(), on_v6.connections()), (0, 0));

    // The canary sings when it is allowed to be reached.
    let hidden = Poster::new(Policy::default()).unwrap();
    let reply = hidden
        .post(post(&format!("http://localhost:{port}/")))
        .await;
    let why = reply.error.unwrap();
    assert!(
        why.contains("to allow it, add"),
        "a name says it too: {why}"
    );
    let policy = Policy {
        allowed: vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
    };
    let poster = Poster::new(policy).unwrap();
    for host in ["2130706433", "localhost", "[::1]"] {
        let reply = poster.post(post(&format!("http://{host}:{port}/"))).await;
        assert_eq!(reply.error, None, "{host}");
    }
    assert!(canary.connections() + on_v6.connections() >= 2);
}

#[tokio::test]
#[ignore = "run by the test above, in an environment of its own"]
async fn child_of_the_test_above() {
    let variable = std::env::vars().find(|(name, _)| name == PORT);
    let Some((_, port)) = variable else {
        return;
    };
    let urls = urls(&port);
    assert!(urls.len() >= 80, "{}", urls.len());
    let (lab, poster) = (Lab::new().await, Poster::new(Policy::default()).unwrap());
    for url in &urls {
        // The sender refuses whatever somebody has managed to store.
        let reply = poster.post(post(url)).await;
        assert!(
            reply.status.is_none() && reply.error.is_some(),
            "{url}: {reply:?}"
        );
        let new = NewWebhook {
            name: "inside".into(),
            url: url.clone(),
            ..NewWebhook::default()
        };
        let made = ops::webhook::create(&lab.engine, &console(), &new).await;
        let is_name = url.to_lowercase().contains("loc");
        match made {
            // A name is looked up when something is sent.
            Ok(_) if is_name => {}
            Err(Error::Invalid(errors)) => assert_eq!(errors[0].pointer, "/url", "{url}"),
            other => panic!("{url}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_refusal_says_what_would_allow_it() {
    let lab = Lab::new().await;
    let new = NewWebhook {
        name: "chat".into(),
        url: "http://10.0.0.5:8065/hooks/x".into(),
        ..NewWebhook::default()
    };
    let refused = ops::webhook::create(&lab.engine, &console(), &new)
        .await
        .unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("add 10.0.0.5/32 to ALLOW_TARGETS"),
        "{refused}"
    );
}
