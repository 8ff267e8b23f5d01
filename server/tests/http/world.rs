//! A whole server in this process: a real database in a temporary folder, a prober that follows a script, and one
//! client per kind of caller.

use axum::{Router, body::Body, response::Response};
use domain::{
    probe::{Answer, Observation, ProbeStatus, SocketMode},
    token::{NewToken, Scope},
};
use engine::{
    Caller, Engine, ops,
    probe::{Ping, Probes, Round, RoundReport, examine::Eyes, names::DnsServers, narrate},
};
use futures::future::BoxFuture;
use http::{HeaderMap, HeaderName, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use server::{
    config::{Config, source::Sources},
    http::{App, router},
};
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const HOST: &str = "localhost:8080";
pub(crate) const ORIGIN: &str = "http://localhost:8080";

/// Answers with silence, whoever is asked.
struct Silence;

impl Ping for Silence {
    fn round(&self, round: Round, _: CancellationToken) -> BoxFuture<'_, RoundReport> {
        let silent = |ip| Observation {
            ip,
            answer: Answer::Silence,
            lost: 1,
        };
        let observations = round.addresses.into_iter().map(silent).collect();
        Box::pin(async move {
            RoundReport {
                observations,
                overflowed: false,
                elapsed: Duration::from_millis(1),
            }
        })
    }

    fn status(&self) -> ProbeStatus {
        ProbeStatus {
            v4: SocketMode::Datagram,
            v6: SocketMode::Datagram,
            warnings: Vec::new(),
        }
    }
}

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) shutdown: CancellationToken,
    pub(crate) first_password: Option<String>,
    router: Router,
    _folder: TempDir,
}

impl World {
    /// The administrator has [`PASSWORD`].
    pub(crate) async fn new() -> Self {
        Self::with(&[("ADMIN_PASSWORD", PASSWORD)]).await
    }

    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut sources = Sources {
            environment: settings
                .iter()
                .map(|(n, v)| ((*n).into(), (*v).into()))
                .collect(),
            ..Sources::default()
        };
        let path = folder.path().join("rollcall.db").display().to_string();
        sources.environment.insert("SCAN_DB_PATH".into(), path);
        sources
            .environment
            .entry("PUBLIC_URL".into())
            .or_insert(ORIGIN.into());
        let config = Config::read(&sources, false).unwrap();
        let probes = Probes {
            examine: Arc::new(Eyes::open(DnsServers::System).unwrap()),
            narrator: narrate::open(&config.narrator).unwrap(),
            ..Arc::new(Silence).into()
        };
        let opened = Engine::open(config.engine(), probes).await.unwrap();
        let shutdown = CancellationToken::new();
        let app = App {
            engine: opened.engine.clone(),
            config: Arc::new(config),
            shutdown: shutdown.clone(),
        };
        Self {
            engine: opened.engine,
            shutdown,
            first_password: opened.first_sign_in.and_then(|first| first.password),
            router: router(app),
            _folder: folder,
        }
    }

    pub(crate) fn anonymous(&self) -> Client<'_> {
        Client {
            world: self,
            proof: Vec::new(),
        }
    }

    pub(crate) async fn token(&self, scopes: &[Scope]) -> Client<'_> {
        let new = NewToken {
            name: "test".into(),
            scopes: scopes.to_vec(),
            expires_at: None,
        };
        let created = ops::token::create(&self.engine, &Caller::console(), &new)
            .await
            .unwrap();
        Client {
            world: self,
            proof: vec![(header::AUTHORIZATION, format!("Bearer {}", created.token))],
        }
    }

    pub(crate) async fn session(&self) -> Client<'_> {
        self.session_with(PASSWORD).await
    }

    pub(crate) async fn session_with(&self, password: &str) -> Client<'_> {
        let body = serde_json::json!({"username": "admin", "password": password});
        let reply = self.anonymous().post("/api/v1/session", body).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        self.holding(&reply.cookie().unwrap())
    }

    /// A browser on our own page that holds this cookie.
    pub(crate) fn holding(&self, cookie: &str) -> Client<'_> {
        Client {
            world: self,
            proof: vec![
                (header::COOKIE, cookie.into()),
                (header::ORIGIN, ORIGIN.into()),
            ],
        }
    }

    pub(crate) async fn raw(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }
}

/// One kind of caller.
#[derive(Clone)]
pub(crate) struct Client<'a> {
    world: &'a World,
    pub(crate) proof: Vec<(HeaderName, String)>,
}

impl Client<'_> {
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None, &[]).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        extra: &[(&str, &str)],
    ) -> Reply {
        Reply::read(self.open(method, path, body, extra).await).await
    }

    /// The answer with its body still to come.
    pub(crate) async fn open(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        extra: &[(&str, &str)],
    ) -> Response {
        let mut request = Request::builder().method(method).uri(path);
        let headers = request.headers_mut().unwrap();
        headers.insert(header::HOST, HOST.parse().unwrap());
        for (name, value) in &self.proof {
            headers.insert(name.clone(), value.parse().unwrap());
        }
        if body.is_some() {
            headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        }
        for (name, value) in extra {
            let name: HeaderName = name.parse().unwrap();
            headers.remove(&name);
            if !value.is_empty() {
                headers.insert(name, value.parse().unwrap());
            }
        }
        let body = body.map_or(Body::empty(), |body| match body {
            Value::String(raw) => Body::from(raw),
            json => Body::from(json.to_string()),
        });
        self.world.raw(request.body(body).unwrap()).await
    }
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Self {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The session cookie that was set, as a browser sends it back.
    pub(crate) fn cookie(&self) -> Option<String> {
        Some(self.header("set-cookie")?.split(';').next()?.to_owned())
    }

    /// The status, once the body was checked to be a problem that says the same.
    #[track_caller]
    pub(crate) fn problem(&self) -> StatusCode {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{self:?}"
        );
        assert_eq!(self.json()["status"], self.status.as_u16(), "{self:?}");
        assert!(
            self.json()["title"]
                .as_str()
                .is_some_and(|title| !title.is_empty())
        );
        self.status
    }
}
