//! The form refuses what the server would refuse, and sends no more than what changed.

use super::*;
use crate::state::tests::subnet;

fn errors(draft: &Draft) -> Vec<String> {
    draft
        .to_new()
        .unwrap_err()
        .into_iter()
        .map(|error| error.pointer)
        .collect()
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let draft = Draft {
        tags: "a<b".into(),
        interval: "4".into(),
        down_after: "x".into(),
        ..Draft::new("10.0.0.5/24".into())
    };
    assert_eq!(
        errors(&draft),
        ["/cidr", "/tags", "/interval_seconds", "/down_after"]
    );
}

#[test]
fn host_bits_offer_the_network_and_half_a_word_is_not_wrong_yet() {
    let error = cidr_while_typing("10.0.0.5/24").unwrap();
    assert_eq!(error.suggestion.as_deref(), Some("10.0.0.0/24"));
    assert!(cidr_while_typing("224.0.0.0/24").is_some());
    for fine_so_far in ["", "10.0", "10.0.0.5", "10.0.0.0/24"] {
        assert_eq!(cidr_while_typing(fine_so_far), None);
    }
}

#[test]
fn what_cannot_be_swept_is_not_asked_for() {
    let new = Draft::new("fd00::/64".into()).to_new().unwrap();
    assert_eq!(new.discover, None);
    let new = Draft::new("10.0.0.0/24".into()).to_new().unwrap();
    assert_eq!(new.discover, Some(true));
}

#[test]
fn a_patch_holds_only_what_changed() {
    let before = Subnet {
        name: "old".into(),
        interval_seconds: Some(30),
        ..subnet(1, "10.0.0.0/24")
    };
    let draft = Draft::of(&before);
    assert_eq!(draft.to_patch(&before).unwrap(), SubnetPatch::default());
    let draft = Draft {
        name: String::new(),
        interval: String::new(),
        tags: "B a".into(),
        port_scan: false,
        ..draft
    };
    let patch = draft.to_patch(&before).unwrap();
    assert_eq!(patch.name, Some(Some(String::new())));
    assert_eq!(patch.interval_seconds, Some(None));
    assert_eq!(patch.tags, Some(Some(vec!["b".into(), "a".into()])));
    assert_eq!(patch.down_after, None);
    assert_eq!((patch.port_scan, patch.discover), (Some(false), None));
}

#[test]
fn a_correct_block_is_explained() {
    assert_eq!(
        cidr_hint("10.0.0.0/30").as_deref(),
        Some("2 addresses, 10.0.0.1 – 10.0.0.2.")
    );
    assert!(cidr_hint("fd00::/64").unwrap().contains("Not swept"));
    assert_eq!(cidr_hint("10.0.0.1"), None);
}
