//! Every way to write a place that nobody may be sent to, through the real route: refused there or in the result, and
//! whoever listens at those places hears nothing.

use super::{
    dns::{Dns, Says, at},
    is_inside, over, run, scan,
    servers::Servers,
};
use crate::world::{Client, World};
use domain::token::Scope;
use http::StatusCode;
use serde_json::{Value, json};

/// Addresses in a URL or beside a port, as browsers and people write them.
const HOSTS: &str = "
127.0.0.1 127.0.0.1. 127.1 127.0.1 127.000.000.001 0177.0.0.1 0177.0.0.01 0x7f.0.0.1 0x7f.1 0X7F.0x0.0x0.0x1 2130706433
2130706433. 0x7f000001 0x7F000001 017700000001 127.0.0.2 127.127.127.127 127.255.255.254 127.0.65535 127.16777214
%31%32%37.0.0.1 127%2e0%2e0%2e1 １２７.0.0.1 127。0。0。1 127．0．0．1 ①②⑦.0.0.1
0 0.0.0.0 0x0 00 0.0 0.1.2.3 000.000.000.000
[::1] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::ffff:127.0.0.1] [::FFFF:7F00:1] [::ffff:7f00:0001]
[0:0:0:0:0:ffff:127.0.0.1] [::127.0.0.1] [::7f00:1] [::] [::0] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::7f00:1]
[2002:7f00:1::] [2002:7f00:1::1] [::ffff:0:127.0.0.1] [2001:0:7f00:1::f7f7:f7f7] [2001:0:808:808::80ff:fffe]
[2a00:1450::5efe:127.0.0.1] [::ffff:0.0.0.0] [::1%25lo] [fe80::1%lo]
169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518 [::ffff:169.254.169.254] [::ffff:a9fe:a9fe]
169.254.169.254. 169.254.170.2 169.254.1.1 [fd00:ec2::254] [FD00:0EC2:0:0::254] [64:ff9b::a9fe:a9fe] [2002:a9fe:a9fe::]
100.100.100.200 0144.0144.0144.0310 168.63.129.16 0xa83f8110 192.0.0.192 [fd20:ce::254] [fd00:c1::a9fe:a9fe:a9fe]
10.0.0.1 167772161 0xa000001 012.0.0.1 192.168.0.1 3232235521 172.16.0.1 172.31.255.255 100.64.0.1 [fe80::1] [fc00::1]
[fd12:3456:789a::1] [fec0::1] [::ffff:10.0.0.1] [::10.0.0.1] [64:ff9b::10.0.0.1] [2002:a00:1::] [2001:0:808:808::f5ff:fffe]
224.0.0.1 239.255.255.255 255.255.255.255 240.0.0.1 198.18.0.1 198.51.100.1 203.0.113.1 [ff02::1] [ff0e::1] [2001:db8::1]
";

/// Names that lead there.
const NAMES: &str = "
localhost LOCALHOST LocalHost. localhost. loc%61lhost a.localhost www.LOCALHOST. ｌｏｃａｌｈｏｓｔ
loop.test LOOP.test loop.test. six.test mapped.test compatible.test nat64.test meta.test fd.test zero.test inner.test
mixed.test mixed-last.test mixed-six.test many.test alias.test alias-to-localhost.test
";

fn says(name: &str, _: usize) -> Says {
    let many: Vec<String> = (1..=60).map(|n| format!("8.8.4.{n}")).collect();
    let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
    many.push("127.0.0.1");
    let Some(name) = name.strip_suffix(".test") else {
        return Says::Code(super::dns::NO_SUCH_NAME);
    };
    match name {
        "loop" => at(&["127.0.0.1"]),
        "six" => at(&["::1"]),
        "mapped" => at(&["::ffff:127.0.0.1"]),
        "compatible" => at(&["::127.0.0.1"]),
        "nat64" => at(&["64:ff9b::7f00:1"]),
        "meta" => at(&["169.254.169.254"]),
        "fd" => at(&["fd00:ec2::254"]),
        "zero" => at(&["0.0.0.0"]),
        "inner" => at(&["10.0.0.1"]),
        "mixed" => at(&["8.8.8.8", "127.0.0.1"]),
        "mixed-last" => at(&["1.1.1.1", "8.8.8.8", "192.168.1.1"]),
        "mixed-six" => at(&["8.8.8.8", "::1"]),
        "many" => at(&many),
        "alias" => Says::Alias("elsewhere.example", vec![[127, 0, 0, 1].into()]),
        "alias-to-localhost" => Says::Alias("localhost", vec![[127, 0, 0, 1].into()]),
        "good" => at(&["8.8.8.8"]),
        _ => Says::Code(super::dns::NO_SUCH_NAME),
    }
}

/// What is asked for about one host, in each place that a request has for it.
fn requests(host: &str) -> Vec<Value> {
    let bare = host.trim_matches(['[', ']']);
    vec![
        json!({ "ip_addresses": [bare] }),
        json!({ "endpoints": [bare] }),
        json!({ "endpoints": [host] }),
        json!({ "endpoints": [format!("{host}:6379")] }),
        json!({ "endpoints": [format!("http://{host}/")] }),
        json!({ "endpoints": [format!("HTTP://{host}:8081/a?b#c")] }),
        json!({ "endpoints": [format!("https://{host}:8443")] }),
        json!({ "endpoints": [format!("http:\\\\{host}\\")] }),
    ]
}

