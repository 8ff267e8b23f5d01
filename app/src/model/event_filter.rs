//! Which events are wanted, how that stands in the address bar, and which pushed ones are among them.

use super::dash_filter::Pairs;
use domain::{
    event::{Event, EventKind, EventQuery, Kinds, Search},
    host::HostId,
    subnet::SubnetId,
    time::Timestamp,
};
use std::time::Duration;

/// How far back: the word in the address bar, what a reader sees, and the hours.
pub const RANGES: [(&str, &str, u64); 5] = [
    ("", "any time", 0),
    ("1h", "last hour", 1),
    ("24h", "last 24 hours", 24),
    ("7d", "last 7 days", 24 * 7),
    ("30d", "last 30 days", 24 * 30),
];

/// Which events are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Only these kinds; any if there are none.
    pub kinds: Vec<EventKind>,
    /// Only this subnet, nested ones included.
    pub subnet: Option<i64>,
    /// Only this host.
    pub host: Option<i64>,
    /// Addresses, or part of the name or the detail.
    pub text: String,
    /// One of [`RANGES`].
    pub range: String,
}

impl EventFilter {
    /// The filter that `get` (a look-up in the query string) describes.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let number = |key| get(key).and_then(|id| id.parse().ok());
        let kinds = get("kind").and_then(|words| words.parse::<Kinds>().ok());
        let known = |word: &String| RANGES.iter().any(|(range, ..)| range == word);
        Self {
            kinds: kinds.unwrap_or_default().0,
            subnet: number("subnet"),
            host: number("host"),
            text: get("q").unwrap_or_default(),
            range: get("since").filter(known).unwrap_or_default(),
        }
    }

    /// The query parameters that bring this filter back, defaults left out.
    pub fn to_query(&self) -> Pairs {
        let pairs = [
            ("kind", Kinds(self.kinds.clone()).to_string()),
            (
                "subnet",
                self.subnet.map_or(String::new(), |id| id.to_string()),
            ),
            ("host", self.host.map_or(String::new(), |id| id.to_string())),
            ("q", self.text.clone()),
            ("since", self.range.clone()),
        ];
        pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// Whether some events may be left out.
    pub fn is_narrow(&self) -> bool {
        !self.to_query().is_empty()
    }

    /// Whether all that happened to a host is in the list, so that it tells how long a state lasted.
    pub fn is_whole(&self) -> bool {
        self.kinds.is_empty() && self.text.trim().is_empty()
    }

    /// Adds a kind or takes it away.
    pub fn toggle(&mut self, kind: EventKind) {
        let before = self.kinds.len();
        self.kinds.retain(|known| *known != kind);
        if self.kinds.len() == before {
            self.kinds.push(kind);
        }
    }

    /// What to ask the server.
    pub fn query(&self, now: Timestamp, cursor: Option<String>) -> EventQuery {
        let range = RANGES.iter().find(|(word, ..)| *word == self.range);
        let hours = range.map(|(.., hours)| *hours).filter(|hours| *hours > 0);
        EventQuery {
            kind: (!self.kinds.is_empty()).then(|| Kinds(self.kinds.clone())),
            subnet: self.subnet,
            host: self.host,
            q: Some(self.text.trim().to_owned()).filter(|text| !text.is_empty()),
            since: hours.map(|hours| now.minus(Duration::from_hours(hours))),
            cursor,
            ..EventQuery::default()
        }
    }

    /// Whether a new event is wanted. `within` are the wanted subnet and those in it, `home` is the wanted host's subnet.
    pub fn fits(&self, event: &Event, within: &[SubnetId], home: Option<SubnetId>) -> bool {
        let of_host = |id| match event.host_id {
            Some(host) => host == HostId(id),
            None => home.is_some() && event.subnet_id == home,
        };
        (self.kinds.is_empty() || self.kinds.contains(&event.kind))
            && (self.subnet.is_none() || event.subnet_id.is_some_and(|id| within.contains(&id)))
            && self.host.is_none_or(of_host)
            && Search::of(&self.text).is_none_or(|search| search.fits(event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::event;

    #[test]
    fn the_filter_survives_the_address_bar_and_unknown_words_are_dropped() {
        let filter = EventFilter {
            kinds: vec![EventKind::Up, EventKind::Down],
            subnet: Some(3),
            host: Some(9),
            text: "nas".into(),
            range: "24h".into(),
        };
        let pairs = filter.to_query();
        let get = |key: &str| {
            let found = pairs.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| value.clone())
        };
        assert_eq!(EventFilter::from_query(get), filter);
        let odd = EventFilter::from_query(|_| Some("nonsense!".into()));
        assert_eq!(
            (odd.kinds, odd.host, odd.range),
            (vec![], None, String::new())
        );
        assert!(!EventFilter::default().is_narrow());
    }

    #[test]
    fn a_range_counts_back_from_now() {
        let filter = EventFilter {
            range: "1h".into(),
            ..EventFilter::default()
        };
        let query = filter.query(Timestamp(7_200_000), None);
        assert_eq!(query.since, Some(Timestamp(3_600_000)));
        assert_eq!(
            EventFilter::default().query(Timestamp(0), None),
            EventQuery::default()
        );
    }

    #[test]
    fn a_pushed_event_is_wanted_by_everything_or_not_at_all() {
        let mut down = event(1, EventKind::Down);
        down.host_id = Some(HostId(9));
        down.subnet_id = Some(SubnetId(4));
        let mut filter = EventFilter {
            kinds: vec![EventKind::Down],
            subnet: Some(3),
            ..EventFilter::default()
        };
        assert!(filter.fits(&down, &[SubnetId(3), SubnetId(4)], None));
        assert!(!filter.fits(&down, &[SubnetId(3)], None));
        filter.toggle(EventKind::Down);
        filter.toggle(EventKind::Up);
        assert!(!filter.fits(&down, &[SubnetId(4)], None));
    }

    #[test]
    fn what_meant_a_whole_subnet_is_wanted_by_its_hosts() {
        let filter = EventFilter {
            host: Some(9),
            ..EventFilter::default()
        };
        let mut wide = event(1, EventKind::Unknown);
        wide.subnet_id = Some(SubnetId(4));
        assert!(filter.fits(&wide, &[], Some(SubnetId(4))));
        assert!(!filter.fits(&wide, &[], Some(SubnetId(5))) && !filter.fits(&wide, &[], None));
    }
}
