//! Which scans are wanted of the history, and how news of one change its line.

use super::{dash_filter::Pairs, paged::Paged, scan_words::status_key};
use domain::{
    page::DEFAULT_LIMIT,
    scan::{Scan, ScanNews, ScanQuery, ScanStatus},
};

/// Every status, in the order of the menu.
pub const STATUSES: [ScanStatus; 5] = [
    ScanStatus::Queued,
    ScanStatus::Running,
    ScanStatus::Complete,
    ScanStatus::Cancelled,
    ScanStatus::Failed,
];

/// Which scans are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// In what was asked for.
    pub text: String,
    /// Only these.
    pub status: Option<ScanStatus>,
}

impl ListFilter {
    /// The filter that `get` (a look-up in the query string) describes.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let status = get("status");
        let is_it = |it: &ScanStatus| status.as_deref() == Some(status_key(*it));
        Self {
            text: get("q").unwrap_or_default(),
            status: STATUSES.into_iter().find(is_it),
        }
    }

    /// The query parameters that bring this filter back.
    pub fn to_query(&self) -> Pairs {
        let text = Some(("q", self.text.clone())).filter(|(_, text)| !text.is_empty());
        let status = self.status.map(|it| ("status", status_key(it).to_owned()));
        text.into_iter().chain(status).collect()
    }

    /// What to ask the server.
    pub fn query(&self, cursor: Option<String>) -> ScanQuery {
        ScanQuery {
            q: Some(self.text.trim().to_owned()).filter(|text| !text.is_empty()),
            status: self.status,
            cursor,
            ..ScanQuery::default()
        }
    }

    /// Whether some scans may be left out.
    pub fn is_narrow(&self) -> bool {
        !self.to_query().is_empty()
    }
}

/// Whether some scan of the list goes on.
pub fn is_open(list: &Paged<Scan>) -> bool {
    list.items.iter().any(|scan| !scan.status.is_over())
}

/// Whether no more than the first page is here, so that it can be read again without taking anything away.
pub fn is_first_page(list: &Paged<Scan>) -> bool {
    list.items.len() <= DEFAULT_LIMIT as usize
}

/// Changes a line by what the stream tells.
pub fn take(list: &mut Paged<Scan>, news: &ScanNews) -> bool {
    let Some(scan) = list.items.iter_mut().find(|scan| scan.id == news.id) else {
        return false;
    };
    let is_late = scan.status.is_over() || news.progress.done < scan.progress.done;
    let is_same = (scan.status, scan.progress) == (news.status, news.progress);
    if is_late || is_same {
        return false;
    }
    (scan.status, scan.progress) = (news.status, news.progress);
    true
}

/// Scans to compare with: the newest earlier one of the same request first, then all others, newest first.
pub fn comparable<'a>(scans: &'a [Scan], with: &Scan) -> Vec<(&'a Scan, bool)> {
    let others = scans
        .iter()
        .filter(|it| it.id != with.id && it.progress.done > 0);
    let mut others: Vec<_> = others.map(|it| (it, it.request == with.request)).collect();
    // Stable: the list comes newest first.
    others.sort_by_key(|(it, is_same)| (!(*is_same && it.created_at <= with.created_at), !is_same));
    others
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;
    use domain::scan::{NewScan, ScanProgress};

    #[test]
    fn the_filter_survives_the_address_bar_and_unknown_words_are_dropped() {
        let filter = ListFilter {
            text: "10.0.0.0/24".into(),
            status: Some(ScanStatus::Cancelled),
        };
        let pairs = filter.to_query();
        let get = |key: &str| {
            let found = pairs.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| value.clone())
        };
        assert_eq!(ListFilter::from_query(get), filter);
        let odd = ListFilter::from_query(|key| (key == "status").then(|| "odd".into()));
        assert!(!odd.is_narrow());
    }

    #[test]
    fn news_change_their_line_and_an_end_is_final() {
        let mut list = Paged {
            items: vec![sample::scan(2), sample::scan(1)],
            next: None,
            total: 2,
        };
        let news = |id, status| ScanNews {
            id,
            status,
            progress: ScanProgress { done: 4, total: 4 },
        };
        assert!(is_open(&list));
        assert!(take(&mut list, &news(1, ScanStatus::Complete)));
        assert!(!take(&mut list, &news(1, ScanStatus::Running)));
        assert!(!take(&mut list, &news(9, ScanStatus::Running)));
        assert_eq!(list.items[1].status, ScanStatus::Complete);
    }

    #[test]
    fn the_run_before_of_the_same_request_is_offered_first() {
        let scan = |id: i64, name: &str| Scan {
            request: NewScan {
                endpoints: vec![name.into()],
                ..NewScan::default()
            },
            ..sample::scan(id)
        };
        let all = [
            scan(5, "b"),
            scan(4, "a"),
            scan(3, "a"),
            scan(2, "b"),
            scan(1, "a"),
        ];
        let ids: Vec<i64> = comparable(&all, &all[2])
            .into_iter()
            .map(|(it, _)| it.id)
            .collect();
        assert_eq!(ids, [1, 4, 5, 2]);
    }
}
