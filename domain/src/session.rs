//! Signing in: what is asked and what is answered.

use crate::{time::Timestamp, token::Scope};
use serde::{Deserialize, Serialize};

/// A user name and a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The user name.
    #[cfg_attr(feature = "openapi", schema(example = "admin"))]
    pub username: String,
    /// The password.
    pub password: String,
}

/// A change of the own password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password that holds now.
    pub current: String,
    /// The new one: 12 to 1,024 bytes.
    pub new: String,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// The user's name, or the token's.
    pub name: String,
    /// What the caller may do.
    pub scopes: Vec<Scope>,
    /// Nothing else is possible until the password was changed.
    pub must_change_password: bool,
    /// When a session ends at the latest; absent for tokens.
    pub expires_at: Option<Timestamp>,
}

/// Why a new password is refused, if it is: 12 to 1,024 bytes, and not an obvious one.
pub fn password_problem(password: &str, username: &str) -> Option<&'static str> {
    let folded = password.to_lowercase();
    if password.len() < 12 {
        return Some("at least 12 characters");
    }
    if password.len() > 1024 {
        return Some("at most 1,024 bytes");
    }
    if folded.contains("password") || folded.replace(&username.to_lowercase(), "").len() < 6 {
        return Some("too easy to guess");
    }
    let first = folded.chars().next();
    folded
        .chars()
        .all(|c| Some(c) == first)
        .then_some("too easy to guess")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn obvious_passwords_are_refused() {
        for password in [
            "admin",
            "adminadminadmin",
            "aaaaaaaaaaaaaa",
            "my-password-12",
            &"x".repeat(1025),
        ] {
            assert!(password_problem(password, "admin").is_some(), "{password}");
        }
        assert_eq!(password_problem("correct horse battery", "admin"), None);
    }
}