/// Entries that are no single host.
fn others() -> Vec<Value> {
    let mut others: Vec<Value> = [
        "127.0.0.0/24",
        "127.0.0.1/32",
        "10.0.0.0/24",
        "169.254.169.0/24",
        "169.254.169.254/32",
        "100.100.100.200/32",
        "0.0.0.0/24",
        "224.0.0.0/24",
        "255.255.255.255/32",
        "::1/128",
        "::/120",
        "::ffff:127.0.0.0/120",
        "::ffff:7f00:1/128",
        "64:ff9b::7f00:0/120",
        "fd00:ec2::200/120",
        "fe80::/120",
        "ff02::/120",
    ]
    .iter()
    .map(|block| json!({ "ip_addresses": [block] }))
    .collect();
    let urls = [
        "http://user@127.0.0.1:8081/",
        "http://8.8.8.8@127.0.0.1:8081/",
        "http://8.8.8.8:80@127.0.0.1:8081/",
        "http://127.0.0.1:8081#@8.8.8.8/",
        "http://127.0.0.1:8081\\@8.8.8.8/",
        "http://127.0.0.1\t:8081/",
        "http://\n127.0.0.1:8081/",
        "http:127.0.0.1:8081/",
        "http:///127.0.0.1:8081/",
        "//127.0.0.1:8081/",
        "gopher://127.0.0.1:6379/_PING",
        "file://127.0.0.1/etc/passwd",
        "ftp://127.0.0.1/",
        "unix:///run/docker.sock",
        "127.0.0.1:08081",
        "127.0.0.1:8081:8081",
        "::1:8081",
        "::ffff:127.0.0.1:8081",
    ];
    others.extend(urls.iter().map(|url| json!({ "endpoints": [url] })));
    others
}

/// Ports at which somebody listens at every address of the world: those of the URLs above and some that every look asks.
const LISTENERS: [u16; 14] = [
    21, 22, 80, 443, 2375, 3000, 5432, 6379, 8080, 8081, 8443, 9200, 11211, 27017,
];

#[tokio::test]
async fn every_spelling_of_a_forbidden_address_is_refused_at_once() {
    let world = World::new().await;
    let client = world.token(&[Scope::Scan]).await;
    let hosts: Vec<&str> = HOSTS.split_whitespace().collect();
    assert!(hosts.len() >= 100, "{}", hosts.len());
    for request in hosts.iter().flat_map(|host| requests(host)).chain(others()) {
        assert_eq!(ask(&client, &request).await, None, "{request}");
    }
}

#[test]
fn no_spelling_of_a_forbidden_place_is_connected_to() {
    // Whoever obeys these goes to where somebody listens.
    let proxy = "http://127.0.0.1:3000".to_owned();
    let proxies = [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ];
    let environment = proxies.map(|name| (name, proxy.clone()));
    run("inside::spellings::inside", &environment);
}

/// Where to ask for the job, if the request was not refused at once.
async fn ask(client: &Client<'_>, request: &Value) -> Option<String> {
    let asked = client.post("/scan", request.clone()).await;
    if asked.status == StatusCode::ACCEPTED {
        return asked.header("location").map(ToOwned::to_owned);
    }
    assert_eq!(
        asked.problem(),
        StatusCode::UNPROCESSABLE_ENTITY,
        "{request}"
    );
    None
}

/// Checks that every target of a job was refused.
async fn check_refusals(client: &Client<'_>, path: &str) {
    for result in over(client, path).await {
        let tests = result["accessibility_tests"].as_array().unwrap();
        let kinds: Vec<&str> = tests
            .iter()
            .map(|it| it["test"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["policy"], "{result}");
        assert_eq!(result["availability"], false, "{result}");
        assert_eq!(result["risk_level"], "unknown", "{result}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above, in a network of its own"]
async fn inside() {
    if !is_inside() {
        return;
    }
    let dns = Dns::start(says).await;
    let mut servers = Servers::default();
    servers.silent(&LISTENERS).await;
    let world = World::looking(&[("DNS_SERVERS", &dns.address.to_string())]).await;
    let client = world.token(&[Scope::Scan]).await;
    for request in HOSTS.split_whitespace().flat_map(requests).chain(others()) {
        assert_eq!(ask(&client, &request).await, None, "{request}");
    }
    let names: Vec<&str> = NAMES.split_whitespace().collect();
    let mut jobs = Vec::new();
    for request in names.iter().flat_map(|name| requests(name)) {
        jobs.extend(ask(&client, &request).await);
    }
    assert!(jobs.len() >= 3 * names.len(), "{}", jobs.len());
    for path in jobs {
        check_refusals(&client, &path).await;
    }
    let visits = servers.visits().clone();
    assert!(visits.is_empty(), "{visits:?}");

    // The listeners hear what is permitted, and where it goes to.
    let seen = scan(&world, &["good.test:3000"]).await;
    assert_eq!(seen[0]["availability"], true, "{seen:?}");
    let visits = servers.visits().clone();
    assert!(visits.len() >= LISTENERS.len(), "{visits:?}");
    assert!(
        visits.iter().all(|it| it.ip.to_string() == "8.8.8.8"),
        "{visits:?}"
    );
    world.shutdown.cancel();
}
