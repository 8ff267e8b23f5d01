//! Slows down guessing: a bucket of tries per client, and a growing pause per account. Never a lock-out.

use domain::time::Timestamp;
use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Tries a client may make at once.
const BURST: u32 = 10;
/// A client gets one more try after this long.
const REFILL: Duration = Duration::from_secs(6);
/// The longest pause after failed tries for one account.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// Clients or accounts that are remembered.
const REMEMBERED: usize = 100_000;

/// Remembers who tried and who failed.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    /// When each client's bucket will be full again.
    clients: HashMap<IpAddr, Timestamp>,
    accounts: HashMap<String, Failures>,
    /// Who signed in to what before: the pauses that others cause do not hold them up.
    trusted: HashSet<(IpAddr, String)>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Failures {
    /// 0, 0, 1, 2, 4 … 60 seconds: two slips cost nothing.
    fn free_at(self) -> Timestamp {
        let pause = match self.count {
            0..=2 => Duration::ZERO,
            n => Duration::from_secs(1 << (n - 3).min(6)).min(LONGEST_PAUSE),
        };
        self.last.plus(pause)
    }
}

/// IPv6 clients are told apart by their /64: one machine has all of it.
fn client_key(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

impl Throttle {
    /// Counts a try; the time to wait when it comes too soon. Waiting in front of an account costs a client's tries
    /// too, so that nobody can hold its place for free.
    pub fn admit(&self, client: IpAddr, account: &str, now: Timestamp) -> Result<(), Duration> {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        memory.make_room(now);
        let client = client_key(client);
        memory.charge(client, now)?;
        let is_trusted = memory.trusted.contains(&(client, account.to_owned()));
        if let Some(failures) = memory.accounts.get_mut(account) {
            let wait = failures.free_at().since(now);
            // A clock that was stepped back must not make the pause longer than it can be.
            if !is_trusted && !wait.is_zero() && wait <= LONGEST_PAUSE {
                return Err(wait);
            }
            // The next try waits from this one on, not from its answer: tries side by side gain nothing.
            failures.last = now;
        }
        Ok(())
    }

    /// Notes a wrong password.
    pub fn failed(&self, account: &str, now: Timestamp) {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = memory
            .accounts
            .entry(account.to_owned())
            .or_insert(Failures {
                count: 0,
                last: now,
            });
        failures.count = failures.count.saturating_add(1);
        failures.last = now;
    }

    /// Forgets an account's failures, and remembers who proved to know its password.
    pub fn succeeded(&self, client: IpAddr, account: &str) {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        memory.accounts.remove(account);
        memory
            .trusted
            .insert((client_key(client), account.to_owned()));
    }
}

impl Memory {
    /// Takes one try out of a client's bucket.
    fn charge(&mut self, client: IpAddr, now: Timestamp) -> Result<(), Duration> {
        let full_at = self.clients.entry(client).or_insert(now);
        // Also when the clock was stepped back, a bucket is empty at most.
        let next = (*full_at)
            .max(now)
            .min(now.plus(REFILL * BURST))
            .plus(REFILL);
        let over = next.since(now).saturating_sub(REFILL * BURST);
        if !over.is_zero() {
            return Err(over);
        }
        *full_at = next;
        Ok(())
    }

    fn make_room(&mut self, now: Timestamp) {
        if self.clients.len() >= REMEMBERED {
            self.clients.retain(|_, full_at| *full_at > now);
            if self.clients.len() >= REMEMBERED {
                self.clients.clear();
            }
        }
        if self.trusted.len() >= REMEMBERED {
            self.trusted.clear();
        }
        if self.accounts.len() >= REMEMBERED {
            self.accounts
                .retain(|_, f| now.since(f.last) < LONGEST_PAUSE);
            if self.accounts.len() >= REMEMBERED {
                self.accounts.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    #[test]
    fn ten_tries_at_once_then_one_per_six_seconds() {
        let throttle = Throttle::default();
        let start = Timestamp(1_000_000);
        assert!((0..10).all(|i| throttle.admit(A, &format!("user{i}"), start).is_ok()));
        assert_eq!(throttle.admit(A, "other", start), Err(REFILL));
        assert!(throttle.admit(A, "other", start.plus(REFILL)).is_ok());
        assert!(
            throttle
                .admit("192.0.2.2".parse().unwrap(), "other", start)
                .is_ok()
        );
    }

    #[test]
    fn an_ipv6_client_is_its_slash_64() {
        let throttle = Throttle::default();
        let now = Timestamp(0);
        let ok = (0..20)
            .filter(|i| {
                throttle
                    .admit(format!("2001:db8::{i}").parse().unwrap(), "x", now)
                    .is_ok()
            })
            .count();
        assert_eq!(ok, 10);
    }

    #[test]
    fn failures_of_an_account_make_growing_pauses_and_never_a_lock_out() {
        let throttle = Throttle::default();
        let mut now = Timestamp(0);
        let mut pauses = Vec::new();
        for i in 0..12 {
            let client = IpAddr::from([10, 0, 0, i]);
            if let Err(wait) = throttle.admit(client, "admin", now) {
                pauses.push(wait.as_secs());
                now = now.plus(wait);
                assert!(throttle.admit(client, "admin", now).is_ok());
            }
            throttle.failed("admin", now);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        throttle.succeeded(A, "admin");
        assert!(throttle.admit(A, "admin", now).is_ok());
    }

    #[test]
    fn who_signed_in_before_is_not_held_up_by_others() {
        let throttle = Throttle::default();
        let now = Timestamp(0);
        throttle.succeeded(A, "admin");
        for _ in 0..9 {
            throttle.failed("admin", now);
        }
        let stranger = IpAddr::from([10, 0, 0, 9]);
        assert_eq!(throttle.admit(stranger, "admin", now), Err(LONGEST_PAUSE));
        assert_eq!(throttle.admit(A, "admin", now), Ok(()));
    }
}
