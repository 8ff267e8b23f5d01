//! Durations and moments in words: "12 m ago".

use domain::time::Timestamp;

/// A duration in its one or two largest units: `45 s`, `12 m`, `3 h 5 m`, `12 d 4 h`.
pub fn span(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let two = |big: u64, unit: &str, small: u64, small_unit: &str| {
        if small == 0 {
            format!("{big} {unit}")
        } else {
            format!("{big} {unit} {small} {small_unit}")
        }
    };
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} m"),
        3600..36_000 => two(hours, "h", minutes % 60, "m"),
        36_000..86_400 => format!("{hours} h"),
        86_400..2_592_000 => two(days, "d", hours % 24, "h"),
        _ => format!("{days} d"),
    }
}

/// How long ago, in its largest unit only; what is younger than 15 s is "just now", so that a tick every 15 s is enough.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.since(at).as_secs();
    match seconds {
        0..15 => "just now".into(),
        15..60 => format!("{} s ago", seconds / 15 * 15),
        60..3600 => format!("{} m ago", seconds / 60),
        3600..86_400 => format!("{} h ago", seconds / 3600),
        _ => format!("{} d ago", seconds / 86_400),
    }
}

/// How long until then, in its largest unit only.
pub fn ahead(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.since(now).as_secs();
    match seconds {
        0..60 => "within a minute".into(),
        60..3600 => format!("in {} m", seconds / 60),
        3600..86_400 => format!("in {} h", seconds / 3600),
        _ => format!("in {} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_span_has_at_most_two_units() {
        for (seconds, words) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 m"),
            (3599, "59 m"),
            (3600, "1 h"),
            (11_100, "3 h 5 m"),
            (50_000, "13 h"),
            (86_400, "1 d"),
            (1_051_200, "12 d 4 h"),
            (8_640_000, "100 d"),
        ] {
            assert_eq!(span(seconds), words);
        }
    }

    #[test]
    fn ago_is_coarse_and_never_in_the_future() {
        let now = Timestamp(1_000_000_000);
        for (seconds, words) in [
            (0, "just now"),
            (14, "just now"),
            (44, "30 s ago"),
            (720, "12 m ago"),
            (7200, "2 h ago"),
            (200_000, "2 d ago"),
        ] {
            assert_eq!(ago(now.minus(Duration::from_secs(seconds)), now), words);
        }
        assert_eq!(ago(now.plus(Duration::from_mins(1)), now), "just now");
    }
}
