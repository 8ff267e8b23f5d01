//! What several sources say becomes one account.

use super::*;
use crate::time::Timestamp;
use proptest::prelude::*;

const KINDS: [Kind; 14] = [
    Kind::Country,
    Kind::CountryCode,
    Kind::Region,
    Kind::City,
    Kind::Isp,
    Kind::Organisation,
    Kind::Asn,
    Kind::AsName,
    Kind::Network,
    Kind::AbuseContact,
    Kind::ReverseName,
    Kind::Hosting,
    Kind::Proxy,
    Kind::Mobile,
];

fn known(said: &[(&str, Kind, &str)]) -> Known {
    let said: Vec<MetadataFact> = said
        .iter()
        .filter_map(|(source, kind, value)| MetadataFact::new(*kind, value, source, Timestamp(1)))
        .collect();
    Known::merge(&said, Vec::new())
}

#[test]
fn the_first_source_that_knows_a_fact_wins() {
    let known = known(&[
        ("a", Kind::CountryCode, "GB"),
        ("a", Kind::Country, "United Kingdom"),
        ("b", Kind::Country, "Britain"),
        ("b", Kind::CountryCode, "GB"),
        ("b", Kind::City, "London"),
        ("b", Kind::Isp, "Andrews & Arnold"),
        ("c", Kind::City, "Leeds"),
    ]);
    assert_eq!(known.location().unwrap(), "London, United Kingdom");
    assert_eq!(known.provider().unwrap(), "Andrews & Arnold");
    assert_eq!(known.source().unwrap(), "a, b");
}

#[test]
fn a_city_of_another_country_is_not_told() {
    let known = known(&[
        ("a", Kind::CountryCode, "GB"),
        ("b", Kind::CountryCode, "FR"),
        ("b", Kind::Country, "France"),
        ("b", Kind::Region, "Île-de-France"),
        ("b", Kind::City, "Paris"),
        ("a", Kind::Asn, "AS1"),
        ("b", Kind::Asn, "AS2"),
        ("b", Kind::AsName, "Two"),
    ]);
    assert_eq!(known.location().unwrap(), "United Kingdom");
    assert_eq!(known.provider().unwrap(), "AS1");
}

#[test]
fn what_is_said_twice_is_told_once() {
    for (said, location, provider) in [
        (
            &[
                ("a", Kind::City, "Singapore"),
                ("a", Kind::Region, "singapore"),
                ("a", Kind::CountryCode, "SG"),
                ("a", Kind::Isp, "Google LLC"),
                ("a", Kind::Organisation, "Google"),
                ("a", Kind::Asn, "AS15169"),
            ][..],
            Some("Singapore"),
            Some("Google LLC (AS15169)"),
        ),
        (
            &[
                ("a", Kind::Isp, "Amazon.com"),
                ("a", Kind::Organisation, "AWS EC2"),
            ][..],
            None,
            Some("Amazon.com / AWS EC2"),
        ),
        (
            &[("a", Kind::AsName, "Telstra"), ("a", Kind::Asn, "AS1221")][..],
            None,
            Some("Telstra (AS1221)"),
        ),
        (&[("a", Kind::CountryCode, "QQ")][..], Some("QQ"), None),
        (&[("a", Kind::ReverseName, "a.example")][..], None, None),
    ] {
        let known = known(said);
        assert_eq!(known.location().as_deref(), location, "{said:?}");
        assert_eq!(known.provider().as_deref(), provider, "{said:?}");
    }
}

#[test]
fn a_reverse_name_is_no_source_of_a_place() {
    let known = known(&[
        ("reverse DNS", Kind::ReverseName, "a.example"),
        ("c", Kind::Proxy, "yes"),
    ]);
    assert_eq!(known.source().unwrap(), "c");
    assert!(known.reputation().is_proxy && known.network().is_proxy);
    assert!(!known.network().is_hosting);
}

#[test]
fn hostile_words_become_one_short_line() {
    let words = format!("a\u{202e}\r\nb\t<script>{}", "x".repeat(5_000));
    let fact = MetadataFact::new(Kind::City, &words, "s", Timestamp(0)).unwrap();
    assert!(fact.value.starts_with("a  b <script>xx"), "{}", fact.value);
    assert!(fact.value.chars().count() <= 160);
    assert!(MetadataFact::new(Kind::City, " \u{200b}\n", "s", Timestamp(0)).is_none());
}

proptest! {
    #[test]
    fn each_kind_is_told_at_most_once_and_by_somebody_who_said_it(
        said in prop::collection::vec((0usize..3, 0usize..KINDS.len(), 0usize..3), 0..40),
    ) {
        let said: Vec<MetadataFact> = said
            .into_iter()
            .filter_map(|(source, kind, value)| {
                MetadataFact::new(KINDS[kind], ["x", "y", "z"][value], ["a", "b", "c"][source], Timestamp(0))
            })
            .collect();
        let known = Known::merge(&said, Vec::new());
        for pair in known.facts.windows(2) {
            prop_assert!(pair[0].kind < pair[1].kind);
        }
        for fact in &known.facts {
            prop_assert!(said.contains(fact));
        }
        for kind in KINDS.into_iter().filter(|kind| !matches!(kind, Kind::Country | Kind::CountryCode | Kind::Region | Kind::City | Kind::AsName)) {
            let first = said.iter().find(|fact| fact.kind == kind);
            prop_assert_eq!(known.facts.iter().find(|fact| fact.kind == kind), first);
        }
        prop_assert_eq!(Known::merge(&known.facts, Vec::new()), known);
    }
}
