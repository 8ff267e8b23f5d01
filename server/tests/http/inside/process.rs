//! The real program with proxies in its environment, and the listener that it has for itself.

use super::{
    is_inside, run,
    servers::{Servers, asked, page},
};
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

/// Where whoever obeys the environment would go.
const PROXY: &str = "http://127.0.0.1:3999";
const PROGRAM: &str = env!("CARGO_BIN_EXE_rollcall");

#[test]
fn the_real_program_takes_no_proxy_and_does_not_scan_itself() {
    run("inside::process::inside", &[]);
}

/// Ended when it is dropped.
struct Rollcall {
    child: Child,
    folder: tempfile::TempDir,
    /// Kept open, so that it can go on talking.
    _said: BufReader<ChildStdout>,
    port: u16,
}

impl Drop for Rollcall {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn command(folder: &tempfile::TempDir) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .env_clear()
        .current_dir(folder.path())
        .env("SCAN_DB_PATH", folder.path().join("rollcall.db"))
        .env("BIND", "0.0.0.0:0")
        .env("ALLOW_TARGETS", "127.0.0.0/8")
        .env("ROLLCALL_ALLOW_INSECURE_HTTP", "1")
        .env("PTR_LOOKUP_ENABLED", "0");
    for name in [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ] {
        command.env(name, PROXY);
    }
    command
}

impl Rollcall {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = command(&folder).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.starts_with("Rollcall is ready at ") {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "it did not start");
        }
        let port = line
            .trim_end_matches(['/', '\n'])
            .rsplit(':')
            .next()
            .unwrap();
        Self {
            port: port.parse().unwrap(),
            child,
            folder,
            _said: said,
        }
    }

    fn token(&self) -> String {
        let made = command(&self.folder)
            .args(["token", "create", "test", "--scopes", "scan"])
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        String::from_utf8(made.stdout).unwrap().trim().to_owned()
    }

    fn ask(&self, token: &str, method: &str, path: &str, body: &str) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let (port, length) = (self.port, body.len());
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        // Whether it comes in chunks or not.
        let json = &body[body.find('{').unwrap()..=body.rfind('}').unwrap()];
        serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above, in a network of its own"]
async fn inside() {
    if !is_inside() {
        return;
    }
    let mut servers = Servers::default();
    servers.silent(&[3999]).await;
    servers
        .everywhere(80, |_, words| match asked(words) {
            Some(path) if path == "/" => page("302 Found", &["Location: /there"], ""),
            Some(_) => page("200 OK", &["Server: direct/1.0"], ""),
            None => Vec::new(),
        })
        .await;
    let job = tokio::task::spawn_blocking(|| {
        let rollcall = Rollcall::start();
        let token = rollcall.token();
        let own = format!("http://127.0.0.1:{}/", rollcall.port);
        let refused = rollcall.ask(
            &token,
            "POST",
            "/scan",
            &json!({ "endpoints": [own] }).to_string(),
        );
        assert_eq!(
            refused["errors"][0]["detail"], "own listener, not tried",
            "{refused}"
        );
        let request = json!({ "endpoints": ["http://8.8.8.8/"] }).to_string();
        let asked = rollcall.ask(&token, "POST", "/scan", &request);
        let path = asked["status_url"].as_str().unwrap().to_owned();
        let begun = Instant::now();
        loop {
            let job = rollcall.ask(&token, "GET", &path, "");
            if job["status"] == "complete" {
                return job;
            }
            assert!(begun.elapsed() < Duration::from_mins(1), "{job}");
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let job = job.await.unwrap();
    let result = &job["results"][0];
    let hops = super::entries(result, "redirect/80");
    assert!(
        hops[0].starts_with("passed: 302 → http://8.8.8.8/there: 200 OK, direct/1.0"),
        "{result}"
    );
    let visits = servers.visits().clone();
    assert!(
        visits.iter().all(|it| it.ip.to_string() == "8.8.8.8"),
        "{visits:?}"
    );
    assert_eq!(
        visits.iter().filter(|it| it.port == 80).count(),
        2,
        "{visits:?}"
    );
}
