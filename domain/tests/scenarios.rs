//! Plays the scenario files: rounds in; statuses, events and uptime out. The engine runs the same code.
//!
//! `rounds` are words with spaces between them. A letter is one round, an interval after the one before it: `r` reply,
//! `s` silence, `u` no route, `p` no permission, `b` no buffer, `i` the machine slept in it, `l` silence while the link
//! was down; `r*9` is nine of them. `+8h` and `-1h` set the clock; `restart` starts the process again; `down_after=5` and
//! `up_after=3` change the rules; `reserved` documents the host as silent; `again` deletes the host and adds it anew.
//!
//! `shown` has a letter per round: `U` up, `S` up but suspect, `D` down, `?` unknown. Events are `minutes kind: detail
//! (how long the state before it had lasted)`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use domain::{
    archive::is_faded,
    event::EventKind,
    probe::{Answer, Disturbance, Unsent},
    status::{State, Status, Thresholds, looked_until},
    time::Timestamp,
    timeline::{Began, Look, News, turn, worth_telling},
    uptime::{Period, Span, uptime},
};
use serde::Deserialize;
use std::{collections::BTreeSet, fs, path::Path, time::Duration};

#[derive(Deserialize)]
struct File {
    scenario: Vec<Scenario>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    name: String,
    #[serde(default = "start")]
    start: String,
    #[serde(default = "minute")]
    interval_minutes: u32,
    #[serde(default)]
    described: bool,
    rounds: String,
    shown: String,
    events: Vec<String>,
    /// How many rounds leave the host flapping.
    #[serde(default)]
    flapping: usize,
    /// Of the whole story, or of the last `window_hours` of it.
    uptime: Option<String>,
    window_hours: Option<u64>,
}

fn start() -> String {
    "2026-03-04T05:00:00Z".into()
}

fn minute() -> u32 {
    1
}

/// What became of the host so far.
struct Play {
    state: State,
    look: Look,
    now: Timestamp,
    began_at: Timestamp,
    spans: Vec<Span>,
    was_seen: bool,
    reserved: bool,
    described: bool,
    archived: bool,
    shown: String,
    events: Vec<String>,
    flapping: usize,
}

impl Play {
    fn new(scenario: &Scenario) -> Self {
        let interval = Duration::from_secs(60 * u64::from(scenario.interval_minutes));
        let began_at: Timestamp = scenario.start.parse().unwrap();
        Self {
            state: State::default(),
            look: Look {
                looked_at: Timestamp(0),
                interval,
                rules: Thresholds {
                    down_after: 3,
                    up_after: 1,
                },
            },
            now: began_at.minus(interval),
            began_at,
            spans: Vec::new(),
            was_seen: false,
            reserved: false,
            described: scenario.described,
            archived: false,
            shown: String::new(),
            events: Vec::new(),
            flapping: 0,
        }
    }

    fn command(&mut self, word: &str) {
        match word.split_once('=') {
            Some(("down_after", n)) => self.look.rules.down_after = n.parse().unwrap(),
            Some(("up_after", n)) => self.look.rules.up_after = n.parse().unwrap(),
            Some(_) => panic!("unknown command {word}"),
            None => match word {
                // Nothing but the state and the time of the last round survives it, and both are kept as they are.
                "restart" => {}
                "reserved" => self.reserved = true,
                "again" => {
                    self.state = State::default();
                    self.spans.clear();
                    self.was_seen = false;
                }
                _ if word.starts_with('+') => self.now = self.now.plus(span_of(&word[1..])),
                _ if word.starts_with('-') => self.now = self.now.minus(span_of(&word[1..])),
                _ => {
                    let (letter, times) = word.split_once('*').unwrap_or((word, "1"));
                    for _ in 0..times.parse().unwrap() {
                        if !self.archived {
                            self.round(letter);
                        }
                    }
                }
            },
        }
    }

    fn round(&mut self, letter: &str) {
        self.now = self.now.plus(self.look.interval);
        let answer = answer(letter);
        let turn = turn(&self.state, &self.look, answer, self.now);
        let expected = self.reserved || !self.was_seen;
        for news in worth_telling(turn.news, expected) {
            self.tell(&news);
        }
        for began in turn.began {
            self.begin(began);
        }
        self.state = turn.state;
        self.look.looked_at = self.now;
        self.was_seen |= matches!(answer, Answer::Reply { .. });
        self.flapping += usize::from(self.state.is_flapping());
        self.shown.push(match self.state.shown() {
            Status::Up if self.state.is_suspect() => 'S',
            Status::Up => 'U',
            Status::Down => 'D',
            Status::Unknown => '?',
        });
        self.fade();
    }

