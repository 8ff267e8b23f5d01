//! Many hosts of a subnet that became unknown, or known again, by one cause in one round: one event, not hundreds.

use super::News;
use crate::{event::EventKind, status::Cause, time::Timestamp};
use std::time::Duration;

/// What happened to many hosts of a subnet at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Many {
    /// When it began, for the first of them.
    pub at: Timestamp,
    /// [`EventKind::Unknown`] or [`EventKind::Known`].
    pub kind: EventKind,
    /// Why nothing is known, or was known until now.
    pub cause: Option<Cause>,
    /// How many hosts, at least 2.
    pub hosts: usize,
    /// How long it had been unknown, the longest of them; what lasted before that differs from host to host.
    pub lasted: Option<Duration>,
}

impl Many {
    /// In words, for a subnet in which `asked` hosts were asked.
    pub fn detail(&self, subnet: &str, asked: usize) -> String {
        let whose = if self.hosts >= asked {
            format!("all {} hosts of {subnet}", self.hosts)
        } else {
            format!("{} of {asked} hosts of {subnet}", self.hosts)
        };
        match (self.kind, self.cause) {
            (EventKind::Unknown, Some(cause)) => format!("{whose}: {}", cause.words()),
            _ => format!("{whose}: asked again"),
        }
    }

    fn add(&mut self, news: &News) {
        self.hosts += 1;
        self.at = self.at.min(news.at);
        if self.kind == EventKind::Known {
            self.lasted = self.lasted.max(news.lasted);
        }
    }
}

/// Takes out of a round's news what is the same for two hosts or more: the cause lies with this machine, so it is one
/// piece of news about the subnet. `T` says whose news it is.
pub fn gather<T>(news: Vec<(T, News)>) -> (Vec<Many>, Vec<(T, News)>) {
    let is_ours = |news: &News| matches!(news.kind, EventKind::Unknown | EventKind::Known);
    let mut groups: Vec<Many> = Vec::new();
    for (_, news) in news.iter().filter(|(_, news)| is_ours(news)) {
        match groups.iter_mut().find(|many| is_same(many, news)) {
            Some(many) => many.add(news),
            None => groups.push(Many {
                at: news.at,
                kind: news.kind,
                cause: news.cause,
                hosts: 1,
                lasted: news.lasted.filter(|_| news.kind == EventKind::Known),
            }),
        }
    }
    groups.retain(|many| many.hosts > 1);
    let rest = news
        .into_iter()
        .filter(|(_, news)| !groups.iter().any(|many| is_same(many, news)))
        .collect();
    (groups, rest)
}

fn is_same(many: &Many, news: &News) -> bool {
    many.kind == news.kind && many.cause == news.cause
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(at: i64, cause: Cause) -> News {
        News {
            at: Timestamp(at),
            kind: EventKind::Unknown,
            detail: cause.words().into(),
            lasted: Some(Duration::from_secs(9)),
            cause: Some(cause),
        }
    }

    #[test]
    fn one_cause_is_one_event_and_a_lonely_host_keeps_its_own() {
        let up = News {
            kind: EventKind::Up,
            cause: None,
            ..unknown(7, Cause::Stale)
        };
        let news = vec![
            (1, unknown(5, Cause::Unreachable)),
            (2, unknown(3, Cause::Unreachable)),
            (3, unknown(3, Cause::Overloaded)),
            (4, up.clone()),
            (5, up),
        ];
        let (many, rest) = gather(news);
        let words: Vec<String> = many
            .iter()
            .map(|many| many.detail("10.0.0.0/29", 4))
            .collect();
        assert_eq!(
            words,
            ["2 of 4 hosts of 10.0.0.0/29: this machine has no way there"]
        );
        assert_eq!((many[0].at, many[0].lasted), (Timestamp(3), None));
        assert_eq!(
            rest.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
            [3, 4, 5]
        );
    }
}
