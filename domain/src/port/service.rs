//! What answers at a port, cleaned, in words, and compared with what answered before.

use super::{OpenPort, Proto, Service, set::PortSet};
use crate::text;

/// Longest name, product or version of a service, in characters.
const LONGEST: usize = 80;

impl Service {
    /// Whether nothing is known of it.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// As strangers' words are stored and shown: one clean line each, capped; the name in lower case.
    #[must_use]
    pub fn clean(&self) -> Self {
        Self {
            name: clean(self.name.as_deref()).map(|name| name.to_ascii_lowercase()),
            product: clean(self.product.as_deref()),
            version: clean(self.version.as_deref()),
        }
    }

    /// What is known once a scan has found `new` where this was: a scan that asked for no `versions` takes nothing back,
    /// and what it guessed from the number alone does not replace what was detected.
    #[must_use]
    pub fn merged(&self, new: &Self, versions: bool) -> Self {
        if !versions {
            return Self {
                name: self.name.clone().or_else(|| new.name.clone()),
                ..self.clone()
            };
        }
        let name = new.name.clone().or_else(|| self.name.clone());
        if differ(self.product.as_ref(), new.product.as_ref()) {
            // The version was the other program's.
            return Self {
                name,
                ..new.clone()
            };
        }
        Self {
            name,
            product: new.product.clone().or_else(|| self.product.clone()),
            version: new.version.clone().or_else(|| self.version.clone()),
        }
    }

    /// Whether another program or version answers than this: only what is known of both can differ.
    pub fn is_replaced_by(&self, new: &Self) -> bool {
        differ(self.product.as_ref(), new.product.as_ref())
            || differ(self.version.as_ref(), new.version.as_ref())
    }

    /// Program and version: `nginx 1.24`.
    fn program(&self) -> String {
        joined([&self.product, &self.version])
    }
}

fn clean(text: Option<&str>) -> Option<String> {
    // Cut first: a longer line would be refused.
    let text: String = text?.chars().take(text::LINE_LIMIT).collect();
    let line = text::line(&text).unwrap_or_default();
    let line: String = line.chars().take(LONGEST).collect();
    Some(line.trim().to_owned()).filter(|line| !line.is_empty())
}

fn differ(before: Option<&String>, after: Option<&String>) -> bool {
    before
        .zip(after)
        .is_some_and(|(before, after)| before != after)
}

fn joined<const N: usize>(words: [&Option<String>; N]) -> String {
    let words: Vec<&str> = words.into_iter().filter_map(Option::as_deref).collect();
    words.join(" ")
}

/// A port in words: `443/tcp`.
fn number(proto: Proto, port: u16) -> String {
    format!("{port}/{proto}")
}

fn with_service(mut words: String, service: &Service) -> String {
    let known = joined([&service.name, &service.product, &service.version]);
    if !known.is_empty() {
        words.push_str(" · ");
        words.push_str(&known);
    }
    words
}

impl OpenPort {
    /// That it opened: `443/tcp opened · https nginx 1.24`.
    pub fn opened(&self) -> String {
        let words = format!("{} opened", number(self.proto, self.port));
        with_service(words, &self.service)
    }

    /// That it closed: `23/tcp closed · telnet`.
    pub fn closed(&self) -> String {
        let words = format!("{} closed", number(self.proto, self.port));
        with_service(words, &self.service)
    }

    /// That something else answers there than before: `22/tcp OpenSSH 8.9 → 9.6`.
    pub fn changed(&self, before: &Service) -> String {
        let after = &self.service;
        let (old, new) = if before.product == after.product
            && let (Some(old), Some(new)) = (&before.version, &after.version)
        {
            let product = after.product.iter().map(|product| format!("{product} "));
            (product.collect::<String>() + old, new.clone())
        } else {
            (before.program(), after.program())
        };
        format!("{} {old} → {new}", number(self.proto, self.port))
    }
}

