//! Which results of a scan are on the screen: filtered, in order, and not all of a thousand at once.

use super::dash_filter::Pairs;
use domain::{
    risk::RiskLevel,
    scan::{Scan, ScanNews, ScanResult},
};
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, collections::HashMap};

/// Cards that are shown before somebody asks for more.
pub const SOME: u32 = 50;

/// Every verdict, the worst first.
pub const LEVELS: [RiskLevel; 6] = [
    RiskLevel::Critical,
    RiskLevel::High,
    RiskLevel::Medium,
    RiskLevel::Low,
    RiskLevel::None,
    RiskLevel::Unknown,
];

/// Which results are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardFilter {
    /// Only this verdict.
    pub level: Option<RiskLevel>,
    /// In the target, its address, its ports, its findings, its network.
    pub text: String,
    /// The worst first, instead of the order of the request.
    pub worst_first: bool,
}

impl CardFilter {
    /// The filter that `get` (a look-up in the query string) describes.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let level = get("level");
        Self {
            level: LEVELS
                .into_iter()
                .find(|it| level.as_deref() == Some(it.as_str())),
            text: get("q").unwrap_or_default(),
            worst_first: get("order").as_deref() == Some("worst"),
        }
    }

    /// The query parameters that bring this filter back.
    pub fn to_query(&self) -> Pairs {
        let level = self.level.map(|level| ("level", level.to_string()));
        let text = Some(("q", self.text.clone())).filter(|(_, text)| !text.is_empty());
        let order = self.worst_first.then(|| ("order", "worst".to_owned()));
        level.into_iter().chain(text).chain(order).collect()
    }

    /// Whether some results may be left out.
    pub fn is_narrow(&self) -> bool {
        self.level.is_some() || !self.text.trim().is_empty()
    }

    fn fits(&self, result: &ScanResult, words: &str) -> bool {
        self.level.is_none_or(|level| level == result.risk_level)
            && (words.is_empty() || holds(result, words))
    }
}

/// Whether any of a result's words has these, in lower case.
fn holds(result: &ScanResult, words: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(words);
    let some = |text: &Option<String>| text.as_deref().is_some_and(has);
    has(&result.target)
        || has(&result.ip_address)
        || [&result.country, &result.provider, &result.location]
            .into_iter()
            .any(some)
        || result.open_ports.iter().any(|port| {
            has(&port.port.to_string())
                || [&port.service, &port.product, &port.version]
                    .into_iter()
                    .any(some)
        })
        || result
            .findings
            .iter()
            .any(|it| has(&it.id) || has(&it.evidence))
}

/// One result, told apart from another one of the same target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// How many results of this target came before.
    pub nth: u32,
    /// The result.
    pub result: ScanResult,
}

impl Card {
    /// What it is known by while the list around it changes. A finished target's result never does.
    pub fn key(&self) -> (String, u32, u64) {
        (
            self.result.target.clone(),
            self.nth,
            self.result.duration_ms,
        )
    }
}

/// A scan as its page shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScanPage {
    /// The scan, its results left out.
    pub scan: Scan,
    /// How many finished targets have which verdict, the worst first, verdicts that nobody has left out.
    pub counts: Vec<(RiskLevel, u32)>,
    /// How many results are wanted.
    pub matching: u32,
    /// The first of them.
    pub cards: Vec<Card>,
}

impl ScanPage {
    /// The wanted results of a scan, `most` of them.
    pub fn new(mut scan: Scan, wanted: &CardFilter, most: u32) -> Self {
        let results = std::mem::take(&mut scan.results);
        let count = |level| results.iter().filter(|it| it.risk_level == level).count();
        let counts = LEVELS.map(|level| (level, u32::try_from(count(level)).unwrap_or(u32::MAX)));
        scan.worst = results.iter().map(|it| it.risk_level).max();
        let words = wanted.text.trim().to_lowercase();
        let mut seen: HashMap<String, u32> = HashMap::new();
        let cards = results.into_iter().filter_map(|result| {
            let before = seen.entry(result.target.clone()).or_default();
            let nth = *before;
            *before += 1;
            wanted.fits(&result, &words).then_some(Card { nth, result })
        });
        let mut cards: Vec<Card> = cards.collect();
        if wanted.worst_first {
            cards.sort_by_key(|card| Reverse((card.result.risk_level, card.result.risk_score)));
        }
        let matching = u32::try_from(cards.len()).unwrap_or(u32::MAX);
        cards.truncate(most as usize);
        Self {
            scan,
            counts: counts.into_iter().filter(|(_, count)| *count > 0).collect(),
            matching,
            cards,
        }
    }

