//! A token bucket: how many packets may leave now, and when the next ones may.

use super::clock::Nanos;

const SECOND: u64 = 1_000_000_000;
/// Waking up costs more than a packet: above 200 packets per second, several leave per wake-up.
const TICK: u64 = SECOND / 200;

/// A token bucket on the prober's clock. One token is one packet.
#[derive(Debug)]
pub(super) struct Pacer {
    /// Nanoseconds a token takes to grow; 0 for no limit.
    interval: u64,
    burst: u32,
    /// Grown so far, in nanoseconds.
    credit: u64,
    grown_until: Nanos,
}

impl Pacer {
    /// A full bucket of `burst` tokens that grows by `rate` tokens per second.
    pub(super) fn new(rate: Option<u32>, burst: u32) -> Self {
        let burst = burst.max(1);
        let interval = rate.map_or(0, |rate| SECOND / u64::from(rate.max(1)));
        Self {
            interval,
            burst,
            credit: interval * u64::from(burst),
            grown_until: 0,
        }
    }

    /// Packets that may leave now.
    pub(super) fn available(&mut self, now: Nanos) -> u32 {
        if self.interval == 0 {
            return self.burst;
        }
        let full = self.interval * u64::from(self.burst);
        let grown = now.saturating_sub(self.grown_until);
        self.credit = self.credit.saturating_add(grown).min(full);
        self.grown_until = self.grown_until.max(now);
        u32::try_from(self.credit / self.interval).unwrap_or(self.burst)
    }

    /// Takes the tokens of `packets`, which [`Pacer::available`] allowed.
    pub(super) fn take(&mut self, packets: u32) {
        self.credit = self
            .credit
            .saturating_sub(self.interval * u64::from(packets));
    }

    /// When it is worth waking up to send.
    pub(super) fn ready_at(&self, now: Nanos) -> Nanos {
        if self.interval == 0 {
            return now;
        }
        let tokens = (TICK / self.interval).clamp(1, u64::from(self.burst));
        let missing = (tokens * self.interval).saturating_sub(self.credit);
        (self.grown_until + missing).max(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends whatever is allowed at every wake-up until `end`.
    fn sent_until(pacer: &mut Pacer, end: Nanos) -> u64 {
        let (mut now, mut sent) = (0, 0);
        while now < end {
            let allowed = pacer.available(now);
            pacer.take(allowed);
            sent += u64::from(allowed);
            now = pacer.ready_at(now).max(now + 1);
        }
        sent
    }

    #[test]
    fn a_long_run_keeps_the_rate() {
        for rate in [1, 7, 200, 1_000, 33_333] {
            let mut pacer = Pacer::new(Some(rate), 64);
            let sent = sent_until(&mut pacer, 10 * SECOND);
            let expected = u64::from(rate) * 10;
            assert!(sent >= expected, "{rate}/s sent {sent}");
            assert!(
                sent <= expected + expected / 1_000 + 64,
                "{rate}/s sent {sent}"
            );
        }
    }

    #[test]
    fn an_idle_bucket_holds_one_burst_and_no_more() {
        let mut pacer = Pacer::new(Some(1_000), 64);
        assert_eq!(pacer.available(3_600 * SECOND), 64);
        pacer.take(64);
        assert_eq!(pacer.available(3_600 * SECOND), 0);
        assert_eq!(pacer.available(3_600 * SECOND + 10_000_000), 10);
    }

    #[test]
    fn without_a_rate_a_burst_is_always_ready() {
        let mut pacer = Pacer::new(None, 16);
        for _ in 0..10 {
            assert_eq!(pacer.available(5), 16);
            pacer.take(16);
            assert_eq!(pacer.ready_at(5), 5);
        }
    }

    #[test]
    fn waking_up_is_shared_by_five_milliseconds_of_packets() {
        let mut pacer = Pacer::new(Some(1_000), 64);
        assert_eq!(pacer.available(0), 64);
        pacer.take(64);
        assert_eq!(pacer.ready_at(0), 5_000_000);
    }

    #[test]
    fn a_slow_rate_wakes_up_per_packet() {
        let mut pacer = Pacer::new(Some(2), 1);
        assert_eq!(pacer.available(0), 1);
        pacer.take(1);
        assert_eq!(pacer.ready_at(0), SECOND / 2);
    }
}
