//! A token while it is being written.

use domain::{
    problem::FieldError,
    text,
    time::Timestamp,
    token::{NewToken, Scope},
};
use std::time::Duration;

/// How long a token may hold, in days, with the words of the menu.
pub const LIFETIMES: [(u64, &str); 4] = [
    (7, "A week"),
    (30, "30 days"),
    (90, "90 days"),
    (365, "A year"),
];

/// What a scope permits, in plain words.
pub fn scope_words(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "read everything but tokens",
        Scope::Write => "change subnets and hosts",
        Scope::Scan => "start sweeps and scans",
        Scope::Admin => "manage tokens and settings",
    }
}

/// The token to make, or everything that is wrong.
pub fn check(
    name: &str,
    scopes: &[Scope],
    days: u64,
    now: Timestamp,
) -> Result<NewToken, Vec<FieldError>> {
    let mut errors = Vec::new();
    let name = match text::line(name) {
        Ok(name) if name.is_empty() => {
            errors.push(FieldError::new("/name", "say what it is for"));
            name
        }
        Ok(name) => name,
        Err(detail) => {
            errors.push(FieldError::new("/name", detail));
            String::new()
        }
    };
    if scopes.is_empty() {
        errors.push(FieldError::new("/scopes", "choose at least one"));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    // A minute less than whole days: "at most a year" must hold although the page's clock is a little off.
    let lifetime = Duration::from_secs(days * 86_400 - 60);
    Ok(NewToken {
        name,
        scopes: scopes.to_vec(),
        expires_at: Some(now.plus(lifetime)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_a_purpose_and_a_scope() {
        let errors = check(" ", &[], 7, Timestamp(0)).unwrap_err();
        let pointers: Vec<&str> = errors.iter().map(|e| e.pointer.as_str()).collect();
        assert_eq!(pointers, ["/name", "/scopes"]);
    }

    #[test]
    fn a_year_stays_below_the_limit() {
        let token = check("backup", &[Scope::Read], 365, Timestamp(0)).unwrap();
        assert_eq!(
            token.expires_at,
            Some(Timestamp((365 * 86_400 - 60) * 1000))
        );
    }
}
