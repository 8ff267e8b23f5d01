//! One host's history: every round, or what its hours and days came to.

use crate::{
    Caller, Engine, Error, Result,
    store::{
        self,
        samples::{
            DAY, Series,
            day::{self, HostDay},
            folded::{self, Period},
            journal, tidy,
        },
    },
};
use domain::{
    aggregate::Aggregate,
    history::{History, HistoryPoint, HistoryQuery, MAX_POINTS, Resolution},
    host::HostId,
    sample::Sample,
    subnet::SubnetId,
    time::Timestamp,
    token::Scope,
};
use std::{collections::BTreeMap, net::IpAddr, time::Duration};

/// How far back an answer goes when nothing is asked for.
const STRETCH: Duration = Duration::from_hours(24);

/// A part of a host's history, oldest first. Where nothing is known there are no points.
pub async fn status(
    engine: &Engine,
    caller: &Caller,
    id: HostId,
    query: &HistoryQuery,
) -> Result<History> {
    caller.require(Scope::Read)?;
    let host = store::host::find(engine.store.read(), id).await?;
    let host = host.ok_or(Error::NotFound { what: "host" })?;
    let to = query.to.unwrap_or_else(|| engine.now());
    let from = query.from.unwrap_or_else(|| to.minus(STRETCH));
    if from >= to {
        return Err(Error::field("/from", "before the end"));
    }
    let limit = match query.limit.unwrap_or(MAX_POINTS) {
        limit @ 1..=MAX_POINTS => limit as usize,
        _ => return Err(Error::field("/limit", "between 1 and 20000")),
    };
    let resolution = query
        .resolution
        .unwrap_or_else(|| Resolution::suiting(to.since(from)));
    let part = Part {
        engine,
        id,
        ip: host.ip,
        from,
        to,
    };
    let mut items = match resolution {
        Resolution::Raw => part.rounds(limit).await?,
        Resolution::Hour => part.aggregates(Period::Hour).await?,
        Resolution::Day => part.aggregates(Period::Day).await?,
    };
    let next_from = items.get(limit).map(|point| point.ts);
    items.truncate(limit);
    Ok(History {
        resolution,
        from,
        to,
        items,
        next_from,
    })
}

/// What is read.
struct Part<'a> {
    engine: &'a Engine,
    id: HostId,
    ip: IpAddr,
    from: Timestamp,
    to: Timestamp,
}

impl Part<'_> {
    /// One point per round; reads day by day, until there is one more than `limit`.
    async fn rounds(&self, limit: usize) -> Result<Vec<HistoryPoint>> {
        let db = self.engine.store.read();
        let waiting = self.journal(self.from).await?;
        let mut series = waiting.clone();
        let (mut first, mut last) = (Period::Day.of(self.from), Period::Day.of(self.to));
        let spans = [
            folded::span(db, Period::Day).await?,
            folded::span(db, Period::Hour)
                .await?
                .map(|(a, b)| (a.div_euclid(24), b.div_euclid(24))),
        ];
        let spans = spans.into_iter().flatten();
        if let Some((oldest, newest)) = spans.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) {
            (first, last) = (first.max(oldest), last.min(newest));
            for day in first..=last {
                // Hours first: what a fold moves meanwhile is then read twice rather than not at all.
                for (period, first, last) in [
                    (Period::Hour, day * 24, day * 24 + 23),
                    (Period::Day, day, day),
                ] {
                    let found = folded::of_host(db, period, self.id, first, last).await?;
                    let inside = |at: Timestamp| (self.from..self.to).contains(&at);
                    let samples = found.into_iter().flat_map(|(_, series)| series);
                    series.extend(samples.filter(|(at, _)| inside(*at)));
                }
                if series.len() > limit + waiting.len() {
                    break;
                }
            }
        }
        tidy(&mut series);
        Ok(series
            .into_iter()
            .filter_map(|(at, sample)| HistoryPoint::of_round(at, sample))
            .take(limit + 1)
            .collect())
    }

    /// The host's rounds that are not folded yet, by whichever subnet it was in.
    async fn journal(&self, from: Timestamp) -> Result<Series> {
        let around: Vec<SubnetId> = self.engine.board().around(self.ip.into()).collect();
        let db = self.engine.store.read();
        let rounds = journal::of_subnets(db, &around, from, self.to).await?;
        let mut series = Series::new();
        for round in &rounds {
            let own = round.samples().filter(|(id, _)| *id == self.id);
            series.extend(own.map(|(_, sample)| (round.at, sample)));
        }
        Ok(series)
    }

    /// One point per hour or day.
    async fn aggregates(&self, period: Period) -> Result<Vec<HistoryPoint>> {
        let db = self.engine.store.read();
        let (first, last) = (period.of(self.from), period.of(Timestamp(self.to.0 - 1)));
        let start = period.start(first);
        let mut found: BTreeMap<i64, Aggregate> = BTreeMap::new();
        // What is not folded into days yet.
        let mut series = self.journal(start).await?;
        let hours = Period::Hour.of(start)..=Period::Hour.of(self.to);
        let folded =
            folded::of_host(db, Period::Hour, self.id, *hours.start(), *hours.end()).await?;
        series.extend(folded.into_iter().flat_map(|(_, series)| series));
        tidy(&mut series);
        for stretch in series.chunk_by(|a, b| period.of(a.0) == period.of(b.0)) {
            found.extend(aggregate(period, stretch));
        }
        let days = (Period::Day.of(start), Period::Day.of(self.to));
        for day in day::of_host(db, self.id, days.0, days.1).await? {
            found.extend(of_day(period, day));
        }
        Ok(found
            .range(first..=last)
            .map(|(number, all)| HistoryPoint::of_aggregate(period.start(*number), all))
            .collect())
    }
}

fn aggregate(period: Period, stretch: &[(Timestamp, Sample)]) -> Option<(i64, Aggregate)> {
    let number = period.of(stretch.first()?.0);
    let start = period.start(number);
    let all = match period {
        Period::Hour => Aggregate::of(stretch, start, period.start(number + 1))?,
        Period::Day => Aggregate::of_day(stretch, start)?.0,
    };
    Some((number, all))
}

fn of_day(period: Period, day: HostDay) -> Vec<(i64, Aggregate)> {
    match period {
        Period::Day => vec![(day.day, day.all)],
        Period::Hour => {
            let first = day.day * DAY / Period::Hour.ms();
            let hours = day.hours.unwrap_or_default().into_iter();
            hours
                .map(|(hour, all)| (first + i64::from(hour), all))
                .collect()
        }
    }
}
