//! Password hashing, two at a time: each hash takes 19 MiB, so a flood of sign-ins must not take the machine's memory.

use crate::{Error, Result};
use argon2::{
    Argon2, PasswordHasher as _, PasswordVerifier as _, password_hash::phc::PasswordHash,
};
use rand::{Rng as _, distr::Alphanumeric};
use std::{sync::LazyLock, time::Duration};
use tokio::sync::Semaphore;

/// Hashes at the same time.
const WORKING: usize = 2;
/// Hashes that may wait for a place.
const WAITING: usize = 16;

/// Stands in for the hash of a user that does not exist, so that both take the same time.
static DUMMY: LazyLock<String> =
    LazyLock::new(|| hash_now("not anybody's password").unwrap_or_default());

/// Lets two hashes work at a time and sixteen wait.
#[derive(Debug)]
pub struct Gate {
    admitted: Semaphore,
    working: Semaphore,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            admitted: Semaphore::new(WORKING + WAITING),
            working: Semaphore::new(WORKING),
        }
    }
}

/// Argon2id with the crate's defaults: 19 MiB, 2 passes, 1 lane, the minimum that OWASP recommends. PHC string.
fn hash_now(password: &str) -> anyhow::Result<String> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(|e| anyhow::anyhow!("hash a password: {e}"))
}

fn verify_now(password: &str, phc: &str) -> bool {
    PasswordHash::new(phc).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

impl Gate {
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        const FULL: Error = Error::Unavailable {
            retry_after: Duration::from_secs(1),
            detail: "too many sign-ins at once",
        };
        let _admitted = self.admitted.try_acquire().map_err(|_| FULL)?;
        let _working = self.working.acquire().await.map_err(|_| FULL)?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|e| Error::Internal(e.into()))
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: String) -> Result<String> {
        Ok(self.run(move || hash_now(&password)).await??)
    }

    /// Whether a password is the one behind `phc`; takes as long when there is none.
    pub async fn verify(&self, password: String, phc: Option<String>) -> Result<bool> {
        self.run(move || {
            let is_known = phc.is_some();
            let phc = phc.unwrap_or_else(|| DUMMY.clone());
            verify_now(&password, &phc) && is_known
        })
        .await
    }
}

/// A password nobody guesses: 20 letters and digits.
pub fn random() -> String {
    rand::rng()
        .sample_iter(Alphanumeric)
        .take(20)
        .map(char::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_verifies_its_password_only() {
        let gate = Gate::default();
        let phc = gate.hash("correct horse".into()).await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(
            gate.verify("correct horse".into(), Some(phc.clone()))
                .await
                .unwrap()
        );
        assert!(!gate.verify("wrong horse".into(), Some(phc)).await.unwrap());
        assert!(
            !gate
                .verify("not anybody's password".into(), None)
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn a_flood_is_turned_away() {
        let gate = Gate::default();
        let tries = (0..40).map(|_| gate.verify("x".into(), None));
        let results = futures::future::join_all(tries).await;
        let refused = results
            .iter()
            .filter(|r| matches!(r, Err(Error::Unavailable { .. })))
            .count();
        assert_eq!(refused, 40 - WORKING - WAITING);
    }
}
