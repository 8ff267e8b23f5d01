//! How hosts are asked by SNMP: what a person enters for a subnet or one host, what is shown of it, what an agent needs.

use crate::{host::HostId, problem::FieldError, subnet::SubnetId, text, time::Timestamp};
use serde::{Deserialize, Serialize};

/// The port of agents.
pub const PORT: u16 = 161;

/// The protocol's version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SnmpVersion {
    /// A community, which crosses the network readable.
    #[default]
    V2c,
    /// A user (RFC 3414), perhaps with passwords.
    V3,
}

/// How a user of version 3 proves who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SnmpAuth {
    /// HMAC-SHA-1-96 (RFC 3414).
    Sha1,
    /// HMAC-SHA-256-192 (RFC 7860).
    Sha256,
}

/// How version 3 hides what is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SnmpPrivacy {
    /// AES-128 in CFB mode (RFC 3826).
    Aes128,
}

/// Credentials to store for the hosts of a subnet, or for one host; they are never shown again.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSnmp {
    /// The protocol's version.
    pub version: SnmpVersion,
    /// UDP port of the agents; absent = 161.
    #[serde(default)]
    pub port: Option<u16>,
    /// Version 2c: the community.
    #[serde(default)]
    pub community: Option<String>,
    /// Version 3: the user.
    #[serde(default)]
    pub user: Option<String>,
    /// Version 3: how the user is proved; absent = not at all.
    #[serde(default)]
    pub auth: Option<SnmpAuth>,
    /// Version 3: the password that proves it, 8 to 64 characters.
    #[serde(default)]
    pub auth_password: Option<String>,
    /// Version 3: how what is said is hidden; absent = not at all.
    #[serde(default)]
    pub privacy: Option<SnmpPrivacy>,
    /// Version 3: the password that hides it, 8 to 64 characters.
    #[serde(default)]
    pub privacy_password: Option<String>,
}

/// Secrets stay out of logs.
impl std::fmt::Debug for NewSnmp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSnmp")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Who is asked with some credentials. A host's own win over those of its subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SnmpOf {
    /// Every host of a subnet that has none of its own.
    Subnet(SubnetId),
    /// One host.
    Host(HostId),
}

impl From<SubnetId> for SnmpOf {
    fn from(id: SubnetId) -> Self {
        Self::Subnet(id)
    }
}

impl From<HostId> for SnmpOf {
    fn from(id: HostId) -> Self {
        Self::Host(id)
    }
}

/// What is shown of stored credentials. One of `subnet_id` and `host_id` is there and says whose they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Snmp {
    /// The subnet whose hosts are asked with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<SubnetId>,
    /// The one host that is asked with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_id: Option<HostId>,
    /// The protocol's version.
    pub version: SnmpVersion,
    /// UDP port of the agents.
    pub port: u16,
    /// Version 3: the user.
    pub user: Option<String>,
    /// Version 3: how the user is proved.
    pub auth: Option<SnmpAuth>,
    /// Version 3: how what is said is hidden.
    pub privacy: Option<SnmpPrivacy>,
    /// A community or a password is stored.
    pub has_secret: bool,
    /// When they were stored.
    pub updated_at: Timestamp,
}

/// Checked credentials, as an agent needs them.
#[derive(Clone, PartialEq, Eq)]
pub struct SnmpAccess {
    /// UDP port of the agent.
    pub port: u16,
    /// Who asks.
    pub identity: SnmpIdentity,
}

/// Who asks an agent.
#[derive(Clone, PartialEq, Eq)]
pub enum SnmpIdentity {
    /// Version 2c with this community.
    Community(String),
    /// Version 3.
    User {
        /// The user.
        name: String,
        /// How it is proved, and the password.
        auth: Option<(SnmpAuth, String)>,
        /// How what is said is hidden, and the password; only with a proof.
        privacy: Option<(SnmpPrivacy, String)>,
    },
}

impl NewSnmp {
    /// What an agent needs, or every field that is wrong.
    pub fn check(&self) -> Result<SnmpAccess, Vec<FieldError>> {
        let mut errors = Vec::new();
        let port = self.port.unwrap_or(PORT);
        if port == 0 {
            errors.push(FieldError::new("/port", "between 1 and 65535"));
        }
        let identity = match self.version {
            SnmpVersion::V2c => self.community(&mut errors),
            SnmpVersion::V3 => self.user(&mut errors),
        };
        if errors.is_empty() {
            Ok(SnmpAccess { port, identity })
        } else {
            Err(errors)
        }
    }

