//! nmap's word on what answers at open ports, if a job wants it.

use super::{
    entries, is_inside, over, run,
    servers::{Servers, asked, page},
};
use crate::world::World;
use domain::token::Scope;
use serde_json::{Value, json};

#[test]
fn nmap_tells_programs_that_a_look_does_not_know() {
    run("inside::versions::inside", &[]);
}

/// A result's port, its service and version in one line.
fn port(result: &Value, number: u16) -> String {
    let ports = result["open_ports"].as_array().unwrap();
    let found = ports.iter().find(|it| it["port"] == number).unwrap();
    let text = |field: &str| found[field].as_str().unwrap_or("-").to_owned();
    [text("service"), text("product"), text("version")].join("|")
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above, in a network of its own"]
async fn inside() {
    if !is_inside() {
        return;
    }
    let mut servers = Servers::default();
    let ssh = |_, words: &[u8]| {
        if words.is_empty() {
            b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()
        } else {
            Vec::new()
        }
    };
    servers.everywhere(22, ssh).await;
    // A web server where a look expects a remote desktop, and listens.
    servers
        .everywhere(4000, |_, words| match asked(words) {
            Some(_) => page("200 OK", &["Server: nginx/1.24.0"], "ok"),
            None => Vec::new(),
        })
        .await;
    let world = World::looking(&[]).await;
    let client = world.token(&[Scope::Scan]).await;
    let scan = async |request: Value| {
        let asked = client.post("/scan", request).await;
        over(&client, asked.header("location").unwrap())
            .await
            .remove(0)
    };
    let plain = scan(json!({"ip_addresses": ["8.8.8.8"]})).await;
    assert_eq!(entries(&plain, "nmap"), Vec::<String>::new());
    assert_eq!(port(&plain, 4000), "nomachine|-|-");
    let with = scan(json!({"ip_addresses": ["8.8.8.8"], "detect_versions": true})).await;
    let said = entries(&with, "nmap");
    if said == ["skipped: nmap is not installed"] {
        println!("skipped: nmap is not installed");
    } else {
        assert_eq!(
            said,
            ["passed: it knows the programs behind 2 of 2 open ports"]
        );
        assert_eq!(port(&with, 22), "ssh|OpenSSH|9.6");
        assert_eq!(port(&with, 4000), "http|nginx|1.24.0");
        assert!(
            !with["findings"].to_string().contains("nomachine"),
            "{with}"
        );
        assert!(
            plain["findings"].to_string().contains("nomachine"),
            "{plain}"
        );
    }
    drop(servers);
    let nobody = scan(json!({"ip_addresses": ["8.8.8.8"], "detect_versions": true})).await;
    assert_eq!(entries(&nobody, "nmap"), ["skipped: no port is open"]);
    world.shutdown.cancel();
}
