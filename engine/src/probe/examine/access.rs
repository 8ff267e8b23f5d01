//! Whether a service lets strangers in, found out by the first harmless thing that any client of it asks. One question
//! each, at the service's own port only; nothing is written, nobody signs in, and of an answer only its kind is kept.
//!
//! | Service | Question | It lets strangers in when |
//! |---|---|---|
//! | Redis 6379 | `PING` | `+PONG` |
//! | Memcached 11211 | `version` | `VERSION …` |
//! | MongoDB 27017 | `listDatabases`, names only | there is a list |
//! | Elasticsearch 9200 | `GET /` | 200 with `cluster_name` |
//! | CouchDB 5984 | `GET /_all_dbs` | 200 with a list |
//! | Docker 2375 | `GET /version` | 200 with `ApiVersion` |
//! | etcd 2379 | `GET /version` | never said: it answers this also where passwords are asked for |

mod mongo;

use super::{banner, http::Page};
use domain::port::Service;
use hyper::StatusCode;
use serde_json::Value;
use std::time::Duration;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    time::timeout,
};

/// How long an answer may take.
const LONGEST: Duration = Duration::from_secs(2);
/// Bytes of an answer that are read.
const MOST: usize = 16 * 1024;

/// A service that is asked by a message of its own protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Redis,
    Memcached,
    Mongo,
}

/// What its answer says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Access {
    /// What answers; absent = nothing that is known.
    pub(super) service: Option<Service>,
    /// Whether it lets strangers in, and what was seen; absent = the answer does not tell.
    pub(super) verdict: Option<(bool, &'static str)>,
}

impl Access {
    fn of(name: &str, product: Option<&str>, version: Option<String>) -> Self {
        Self {
            service: Some(Service {
                name: Some(name.into()),
                product: product.map(ToOwned::to_owned),
                version,
            }),
            verdict: None,
        }
    }

    fn open(self, seen: &'static str) -> Self {
        Self {
            verdict: Some((true, seen)),
            ..self
        }
    }

    fn closed(self, seen: &'static str) -> Self {
        Self {
            verdict: Some((false, seen)),
            ..self
        }
    }
}

/// Asks one question and reads the answer.
pub(super) async fn ask(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    asked: Asked,
) -> Access {
    let question = match asked {
        Asked::Redis => b"PING\r\n".to_vec(),
        Asked::Memcached => b"version\r\n".to_vec(),
        Asked::Mongo => mongo::list_databases(),
    };
    let mut answer = Vec::new();
    let exchange = async {
        stream.write_all(&question).await?;
        let mut part = [0; 1024];
        while answer.len() < MOST {
            let length = stream.read(&mut part).await?;
            answer.extend_from_slice(&part[..length]);
            if length == 0 || is_whole(asked, &answer) {
                break;
            }
        }
        std::io::Result::Ok(())
    };
    // Whatever was said until then.
    let _ = timeout(LONGEST, exchange).await;
    read(asked, &answer)
}

fn is_whole(asked: Asked, answer: &[u8]) -> bool {
    match asked {
        Asked::Redis | Asked::Memcached => answer.contains(&b'\n'),
        Asked::Mongo => mongo::is_whole(answer),
    }
}

fn read(asked: Asked, answer: &[u8]) -> Access {
    let access = match asked {
        Asked::Redis => redis(answer),
        Asked::Memcached => memcached(answer),
        Asked::Mongo => mongo::read(answer),
    };
    access.unwrap_or_else(|| Access {
        service: banner::read(answer),
        verdict: None,
    })
}

fn redis(answer: &[u8]) -> Option<Access> {
    let redis = Access::of("redis", None, None);
    Some(match answer {
        [b'+', b'P', b'O', b'N', b'G', b'\r', ..] => redis.open("PING was answered"),
        _ if answer.starts_with(b"-NOAUTH") => redis.closed("it asks for a password"),
        _ if answer.starts_with(b"-DENIED") => redis.closed("it is in protected mode"),
        _ if answer.starts_with(b"-ERR operation not permitted") => {
            redis.closed("it asks for a password")
        }
        _ => return None,
    })
}

fn memcached(answer: &[u8]) -> Option<Access> {
    if answer.starts_with(b"CLIENT_ERROR unauthenticated") {
        let memcached = Access::of("memcached", Some("Memcached"), None);
        return Some(memcached.closed("it asks for a password"));
    }
    let rest = answer.strip_prefix(b"VERSION ")?;
    let line = rest.split(|byte| *byte == b'\r').next()?;
    let version = clean(&String::from_utf8_lossy(line));
    Some(Access::of("memcached", Some("Memcached"), version).open("version was answered"))
}

/// What is asked of a web server at the own port of a service that talks like one.
pub(super) fn path(port: u16) -> &'static str {
    match port {
        2375 | 2379 => "/version",
        5984 => "/_all_dbs",
        _ => "/",
    }
}

/// What the page at such a port says, asked for by [`path`].
pub(super) fn of_page(port: u16, page: &Page) -> Option<Access> {
    let json: Option<Value> = serde_json::from_slice(&page.body).ok();
    let text = |pointer: &str| clean(json.as_ref()?.pointer(pointer)?.as_str()?);
    let is_ok = page.status == StatusCode::OK;
    let asks = matches!(page.status.as_u16(), 401 | 403);
    let has = |name: &str| page.headers.contains_key(name);
    let server = page.service.product.as_deref().unwrap_or_default();
    Some(match port {
        9200 => {
            let is_open = is_ok && text("/cluster_name").is_some();
            if !is_open
                && !has("x-elastic-product")
                && text("/error/type").as_deref() != Some("security_exception")
            {
                return None;
            }
            let product = match text("/version/distribution").as_deref() {
                Some("opensearch") => "OpenSearch",
                _ => "Elasticsearch",
            };
            let access = Access::of("elasticsearch", Some(product), text("/version/number"));
            match (is_open, asks) {
                (true, _) => access.open("the cluster told its name"),
                (false, true) => access.closed("it asks for a password"),
                (false, false) => access,
            }
        }
        5984 if server == "CouchDB" => {
            let version = page.service.version.clone();
            let access = Access::of("couchdb", Some("CouchDB"), version);
            match (is_ok && json.is_some_and(|it| it.is_array()), asks) {
                (true, _) => access.open("it listed its databases"),
                (false, true) => access.closed("it asks for a password"),
                (false, false) => access,
            }
        }
        2375 if has("api-version") || text("/ApiVersion").is_some() || server == "Docker" => {
            let access = Access::of("docker", Some("Docker"), text("/Version"));
            match (is_ok && text("/ApiVersion").is_some(), asks) {
                (true, _) => access.open("it told its version"),
                (false, true) => access.closed("it asks who is there"),
                (false, false) => access,
            }
        }
        2379 => Access::of("etcd-client", Some("etcd"), Some(text("/etcdserver")?)),
        _ => return None,
    })
}

/// A version as strangers write it: one short clean line.
fn clean(text: &str) -> Option<String> {
    let short: String = text.chars().take(40).collect();
    domain::text::line(&short)
        .ok()
        .filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests;
