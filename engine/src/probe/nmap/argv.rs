//! The command line of nmap: a fixed beginning, the profile, and exactly one address.

use std::net::IpAddr;
use std::time::Duration;

use domain::port::profile::{Ports, ScanProfile, Technique};

/// Requests to a port that stays silent, after the first.
const RETRIES: &str = "2";

/// The arguments for one scan. `ip` is canonical: no IPv4 in IPv6, no zone.
///
/// nmap gives a host up a little before the deadline, so that it can say so itself.
pub(super) fn arguments(profile: &ScanProfile, ip: IpAddr, deadline: Duration) -> Vec<String> {
    let host_timeout = (deadline.as_millis() * 9 / 10).clamp(1, 86_400_000);
    let mut words: Vec<String> = [
        "-n",
        "-oX",
        "-",
        "--no-stylesheet",
        "--stats-every",
        "2s",
        "--host-timeout",
        &format!("{host_timeout}ms"),
        "--max-retries",
        RETRIES,
        // Nobody pings here: who is alive is known, and a firewall that eats pings hides no ports.
        "-Pn",
        &format!("-T{}", profile.timing.min(5)),
    ]
    .map(ToOwned::to_owned)
    .into();
    match &profile.ports {
        Ports::Top(count) => words.extend(["--top-ports".to_owned(), count.to_string()]),
        Ports::List(ports) => words.extend(["-p".to_owned(), ports.to_string()]),
    }
    // Said both ways: what is possible was found out, and nmap's own guess depends on who runs it.
    let (technique, privileges) = match profile.technique {
        Technique::Connect => ("-sT", "--unprivileged"),
        Technique::Syn => ("-sS", "--privileged"),
    };
    words.extend([technique, privileges].map(ToOwned::to_owned));
    if profile.versions {
        words.push("-sV".to_owned());
    }
    if ip.is_ipv6() {
        words.push("-6".to_owned());
    }
    words.extend(["--".to_owned(), ip.to_string()]);
    words
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Whether a command line is what it always must be.
    pub(in crate::probe::nmap) fn check(words: &[String], profile: &ScanProfile, ip: IpAddr) {
        let (fixed, rest) = words.split_at(10);
        assert_eq!(
            [&fixed[..7], &fixed[8..]].concat().join(" "),
            "-n -oX - --no-stylesheet --stats-every 2s --host-timeout --max-retries 2"
        );
        let millis: u64 = fixed[7].strip_suffix("ms").unwrap().parse().unwrap();
        assert!((1..=86_400_000).contains(&millis));
        let end = words.iter().position(|word| word == "--").unwrap();
        assert_eq!(words[end + 1..], [ip.to_string()]);
        assert_eq!(ip, ip.to_canonical());
        let mut middle = rest[..end - 10].to_vec();
        assert_eq!(middle.pop_if(|last| last == "-6").is_some(), ip.is_ipv6());
        middle.retain(|word| word != "--unprivileged" && word != "--privileged");
        assert_eq!(middle.join(" ").parse::<ScanProfile>().unwrap(), *profile);
    }

    prop_compose! {
        /// Any profile that can be written down.
        pub(in crate::probe::nmap) fn profiles()(
            syn in any::<bool>(),
            top in proptest::option::of(1u16..),
            list in prop::collection::btree_set(1u16.., 1..40),
            timing in 0u8..=5,
            versions in any::<bool>(),
        ) -> ScanProfile {
            ScanProfile {
                technique: if syn { Technique::Syn } else { Technique::Connect },
                ports: top.map_or_else(|| Ports::List(list.into_iter().collect()), Ports::Top),
                timing,
                versions,
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn no_profile_and_no_target_changes_its_shape(
            profile in profiles(),
            ip in any::<IpAddr>(),
            seconds in 0u64..1_000_000,
        ) {
            let ip = ip.to_canonical();
            check(&arguments(&profile, ip, Duration::from_secs(seconds)), &profile, ip);
        }
    }
}
