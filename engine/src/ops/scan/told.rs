//! How far scans are, told to the open pages: at once when a scan begins or ends, else a few times a second.

use crate::Engine;
use domain::{live::LiveEvent, scan::ScanNews};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Between two messages about one scan that only goes on.
const PAUSE: Duration = Duration::from_millis(500);

/// What was told of each scan that goes on, and what is still to be told.
#[derive(Debug, Default)]
pub struct Told(Mutex<HashMap<i64, Last>>);

#[derive(Debug)]
struct Last {
    at: Instant,
    news: ScanNews,
    /// Newer than what was told.
    kept: Option<ScanNews>,
}

impl Told {
    /// What of some news is told now, and what was kept back before and is due.
    fn sift(&self, news: Vec<ScanNews>, now: Instant) -> Vec<ScanNews> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut told = Vec::new();
        for news in news {
            let last = all.get_mut(&news.id);
            if let Some(last) = last
                && last.news.status == news.status
                && now - last.at < PAUSE
            {
                last.kept = Some(news).filter(|news| *news != last.news);
                continue;
            }
            if all.get(&news.id).is_some_and(|last| last.news == news) {
                continue;
            }
            told.push(news);
            let kept = None;
            all.insert(
                news.id,
                Last {
                    at: now,
                    news,
                    kept,
                },
            );
        }
        for last in all.values_mut().filter(|last| now - last.at >= PAUSE) {
            if let Some(news) = last.kept.take() {
                told.push(news);
                (last.at, last.news) = (now, news);
            }
        }
        all.retain(|_, last| !last.news.status.is_over());
        told
    }
}

/// Tells of some scans what there is to tell by now.
pub(super) fn tell(engine: &Engine, news: Vec<ScanNews>) {
    if news.iter().any(|news| news.status.is_over()) {
        // It may be a run that is to be compared.
        engine.triggers.schedules.notify_one();
    }
    for news in engine.scans_told.sift(news, Instant::now()) {
        engine.bus.publish(LiveEvent::Scan(news));
    }
}

/// Tells what was kept back and is due.
pub fn catch_up(engine: &Engine) {
    tell(engine, Vec::new());
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::scan::{ScanProgress, ScanStatus};

    fn news(status: ScanStatus, done: u32) -> ScanNews {
        ScanNews {
            id: 7,
            status,
            progress: ScanProgress { done, total: 1_000 },
        }
    }

    #[test]
    fn a_thousand_targets_are_a_few_messages_and_the_last_is_the_end() {
        let (told, begun) = (Told::default(), Instant::now());
        let mut sent = told.sift(vec![news(ScanStatus::Queued, 0)], begun);
        for done in 1..1_000 {
            let now = begun + Duration::from_millis(2 * u64::from(done));
            sent.extend(told.sift(vec![news(ScanStatus::Running, done)], now));
        }
        let end = begun + Duration::from_millis(2_000);
        sent.extend(told.sift(vec![news(ScanStatus::Complete, 1_000)], end));
        assert!((5..=7).contains(&sent.len()), "{}", sent.len());
        assert!(sent.is_sorted_by_key(|news| news.progress.done));
        assert_eq!(sent[1], news(ScanStatus::Running, 1), "it began");
        assert_eq!(sent.last(), Some(&news(ScanStatus::Complete, 1_000)));
        assert!(told.0.lock().unwrap().is_empty());
    }

    #[test]
    fn what_was_kept_back_is_told_when_its_time_has_come() {
        let (told, begun) = (Told::default(), Instant::now());
        told.sift(vec![news(ScanStatus::Running, 1)], begun);
        assert_eq!(told.sift(vec![news(ScanStatus::Running, 2)], begun), []);
        assert_eq!(told.sift(Vec::new(), begun + PAUSE / 2), []);
        let due = told.sift(Vec::new(), begun + PAUSE);
        assert_eq!(due, [news(ScanStatus::Running, 2)]);
        assert_eq!(told.sift(Vec::new(), begun + 9 * PAUSE), []);
    }
}
