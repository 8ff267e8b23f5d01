//! Profiles that are read, and those that are refused.

use super::*;
use proptest::prelude::*;

fn refusal(text: &str) -> String {
    let profile = text.parse::<ScanProfile>();
    profile.expect_err(text).to_string()
}

#[test]
fn the_default_reads_itself() {
    let profile: ScanProfile = "-Pn -T3 --top-ports 1000 -sT -sV".parse().unwrap();
    assert_eq!(profile, ScanProfile::default());
    assert_eq!(profile.to_string(), "-Pn -T3 --top-ports 1000 -sT -sV");
}

#[test]
fn what_is_left_out_has_a_value() {
    let bare: ScanProfile = "".parse().unwrap();
    let default = ScanProfile::default();
    assert_eq!(
        bare,
        ScanProfile {
            versions: false,
            ..default
        }
    );
}

#[test]
fn ports_are_listed_glued_or_apart() {
    let expected = Ports::List("22,80-90".parse().unwrap());
    for text in ["-p 80-90,22", "-p22,80-90", "-sV -p22,80-85,86-90"] {
        assert_eq!(text.parse::<ScanProfile>().unwrap().ports, expected);
    }
    for text in ["-p -", "-p-"] {
        let Ports::List(all) = text.parse::<ScanProfile>().unwrap().ports else {
            panic!("{text}")
        };
        assert_eq!(all.len(), 65_535);
    }
    assert_eq!(
        "--top-ports=7".parse::<ScanProfile>().unwrap().ports,
        Ports::Top(7)
    );
}

#[test]
fn a_refusal_names_the_token_and_what_was_meant() {
    for (text, words) in [
        (
            "-Pn --top-1000-ports",
            "\"--top-1000-ports\" is not permitted, did you mean --top-ports 1000?",
        ),
        (
            "-top-ports 20",
            "\"-top-ports\" is not permitted, did you mean --top-ports 1000?",
        ),
        ("-pn", "\"-pn\" is not permitted, did you mean -Pn?"),
        ("-sv", "\"-sv\" is not permitted, did you mean -sV?"),
        ("--sT", "\"--sT\" is not permitted, did you mean -sT?"),
        ("-t4", "\"-t4\" is not permitted, did you mean -T4?"),
        (
            "--ports 22",
            "\"--ports\" is not permitted, did you mean -p?",
        ),
        ("--script=x", "\"--script=x\" is not permitted"),
        ("-oN/tmp/x", "\"-oN/tmp/x\" is not permitted"),
        ("-oX -", "\"-oX\" is not permitted"),
        ("-iL /etc/passwd", "\"-iL\" is not permitted"),
        ("127.0.0.1", "\"127.0.0.1\" is not permitted"),
        ("--", "\"--\" is not permitted"),
        ("é", "\"é\" is not permitted"),
        ("-T6", "\"-T6\": expected -T and a digit from 0 to 5"),
        ("-T", "\"-T\": expected -T and a digit"),
        ("-T33", "\"-T33\": expected -T and a digit"),
        (
            "--top-ports 0",
            "\"--top-ports 0\": expected a whole number",
        ),
        (
            "--top-ports +5",
            "\"--top-ports +5\": expected a whole number",
        ),
        ("--top-ports", "\"--top-ports\": expected a whole number"),
        ("-p U:53", "\"-p U:53\": expected TCP ports"),
        ("-p", "\"-p\": expected TCP ports"),
        ("-p 0", "\"-p 0\": expected TCP ports"),
        ("-pU:53", "\"-pU:53\" is not permitted"),
    ] {
        let refusal = refusal(text);
        assert!(refusal.starts_with(words), "{text}: {refusal}");
    }
}

#[test]
fn nothing_is_said_twice_or_against_itself() {
    for (text, words) in [
        ("-sV -Pn -sV", "\"-sV\" is given twice"),
        ("-Pn -Pn", "\"-Pn\" is given twice"),
        ("-sT -sS", "\"-sS\" contradicts \"-sT\""),
        ("-T3 -T4", "\"-T4\" contradicts \"-T3\""),
        ("-T3 -T3", "\"-T3\" is given twice"),
        ("--top-ports 5 -p 1", "\"-p\" contradicts \"--top-ports\""),
        ("-p 1 -p 2", "\"-p\" is given twice"),
        ("-p1 --top-ports 9", "\"--top-ports\" contradicts \"-p1\""),
    ] {
        assert_eq!(refusal(text), words, "{text}");
    }
}

#[test]
fn a_list_has_to_fit_into_an_argument() {
    let odd: Vec<_> = (1..=u16::MAX).step_by(2).map(|p| p.to_string()).collect();
    let words = refusal(&format!("-p {}", odd.join(",")));
    assert!(words.ends_with("expected fewer ranges of ports"));
}

prop_compose! {
    fn profiles()(
        syn in any::<bool>(),
        top in proptest::option::of(1u16..),
        list in prop::collection::btree_set(1u16.., 1..50),
        timing in 0u8..=5,
        versions in any::<bool>(),
    ) -> ScanProfile {
        ScanProfile {
            technique: if syn { Technique::Syn } else { Technique::Connect },
            ports: top.map_or_else(|| Ports::List(list.into_iter().collect()), Ports::Top),
            timing,
            versions,
        }
    }
}

proptest! {
    #[test]
    fn every_profile_reads_itself_back(profile in profiles()) {
        prop_assert_eq!(profile.to_string().parse::<ScanProfile>(), Ok(profile));
    }

    #[test]
    fn no_text_is_a_panic(text in "\\PC*") {
        let _ = text.parse::<ScanProfile>();
    }

    #[test]
    fn no_argument_is_a_panic(text in "-{0,3}[a-zA-Zé0-9=,-]{0,12}") {
        let _ = text.parse::<ScanProfile>();
    }
}
