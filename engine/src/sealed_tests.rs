//! What is sealed opens with its key in its place, and nowhere else.

use super::*;
use std::os::unix::fs::PermissionsExt as _;

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("rollcall.db");
    (folder, database)
}

#[test]
fn a_secret_opens_in_its_place_also_after_a_restart() {
    let (_folder, database) = folder();
    let key = SealKey::beside(&database);
    key.ensure(false).unwrap();
    let sealed = key.seal("subnet 3", b"public").unwrap();
    assert!(!sealed.windows(6).any(|part| part == b"public"));
    assert_eq!(**key.open("subnet 3", &sealed).unwrap(), *b"public");
    let again = SealKey::beside(&database);
    assert_eq!(**again.open("subnet 3", &sealed).unwrap(), *b"public");
    assert_ne!(
        sealed,
        again.seal("subnet 3", b"public").unwrap(),
        "no two boxes are alike"
    );
}

#[test]
fn a_box_opens_nowhere_else_and_not_when_it_was_altered() {
    let (_folder, database) = folder();
    let key = SealKey::beside(&database);
    key.ensure(false).unwrap();
    let sealed = key.seal("subnet 3", b"public").unwrap();
    let refused = |context: &str, sealed: &[u8]| {
        matches!(key.open(context, sealed), Err(SealError::Foreign(_)))
    };
    assert!(refused("subnet 4", &sealed));
    for at in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[at] ^= 1;
        assert!(refused("subnet 3", &altered), "byte {at}");
        assert!(refused("subnet 3", &sealed[..at]), "cut at {at}");
    }
}

#[test]
fn the_key_is_its_owners_and_made_when_it_is_needed() {
    let (_folder, database) = folder();
    let file = database.with_extension("db.key");
    let key = SealKey::beside(&database);
    assert!(matches!(
        key.open("x", &[1; 60]),
        Err(SealError::Missing(path)) if path == file
    ));
    assert!(!file.exists(), "opening makes no key");
    for refused in [key.seal("x", b"y").map(drop), key.ensure(true)] {
        assert!(matches!(refused, Err(SealError::Missing(_))));
    }
    assert!(!file.exists(), "nor does sealing, where there are secrets");
    key.ensure(false).unwrap();
    key.ensure(true).unwrap();
    key.seal("x", b"y").unwrap();
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(fs::read_to_string(&file).unwrap().trim().len(), 64);
}

#[test]
fn another_key_and_no_key_are_told_apart() {
    let (_folder, database) = folder();
    let file = database.with_extension("db.key");
    let key = SealKey::beside(&database);
    key.ensure(false).unwrap();
    let sealed = key.seal("x", b"y").unwrap();
    fs::write(&file, "00".repeat(32)).unwrap();
    let open = || SealKey::at(&file).open("x", &sealed);
    assert!(matches!(open(), Err(SealError::Foreign(_))));
    for text in ["", "secret", &"0g".repeat(32), "\u{e4}"] {
        fs::write(&file, text).unwrap();
        assert!(matches!(open(), Err(SealError::NoKey(_))), "{text}");
    }
    fs::remove_file(&file).unwrap();
    let words = open().unwrap_err().to_string();
    assert!(words.contains("rollcall.db.key is missing"), "{words}");
}
