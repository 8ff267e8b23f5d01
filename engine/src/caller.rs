//! Who asks, and what they may do.

use crate::error::{Error, Result};
use domain::{session::Account, time::Timestamp, token::Scope};

/// SHA-256 of a session's id: what the database knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionKey(pub [u8; 32]);

/// How a caller proved who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallerKind {
    /// A person, by a session cookie.
    Session {
        /// The user's number.
        user_id: i64,
        /// The session.
        key: SessionKey,
    },
    /// A machine, by an API token.
    Token {
        /// The token's number.
        id: i64,
    },
    /// Somebody at the machine's console.
    Console,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The user's or the token's name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Only the password can be changed until it was.
    pub must_change_password: bool,
    /// When the proof ends at the latest.
    pub expires_at: Option<Timestamp>,
    /// The proof.
    pub kind: CallerKind,
}

impl Caller {
    /// Somebody at the machine's console may do everything.
    pub fn console() -> Self {
        Self {
            name: "console".into(),
            scopes: Scope::ALL.to_vec(),
            must_change_password: false,
            expires_at: None,
            kind: CallerKind::Console,
        }
    }

    /// Checks that the caller may do what needs `scope`.
    pub fn require(&self, scope: Scope) -> Result<()> {
        if self.must_change_password {
            return Err(Error::Forbidden {
                reason: "change the password first",
            });
        }
        if self.scopes.contains(&scope) {
            return Ok(());
        }
        Err(Error::Forbidden {
            reason: match scope {
                Scope::Read => "this needs the scope read",
                Scope::Write => "this needs the scope write",
                Scope::Scan => "this needs the scope scan",
                Scope::Admin => "this needs the scope admin",
            },
        })
    }

    /// What clients are told about themselves.
    pub fn account(&self) -> Account {
        Account {
            name: self.name.clone(),
            scopes: self.scopes.clone(),
            must_change_password: self.must_change_password,
            expires_at: self.expires_at,
        }
    }
}
