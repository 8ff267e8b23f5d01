//! What the database holds, how it grows, and what is dropped when.

use crate::{
    ago,
    components::{Refetch, TimeAgo},
    state::use_clock,
};
use domain::storage::{StorageReport, StorageTable};
use leptos::prelude::*;
use leptos_use_interval_fn::use_interval_fn;

/// The server counts anew every five minutes.
const REFRESH_MS: u64 = 300_000;

/// Bytes in the unit that fits.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        1_000_000..1_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

/// A whole number with its thousands set apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// What a person calls a table.
fn word(table: &str) -> String {
    let known = match table {
        "round" => "Rounds of this hour",
        "hour_samples" => "Rounds of this day",
        "day_samples" => "Rounds of the days before",
        "host_day" => "Hours and days",
        "state_interval" => "Up, down and unknown times",
        "event" => "Events",
        "host" => "Hosts",
        "host_current" => "Statuses",
        "host_newest" => "Newest replies",
        "host_set" => "Members of subnets",
        "subnet" => "Subnets",
        "session" => "Sessions",
        "token" => "Tokens",
        "webhook" => "Webhooks",
        "delivery" => "Messages to webhooks",
        "port" => "Ports",
        "port_scan" => "Newest port scans",
        "port_coverage" => "Ports that scans asked",
        "snmp" => "SNMP credentials of subnets",
        "host_snmp" => "SNMP credentials of hosts",
        "scan" => "IP intelligence scans",
        "scan_target" => "Results of these scans",
        "scan_known" => "What schedules know",
        "scan_schedule" => "Schedules of scans",
        "instance" => "This installation",
        "user" => "Users",
        "demo" => "The mark of a sample network",
        "seaql_migrations" => "Versions of the schema",
        "sqlite_schema" => "The schema",
        "sqlite_sequence" => "Counters",
        other => return spelled(other),
    };
    known.to_owned()
}

/// A table that a later version has: its name without what only machines need.
fn spelled(table: &str) -> String {
    let words = table.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// The database in numbers.
#[component]
pub(super) fn Storage(report: RwSignal<StorageReport>) -> impl IntoView {
    let refetch = expect_context::<Refetch>();
    let _ = use_interval_fn(move || refetch.run(), REFRESH_MS);
    let total =
        move || report.with(|r| format!("{}, of which {} free", size(r.bytes), size(r.free_bytes)));
    let growth = move || {
        report.with(|r| match r.bytes_per_day {
            0 => "not known yet".to_owned(),
            bytes => format!("about {} a day", size(bytes)),
        })
    };
    let kept = move || {
        report.with(|r| {
            format!(
                "every round for {} days, hours for {} days, days and events for ever",
                r.keep_raw_days, r.keep_hourly_days
            )
        })
    };
    view! {
        <dl class="kv" data-testid="storage">
            <dt>"Size"</dt><dd>{total}</dd>
            <dt>"Grows by"</dt><dd>{growth}</dd>
            <dt>"Kept"</dt><dd>{kept}</dd>
        </dl>
        <table class="lines storage">
            <caption class="visually-hidden">"Tables of the database, largest first"</caption>
            <thead>
                <tr><th scope="col">"What"</th><th scope="col" class="number">"Rows"</th><th scope="col" class="number">"Size"</th>
                    <th scope="col">"Oldest"</th><th scope="col">"Dropped next"</th></tr>
            </thead>
            <tbody>
                {move || report.with(|r| r.tables.clone()).into_iter()
                    .map(|table| view! { <Table table/> }).collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn Table(table: StorageTable) -> impl IntoView {
    let now = use_clock().now();
    let drop = move || {
        let at = table.next_drop_at?;
        let bytes = table
            .next_drop_bytes
            .map(|bytes| format!("{}, ", size(bytes)));
        Some(format!(
            "{}{}",
            bytes.unwrap_or_default(),
            ago::ahead(at, now.get())
        ))
    };
    view! {
        <tr data-testid="storage-table" data-name=table.name.clone()>
            <td>{word(&table.name)}</td>
            <td class="number">{grouped(table.rows)}</td>
            <td class="number">{size(table.bytes)}</td>
            <td class="faint">{table.oldest_at.map(|at| view! { <TimeAgo at=at/> })}</td>
            <td class="faint stretch">{move || drop().unwrap_or_else(|| "never".to_owned())}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, size, word};

    #[test]
    fn sizes_have_one_decimal_from_a_megabyte_on() {
        assert_eq!(size(4096), "5 kB");
        assert_eq!(size(12_340_000), "12.3 MB");
        assert_eq!(size(2_050_000_000), "2.0 GB");
    }

    #[test]
    fn no_table_is_told_by_its_raw_name() {
        assert_eq!(word("scan_target"), "Results of these scans");
        assert_eq!(word("made_later"), "Made later");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(14_400_000), "14\u{202f}400\u{202f}000");
    }
}