    fn community(&self, errors: &mut Vec<FieldError>) -> SnmpIdentity {
        for (pointer, is_given) in [
            ("/user", self.user.is_some()),
            ("/auth", self.auth.is_some()),
            ("/auth_password", self.auth_password.is_some()),
            ("/privacy", self.privacy.is_some()),
            ("/privacy_password", self.privacy_password.is_some()),
        ] {
            if is_given {
                errors.push(FieldError::new(pointer, "version 2c has none"));
            }
        }
        SnmpIdentity::Community(plain(
            errors,
            "/community",
            self.community.as_deref(),
            1..=64,
        ))
    }

    fn user(&self, errors: &mut Vec<FieldError>) -> SnmpIdentity {
        if self.community.is_some() {
            errors.push(FieldError::new("/community", "version 3 has none"));
        }
        let name = plain(errors, "/user", self.user.as_deref(), 1..=32);
        let mut secret = |pointer, is_needed: bool, password: Option<&str>| {
            if is_needed {
                return plain(errors, pointer, password, 8..=64);
            }
            if password.is_some() {
                errors.push(FieldError::new(pointer, "nothing is done with it"));
            }
            String::new()
        };
        let (proof, cover) = (
            secret(
                "/auth_password",
                self.auth.is_some(),
                self.auth_password.as_deref(),
            ),
            secret(
                "/privacy_password",
                self.privacy.is_some(),
                self.privacy_password.as_deref(),
            ),
        );
        if self.privacy.is_some() && self.auth.is_none() {
            errors.push(FieldError::new(
                "/privacy",
                "only together with auth (RFC 3414)",
            ));
        }
        SnmpIdentity::User {
            name,
            auth: self.auth.map(|auth| (auth, proof)),
            privacy: self.privacy.map(|privacy| (privacy, cover)),
        }
    }
}

/// Printable text of so many bytes, as it was entered.
fn plain(
    errors: &mut Vec<FieldError>,
    pointer: &str,
    text: Option<&str>,
    length: std::ops::RangeInclusive<usize>,
) -> String {
    let entered = text.unwrap_or_default();
    if !length.contains(&entered.len()) {
        let (least, most) = (length.start(), length.end());
        let detail = format!("{least} to {most} characters");
        errors.push(FieldError::new(pointer, detail));
    } else if text::line(entered).as_deref() != Ok(entered) {
        let detail = "no control characters, and no spaces around it";
        errors.push(FieldError::new(pointer, detail));
    }
    entered.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(new: &NewSnmp) -> Vec<String> {
        let errors = new.check().err().unwrap_or_default();
        errors.into_iter().map(|e| e.pointer).collect()
    }

    fn user() -> NewSnmp {
        NewSnmp {
            version: SnmpVersion::V3,
            user: Some("rollcall".into()),
            auth: Some(SnmpAuth::Sha256),
            auth_password: Some("correct horse".into()),
            privacy: Some(SnmpPrivacy::Aes128),
            privacy_password: Some("battery staple".into()),
            ..NewSnmp::default()
        }
    }

    #[test]
    fn a_community_needs_nothing_else() {
        let new = NewSnmp {
            community: Some("public".into()),
            ..NewSnmp::default()
        };
        let access = new.check().unwrap();
        assert_eq!(access.port, 161);
        assert!(access.identity == SnmpIdentity::Community("public".into()));
        let wrong = NewSnmp {
            community: Some(" \u{202e}".into()),
            user: Some("x".into()),
            port: Some(0),
            ..new
        };
        assert_eq!(pointers(&wrong), ["/port", "/user", "/community"]);
        assert_eq!(pointers(&NewSnmp::default()), ["/community"]);
    }

    #[test]
    fn passwords_and_what_they_are_for_come_together() {
        assert!(user().check().is_ok());
        let bare = NewSnmp {
            auth: None,
            auth_password: None,
            privacy: None,
            privacy_password: None,
            ..user()
        };
        assert!(bare.check().is_ok());
        for (wrong, pointer) in [
            (
                NewSnmp {
                    user: None,
                    ..user()
                },
                "/user",
            ),
            (
                NewSnmp {
                    auth_password: Some("short".into()),
                    ..user()
                },
                "/auth_password",
            ),
            (
                NewSnmp {
                    privacy_password: None,
                    ..user()
                },
                "/privacy_password",
            ),
            (
                NewSnmp {
                    privacy: None,
                    ..user()
                },
                "/privacy_password",
            ),
            (
                NewSnmp {
                    auth: None,
                    auth_password: None,
                    ..user()
                },
                "/privacy",
            ),
            (
                NewSnmp {
                    community: Some("public".into()),
                    ..user()
                },
                "/community",
            ),
        ] {
            assert_eq!(pointers(&wrong), [pointer]);
        }
    }

    #[test]
    fn secrets_stay_out_of_logs() {
        let words = format!("{:?}", user());
        assert!(
            !words.contains("horse") && !words.contains("staple"),
            "{words}"
        );
    }
}