    fn tell(&mut self, news: &News) {
        let minutes = |ms: i64| ms / 60_000;
        let lasted = news.lasted.map_or(String::new(), |lasted| {
            format!(" ({}m)", lasted.as_secs() / 60)
        });
        let at = minutes(news.at.0 - self.began_at.0);
        self.events
            .push(format!("{at} {}: {}{lasted}", news.kind, news.detail));
    }

    /// As the store does it: no interval ends before it began, no two overlap.
    fn begin(&mut self, began: Began) {
        let mut start = began.at;
        if let Some(last) = self.spans.last_mut() {
            last.end = Some(last.start.max(began.at));
            start = start.max(Timestamp(last.start.0 + 1));
        }
        self.spans.push(Span {
            start,
            end: None,
            state: began.state,
        });
    }

    fn period(&self, from: Timestamp) -> Period {
        let to = self.now.plus(self.look.interval);
        Period {
            from,
            to,
            looked_until: looked_until(self.look.looked_at, to, self.look.interval),
        }
    }

    fn fade(&mut self) {
        let down = uptime(&self.spans, self.period(self.state.since)).down_seconds;
        if is_faded(self.described, &self.state, Duration::from_secs(down)) {
            self.archived = true;
            let minutes = (self.now.0 - self.began_at.0) / 60_000;
            self.events
                .push(format!("{minutes} {}", EventKind::Archived));
        }
    }

    fn uptime(&self, from: Timestamp) -> String {
        let found = uptime(&self.spans, self.period(from));
        let percent = found
            .percent
            .map_or("nothing".into(), |p| format!("{p:.3} %"));
        format!(
            "{percent} of {}m, {}m down in {} outages",
            found.observed_seconds / 60,
            found.down_seconds / 60,
            found.outages
        )
    }
}

fn answer(letter: &str) -> Answer {
    let silence_with =
        |disturbance: Disturbance| disturbance.doubt().map_or(Answer::Silence, Answer::Unsent);
    let calm = Disturbance::default();
    match letter {
        "r" => Answer::Reply { rtt_us: 700 },
        "s" => silence_with(calm),
        "u" => Answer::Unsent(Unsent::NetworkUnreachable),
        "p" => Answer::Unsent(Unsent::NoPermission),
        "b" => Answer::Unsent(Unsent::BufferFull),
        "i" => silence_with(Disturbance {
            slept: true,
            ..calm
        }),
        "l" => silence_with(Disturbance {
            link_down: true,
            ..calm
        }),
        _ => panic!("unknown round {letter}"),
    }
}

fn span_of(text: &str) -> Duration {
    let (number, unit) = text.split_at(text.len() - 1);
    let number: u64 = number.parse().unwrap();
    match unit {
        "m" => Duration::from_mins(number),
        "h" => Duration::from_hours(number),
        "d" => Duration::from_hours(24 * number),
        _ => panic!("unknown unit {unit}"),
    }
}

/// `U*3 ?` in full.
fn spelt_out(short: &str) -> String {
    let times = |word: &str| {
        let (letters, times) = word.split_once('*').unwrap_or((word, "1"));
        letters.repeat(times.parse().unwrap())
    };
    short.split_whitespace().map(times).collect()
}

fn check(scenario: &Scenario) -> Result<(), String> {
    let mut play = Play::new(scenario);
    for word in scenario.rounds.split_whitespace() {
        play.command(word);
    }
    let from = scenario.window_hours.map_or(Timestamp(0), |hours| {
        play.period(Timestamp(0))
            .to
            .minus(Duration::from_hours(hours))
    });
    let found = (play.shown.clone(), play.events.clone(), play.flapping);
    let expected = (
        spelt_out(&scenario.shown),
        scenario.events.clone(),
        scenario.flapping,
    );
    let uptime = scenario
        .uptime
        .clone()
        .map(|wanted| (wanted, play.uptime(from)));
    if found == expected
        && uptime
            .as_ref()
            .is_none_or(|(wanted, found)| wanted == found)
    {
        return Ok(());
    }
    Err(format!(
        "{}\n  wanted {expected:?}\n  found  {found:?}\n  uptime, wanted and found: {uptime:?}",
        scenario.name
    ))
}

#[test]
fn every_scenario_comes_out_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut names = BTreeSet::new();
    let mut failures = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file: File = toml::from_str(&fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for scenario in &file.scenario {
            assert!(
                names.insert(scenario.name.clone()),
                "{} twice",
                scenario.name
            );
            failures.extend(check(scenario).err());
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    assert!(names.len() >= 30, "only {} scenarios", names.len());
}
