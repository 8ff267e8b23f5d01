//! Asks a host's SNMP agent for its name: version 2c, and version 3 without and with authentication and encryption.

use std::{net::IpAddr, sync::Arc, time::Duration};

use async_snmp::{
    Auth, AuthProtocol, Client, CryptoResult, EngineCache, ErrorKind, Oid, PrivProtocol, Retry,
    UsmConfig, Value, oid,
};
use domain::{
    name::NameAnswer,
    snmp::{SnmpAccess, SnmpAuth, SnmpIdentity, SnmpPrivacy},
    text,
};
use futures::{FutureExt as _, future::BoxFuture};

use super::SysName;

/// How long one request may stay unanswered; it is repeated once.
const TIMEOUT: Duration = Duration::from_secs(2);
/// Version 3 first asks who the agent is.
const LONGEST: Duration = Duration::from_secs(9);
/// Longer answers are no names.
const MOST_BYTES: usize = 255;

/// The agents of hosts.
#[derive(Debug, Default)]
pub struct Agents {
    /// Who the agents of version 3 are and how late it is with them.
    engines: Arc<EngineCache>,
}

impl SysName for Agents {
    fn sys_name(&self, ip: IpAddr, access: SnmpAccess) -> BoxFuture<'_, NameAnswer> {
        async move {
            let asking = self.ask(ip, access);
            match tokio::time::timeout(LONGEST, asking).await {
                Ok(Ok(value)) => named(&value),
                Ok(Err(why)) => NameAnswer::Failed(why),
                Err(_) => NameAnswer::Failed("no answer".into()),
            }
        }
        .boxed()
    }
}

impl Agents {
    async fn ask(&self, ip: IpAddr, access: SnmpAccess) -> Result<Value, String> {
        let auth = auth(access.identity).map_err(|_| "the credentials can't be used")?;
        let retry = Retry::fixed(1, Duration::ZERO).unwrap_or_else(|_| Retry::none());
        let client = Client::builder((ip.to_string(), access.port), auth)
            .request_timeout(TIMEOUT)
            .retry(retry)
            .engine_cache(Arc::clone(&self.engines))
            .connect()
            .await
            .map_err(|error| words(&error))?;
        let response = client.get(&sys_name()).await;
        let response = response.map_err(|error| words(&error))?;
        let value = response.varbinds.into_iter().next();
        Ok(value.map_or(Value::Null, |bound| bound.value))
    }
}

/// `sysName.0` (RFC 3418).
fn sys_name() -> Oid {
    oid!(1, 3, 6, 1, 2, 1, 1, 5, 0)
}

fn auth(identity: SnmpIdentity) -> CryptoResult<Auth> {
    let (name, auth, privacy) = match identity {
        SnmpIdentity::Community(community) => return Ok(Auth::v2c(community)),
        SnmpIdentity::User {
            name,
            auth,
            privacy,
        } => (name, auth, privacy),
    };
    let config = UsmConfig::new(name);
    let protocol = |auth| match auth {
        SnmpAuth::Sha1 => AuthProtocol::Sha1,
        SnmpAuth::Sha256 => AuthProtocol::Sha256,
    };
    let config = match (auth, privacy) {
        (None, _) => config,
        (Some((auth, password)), None) => config.auth(protocol(auth), password)?,
        (Some((auth, password)), Some((SnmpPrivacy::Aes128, cover))) => {
            config.auth_priv(protocol(auth), password, PrivProtocol::Aes128, cover)?
        }
    };
    Ok(config.into())
}

/// A value that is a host name, however its bytes were meant.
fn named(value: &Value) -> NameAnswer {
    let bytes = match value {
        Value::OctetString(bytes) if bytes.len() <= MOST_BYTES => bytes,
        _ => return NameAnswer::Nameless,
    };
    let clean = std::str::from_utf8(bytes).ok().and_then(|text| {
        let text = text.trim_end_matches('\0');
        text::line(text).ok().filter(|clean| clean == text.trim())
    });
    clean
        .and_then(|clean| clean.parse().ok())
        .map_or(NameAnswer::Nameless, NameAnswer::Name)
}

/// What went wrong, without whatever the agent said.
fn words(error: &async_snmp::Error) -> String {
    match error.kind() {
        ErrorKind::Timeout | ErrorKind::ConstructionTimeout => "no answer".into(),
        ErrorKind::Network => "not reachable".into(),
        ErrorKind::Auth | ErrorKind::Report => "the agent refuses the credentials".into(),
        ErrorKind::Snmp => "the agent has no such value".into(),
        ErrorKind::Config => "the credentials can't be used".into(),
        other => format!("failed: {}", other.as_str().replace('_', " ")),
    }
}
