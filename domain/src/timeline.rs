//! One more round in the life of a host: the state to remember, the state intervals it begins, and what it tells.
//!
//! The engine stores what comes out and the scenario files check it: both run this code.

mod gather;

pub use gather::{Many, gather};

use crate::{
    event::EventKind,
    probe::Answer,
    status::{self, Cause, State, Status, Thresholds, Transition},
    time::Timestamp,
};
use std::time::Duration;

/// What was known about how a host is asked, before the round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// When its last round ended, whatever came of it; when the last decision fell, if that alone is known.
    pub looked_at: Timestamp,
    /// Between two rounds.
    pub interval: Duration,
    /// When a status is decided.
    pub rules: Thresholds,
}

/// A state interval that begins, ending the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Began {
    /// When.
    pub at: Timestamp,
    /// The state.
    pub state: Status,
    /// Why it is unknown.
    pub cause: Option<Cause>,
}

/// Something for the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// When it happened; what was unknown is told later than it began.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// In words.
    pub detail: String,
    /// How long the state before it had lasted.
    pub lasted: Option<Duration>,
    /// Why nothing is known, or was known until now.
    pub cause: Option<Cause>,
}

impl News {
    fn new(at: Timestamp, kind: EventKind, detail: impl Into<String>) -> Self {
        Self {
            at,
            kind,
            detail: detail.into(),
            lasted: None,
            cause: None,
        }
    }
}

/// What one more round of a host brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The state to remember.
    pub state: State,
    /// Whether to ask again soon instead of after a whole interval.
    pub ask_again: bool,
    /// State intervals that begin, oldest first.
    pub began: Vec<Began>,
    /// For the timeline, in order; silence that is expected is still among it.
    pub news: Vec<News>,
}

impl Turn {
    /// Whether a page that shows the host has to show something else now.
    pub fn changes_what_is_shown(&self, before: &State) -> bool {
        let shown = |s: &State| {
            let cause = s.unasked.map(|(cause, _)| cause);
            (s.shown(), s.is_suspect(), s.is_flapping(), cause)
        };
        !self.began.is_empty() || shown(before) != shown(&self.state)
    }
}

/// Applies one round's answer to what was known before it. Time in which nobody looked becomes Unknown first, and what
/// comes after it does not follow in a row upon what was before.
pub fn turn(before: &State, look: &Look, answer: Answer, now: Timestamp) -> Turn {
    let mut start = before.clone();
    let decided = before.known != Status::Unknown;
    let stale = status::stale_since(look.looked_at, now, look.interval).filter(|_| decided);
    let (mut began, mut news, mut gap) = (Vec::new(), Vec::new(), None);
    match (stale, before.unasked) {
        (Some(since), None) => {
            let since = since.max(before.since).min(now);
            (start.silent, start.answered) = (0, 0);
            gap = Some((Cause::Stale, since));
            began.push(unknown(since, Cause::Stale));
            news.push(became_unknown(before, Cause::Stale, since));
            start.told_unknown = true;
        }
        // Unknown already for its own reason, which nobody was there to tell.
        (Some(_), Some((cause, since))) if !before.told_unknown => {
            news.push(became_unknown(before, cause, since.min(now)));
            start.told_unknown = true;
        }
        _ => {}
    }
    let step = status::advance(&start, answer, look.rules, now);
    let mut after = step.state;
    if let Some((_, since)) = &mut after.unasked {
        if let Some((_, earlier)) = gap {
            *since = earlier;
        }
        // One bad round is nothing to tell; the second in a row is.
        if let Some((cause, since)) = before.unasked.filter(|_| decided && !after.told_unknown) {
            after.told_unknown = true;
            news.push(became_unknown(before, cause, since.min(now)));
        }
    } else if after.told_unknown {
        after.told_unknown = false;
        let was = gap.or(before.unasked);
        news.push(News {
            lasted: was.map(|(_, since)| now.since(since)),
            cause: was.map(|(cause, _)| cause),
            ..News::new(now, EventKind::Known, "asked again")
        });
    }
    let shown = |s: &State| (s.shown(), s.unasked.map(|(cause, _)| cause));
    if gap.is_some() || shown(before) != shown(&after) {
        began.push(Began {
            at: now,
            state: after.shown(),
            cause: after.unasked.map(|(cause, _)| cause),
        });
    }
    news.extend(decision(&start, &after, step.transition, now));
    news.extend(flapping(before, &after, now));
    Turn {
        state: after,
        ask_again: step.ask_again,
        began,
        news,
    }
}

fn unknown(at: Timestamp, cause: Cause) -> Began {
    Began {
        at,
        state: Status::Unknown,
        cause: Some(cause),
    }
}

fn became_unknown(before: &State, cause: Cause, since: Timestamp) -> News {
    News {
        lasted: Some(since.since(before.since)),
        cause: Some(cause),
        ..News::new(since, EventKind::Unknown, cause.words())
    }
}

/// Up, Down, or on the way there.
fn decision(
    before: &State,
    after: &State,
    change: Option<Transition>,
    now: Timestamp,
) -> Option<News> {
    let Some(change) = change else {
        let is_news = after.is_suspect() && !before.is_suspect();
        return is_news.then(|| News::new(now, EventKind::Suspect, "missed a round"));
    };
    let (kind, detail) = match (change.from, change.to) {
        (Status::Unknown, Status::Up) => (EventKind::Up, "first reply".to_owned()),
        (_, Status::Up) => (EventKind::Up, "answers again".to_owned()),
        _ if after.silent == 1 => (EventKind::Down, "1 silent round".to_owned()),
        _ => (EventKind::Down, format!("{} silent rounds", after.silent)),
    };
    Some(News {
        lasted: (change.from != Status::Unknown).then_some(change.lasted),
        ..News::new(now, kind, detail)
    })
}

fn flapping(before: &State, after: &State, now: Timestamp) -> Option<News> {
    match (before.flapping, after.flapping) {
        (None, Some(_)) => {
            let changes = after.changes.len();
            let first = after.changes.first().map_or(now, |first| *first);
            let minutes = now.since(first).as_secs().div_ceil(60).max(1);
            let detail = format!("{changes} changes within {minutes} min");
            Some(News::new(now, EventKind::FlappingBegan, detail))
        }
        (Some(since), None) => Some(News {
            lasted: Some(now.since(since)),
            ..News::new(now, EventKind::FlappingEnded, "no change for an hour")
        }),
        _ => None,
    }
}

/// What is left to tell of a host; of one whose silence is expected, silence is no news.
pub fn worth_telling(news: Vec<News>, silence_is_expected: bool) -> impl Iterator<Item = News> {
    news.into_iter()
        .filter(move |news| !(silence_is_expected && news.kind.is_silence()))
}

#[cfg(test)]
mod tests;