    /// Takes news of this scan; `true` if the results should be fetched.
    pub fn take(&mut self, news: &ScanNews) -> bool {
        // What the server answered may be newer than what the stream still tells.
        let is_late = news.id != self.scan.id
            || self.scan.status.is_over()
            || news.progress.done < self.scan.progress.done;
        if is_late {
            return false;
        }
        let before = (self.scan.status, self.scan.progress);
        (self.scan.status, self.scan.progress) = (news.status, news.progress);
        before != (news.status, news.progress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;
    use domain::scan::{ScanProgress, ScanStatus};

    fn page(filter: &CardFilter, most: u32) -> ScanPage {
        let results = [
            ("a.example", RiskLevel::None),
            ("b.example", RiskLevel::High),
            ("a.example", RiskLevel::Unknown),
            ("c.example", RiskLevel::Critical),
        ];
        let scan = Scan {
            results: results
                .map(|(target, level)| sample::result(target, level))
                .into(),
            ..sample::scan(1)
        };
        ScanPage::new(scan, filter, most)
    }

    fn names(page: &ScanPage) -> Vec<(&str, u32)> {
        let cards = page.cards.iter();
        cards
            .map(|it| (it.result.target.as_str(), it.nth))
            .collect()
    }

    #[test]
    fn cards_are_in_the_order_of_the_request_or_the_worst_first() {
        let all = page(&CardFilter::default(), 3);
        assert_eq!(
            names(&all),
            [("a.example", 0), ("b.example", 0), ("a.example", 1)]
        );
        assert_eq!(
            (all.matching, all.scan.worst),
            (4, Some(RiskLevel::Critical))
        );
        assert_eq!(all.counts.len(), 4);
        let worst = CardFilter {
            worst_first: true,
            ..CardFilter::default()
        };
        assert_eq!(
            names(&page(&worst, 2)),
            [("c.example", 0), ("b.example", 0)]
        );
    }

    #[test]
    fn unknown_is_not_none_and_words_are_looked_for_everywhere() {
        let none = CardFilter {
            level: Some(RiskLevel::None),
            ..CardFilter::default()
        };
        assert_eq!(names(&page(&none, 9)), [("a.example", 0)]);
        for (text, found) in [("B.EXAM", 1), ("ssh", 4), ("22", 4), ("nothing", 0)] {
            let filter = CardFilter {
                text: text.into(),
                ..CardFilter::default()
            };
            assert_eq!(page(&filter, 9).matching, found, "{text}");
        }
    }

    #[test]
    fn the_filter_survives_the_address_bar() {
        let filter = CardFilter {
            level: Some(RiskLevel::High),
            text: "nginx".into(),
            worst_first: true,
        };
        let pairs = filter.to_query();
        let get = |key: &str| {
            let found = pairs.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| value.clone())
        };
        assert_eq!(CardFilter::from_query(get), filter);
        assert_eq!(CardFilter::from_query(|_| Some("odd".into())).level, None);
    }

    #[test]
    fn late_news_change_nothing() {
        let mut page = page(&CardFilter::default(), 9);
        let news = |id, status, done| ScanNews {
            id,
            status,
            progress: ScanProgress { done, total: 4 },
        };
        assert!(page.take(&news(1, ScanStatus::Running, 2)));
        assert!(!page.take(&news(1, ScanStatus::Running, 2)));
        assert!(!page.take(&news(1, ScanStatus::Running, 1)));
        assert!(!page.take(&news(2, ScanStatus::Running, 3)));
        assert!(page.take(&news(1, ScanStatus::Complete, 4)));
        assert!(!page.take(&news(1, ScanStatus::Running, 4)));
    }
}
