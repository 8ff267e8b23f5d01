//! How long a host was Up and Down, from its state intervals. What nobody observed counts for neither.

use crate::{host::HostId, status::Status, time::Timestamp};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr, time::Duration};

/// One state interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it began.
    pub start: Timestamp,
    /// When it ended; absent while it lasts.
    pub end: Option<Timestamp>,
    /// The state.
    pub state: Status,
}

/// A stretch of time, `to` not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
    /// Until when somebody looked: an interval that lasts counts no further, for after a crash nobody did.
    pub looked_until: Timestamp,
}

/// The periods that uptime is given for. Hours of UTC: a day has 24 of them, also when the clocks change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Window {
    /// 24 hours.
    #[serde(rename = "24h")]
    Day,
    /// 7 days.
    #[serde(rename = "7d")]
    Week,
    /// 30 days.
    #[serde(rename = "30d")]
    Month,
    /// 90 days.
    #[serde(rename = "90d")]
    Quarter,
    /// 365 days.
    #[serde(rename = "1y")]
    Year,
}

impl Window {
    /// Every window, shortest first.
    pub const ALL: [Self; 5] = [
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
    ];

    /// How long it is.
    pub fn length(self) -> Duration {
        let days = match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => 365,
        };
        Duration::from_hours(24 * days)
    }

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Quarter => "90d",
            Self::Year => "1y",
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of 24h, 7d, 30d, 90d, 1y")]
pub struct UnknownWindow;

impl FromStr for Window {
    type Err = UnknownWindow;

    fn from_str(text: &str) -> Result<Self, UnknownWindow> {
        Self::ALL
            .into_iter()
            .find(|window| window.as_str() == text)
            .ok_or(UnknownWindow)
    }
}

/// How long a host was Up and Down within a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Uptime {
    /// Up as a share of the observed time, 0 to 100; absent when nothing was observed.
    pub percent: Option<f64>,
    /// Seconds in which the host was known to be Up or Down.
    pub observed_seconds: u64,
    /// Seconds of these in which it was Up.
    pub up_seconds: u64,
    /// Seconds of these in which it was Down.
    pub down_seconds: u64,
    /// Outages that touch the period.
    pub outages: u32,
}

/// Uptime over every window that ends now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Uptimes {
    /// 24 hours.
    #[serde(rename = "24h")]
    pub day: Uptime,
    /// 7 days.
    #[serde(rename = "7d")]
    pub week: Uptime,
    /// 30 days.
    #[serde(rename = "30d")]
    pub month: Uptime,
    /// 90 days.
    #[serde(rename = "90d")]
    pub quarter: Uptime,
    /// 365 days.
    #[serde(rename = "1y")]
    pub year: Uptime,
}

impl Uptimes {
    /// Asks `of` for every window.
    pub fn of(of: impl Fn(Window) -> Uptime) -> Self {
        Self {
            day: of(Window::Day),
            week: of(Window::Week),
            month: of(Window::Month),
            quarter: of(Window::Quarter),
            year: of(Window::Year),
        }
    }
}

/// Uptime of one host of many.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostUptime {
    /// The host.
    pub host_id: HostId,
    /// Its figures.
    pub uptime: Uptime,
}

/// Over which window, and which page of the hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct WindowQuery {
    /// The window that ends now; absent = `30d`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub window: Option<Window>,
    /// Items of a page, 1 to 1000; absent = 100.
    #[serde(default)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Which outages to list, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct OutageQuery {
    /// Only outages that reach into the time after this; absent = a year ago.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>, format = DateTime))]
    pub since: Option<Timestamp>,
    /// Only outages that began before this; absent = now.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>, format = DateTime))]
    pub until: Option<Timestamp>,
    /// Items of a page, 1 to 1000; absent = 100.
    #[serde(default)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// One stretch of Down. Time in between that nobody observed does not split it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Outage {
    /// When it began, also when that is before the period.
    pub began_at: Timestamp,
    /// Until when the host was known to be Down; absent while it is.
    pub ended_at: Option<Timestamp>,
    /// Seconds within the period in which it was known to be Down.
    pub down_seconds: u64,
}

/// What counts of one interval.
struct Piece {
    span: Span,
    ms: i64,
}

/// The parts of the intervals that lie within the period; where two overlap, the earlier one counts.
fn pieces(spans: &[Span], period: Period) -> impl Iterator<Item = Piece> + '_ {
    let mut passed = period.from;
    spans.iter().filter_map(move |span| {
        let end = span.end.unwrap_or(period.looked_until).min(period.to);
        let start = span.start.max(passed);
        // An interval that has just begun, in this very millisecond, is there already.
        let is_there = span.start < period.to && span.end.is_none_or(|end| end > period.from);
        passed = passed.max(end);
        is_there.then_some(Piece {
            span: *span,
            ms: end.0.saturating_sub(start.0).max(0),
        })
    })
}

/// How long the host of these intervals, oldest first, was Up and Down within the period.
pub fn uptime(spans: &[Span], period: Period) -> Uptime {
    let (mut up, mut down) = (0, 0);
    for piece in pieces(spans, period) {
        match piece.span.state {
            Status::Up => up += piece.ms,
            Status::Down => down += piece.ms,
            Status::Unknown => {}
        }
    }
    let seconds = |ms: i64| u64::try_from(ms / 1000).unwrap_or(0);
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of a year need 35 bits of the 53"
    )]
    let share = || 100.0 * up as f64 / (up + down) as f64;
    let observed_seconds = seconds(up) + seconds(down);
    Uptime {
        percent: (observed_seconds > 0).then(share),
        observed_seconds,
        up_seconds: seconds(up),
        down_seconds: seconds(down),
        outages: u32::try_from(outages(spans, period).len()).unwrap_or(u32::MAX),
    }
}

/// The outages of the host of these intervals, oldest first, that touch the period.
pub fn outages(spans: &[Span], period: Period) -> Vec<Outage> {
    let mut found: Vec<(Outage, i64)> = Vec::new();
    let mut goes_on = false;
    for Piece { span, ms } in pieces(spans, period) {
        match span.state {
            Status::Up => goes_on = false,
            Status::Unknown => {}
            Status::Down => {
                match found.last_mut().filter(|_| goes_on) {
                    Some((outage, down)) => {
                        outage.ended_at = span.end;
                        *down += ms;
                    }
                    None => found.push((
                        Outage {
                            began_at: span.start,
                            ended_at: span.end,
                            down_seconds: 0,
                        },
                        ms,
                    )),
                }
                goes_on = true;
            }
        }
    }
    let whole = |(outage, ms): (Outage, i64)| Outage {
        down_seconds: u64::try_from(ms / 1000).unwrap_or(0),
        ..outage
    };
    found.into_iter().map(whole).collect()
}

#[cfg(test)]
#[path = "uptime_tests.rs"]
mod tests;