/// That many ports of a host did the same at once: `998 ports opened · 1-22,25-1000`.
pub fn many(ports: &[&OpenPort], what: &str) -> String {
    let numbers: PortSet = ports.iter().map(|port| port.port).collect();
    let words = format!("{} ports {what} · {numbers}", ports.len());
    if words.chars().count() <= text::LINE_LIMIT {
        return words;
    }
    let cut: String = words.chars().take(text::LINE_LIMIT - 1).collect();
    // Not in the middle of a number.
    let end = cut.rfind(',').unwrap_or(cut.len());
    format!("{},…", &cut[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(name: &str, product: &str, version: &str) -> Service {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Service {
            name: some(name),
            product: some(product),
            version: some(version),
        }
    }

    fn port(port: u16, service: Service) -> OpenPort {
        OpenPort {
            proto: Proto::Tcp,
            port,
            service,
        }
    }

    #[test]
    fn a_change_is_told_in_few_words() {
        let https = port(443, service("https", "nginx", "1.24"));
        assert_eq!(https.opened(), "443/tcp opened · https nginx 1.24");
        assert_eq!(
            port(23, service("telnet", "", "")).closed(),
            "23/tcp closed · telnet"
        );
        assert_eq!(port(9, Service::default()).opened(), "9/tcp opened");
        let ssh = port(22, service("ssh", "OpenSSH", "9.6"));
        let old = service("ssh", "OpenSSH", "8.9");
        assert_eq!(ssh.changed(&old), "22/tcp OpenSSH 8.9 → 9.6");
        let old = service("ssh", "Dropbear sshd", "2022.83");
        assert_eq!(
            ssh.changed(&old),
            "22/tcp Dropbear sshd 2022.83 → OpenSSH 9.6"
        );
        let nameless = port(22, service("ssh", "", "9.6"));
        assert_eq!(
            nameless.changed(&service("ssh", "", "8.9")),
            "22/tcp 8.9 → 9.6"
        );
    }

    #[test]
    fn many_changes_at_once_are_one_line() {
        let ports = |numbers: &[u16]| -> Vec<OpenPort> {
            let named = numbers.iter().map(|n| port(*n, Service::default()));
            named.collect()
        };
        let told = |numbers: &[u16]| {
            let ports = ports(numbers);
            many(&ports.iter().collect::<Vec<_>>(), "opened")
        };
        let all: Vec<u16> = (1..=1000).filter(|n| *n != 23).collect();
        assert_eq!(told(&all), "999 ports opened · 1-22,24-1000");
        let odd: Vec<u16> = (1..=1000).filter(|n| n % 2 == 1).collect();
        let words = told(&odd);
        assert!(words.starts_with("500 ports opened · 1,3,") && words.ends_with(",…"));
        assert!((240..=256).contains(&words.chars().count()), "{words}");
    }

    #[test]
    fn only_what_is_known_of_both_differs_and_nothing_known_is_lost() {
        let ssh = service("ssh", "OpenSSH", "9.6");
        for (new, replaced, merged) in [
            (service("ssh", "OpenSSH", "9.7"), true, "ssh OpenSSH 9.7"),
            (service("ssh", "OpenSSH", ""), false, "ssh OpenSSH 9.6"),
            (service("", "", ""), false, "ssh OpenSSH 9.6"),
            (service("ssh", "Dropbear", ""), true, "ssh Dropbear"),
            (service("ssh-x", "", ""), false, "ssh-x OpenSSH 9.6"),
        ] {
            assert_eq!(ssh.is_replaced_by(&new), replaced, "{new:?}");
            let after = ssh.merged(&new, true);
            let words = joined([&after.name, &after.product, &after.version]);
            assert_eq!(words, merged, "{new:?}");
            assert_eq!(ssh.merged(&new, false), ssh);
        }
        assert_eq!(
            Service::default()
                .merged(&service("ssh", "", ""), false)
                .name
                .as_deref(),
            Some("ssh")
        );
    }

    #[test]
    fn a_strangers_words_become_one_short_line() {
        let long = "x".repeat(100_000);
        let cleaned = service("HTTP\u{1b}[31m", "<b>\u{202e}\nhi</b>", &long).clean();
        assert_eq!(cleaned.name.as_deref(), Some("http[31m"));
        assert_eq!(cleaned.product.as_deref(), Some("<b>hi</b>"));
        assert_eq!(cleaned.version.map(|v| v.len()), Some(LONGEST));
        assert!(service(" \u{200b}", "", "").clean().is_unknown());
    }
}
