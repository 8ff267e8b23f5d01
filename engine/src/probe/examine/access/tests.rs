//! What each service's answers mean.

use super::*;

fn said(asked: Asked, answer: &[u8]) -> (Option<String>, Option<bool>) {
    let access = read(asked, answer);
    (
        access.service.and_then(|service| service.name),
        access.verdict.map(|(is_open, _)| is_open),
    )
}

fn mongo_says(fields: &[u8]) -> Vec<u8> {
    mongo::message(fields)
}

#[test]
fn only_an_answer_that_says_so_lets_strangers_in() {
    let databases = mongo_says(b"\x04databases\0\x05\0\0\0\0\x01ok\0\0\0\0\0\0\0\xf0\x3f\0");
    let refused =
        mongo_says(b"\x01ok\0\0\0\0\0\0\0\0\0\x02errmsg\0\x03\0\0\0no\0\x10code\0\x0d\0\0\0\0");
    let other = mongo_says(b"\x01ok\0\0\0\0\0\0\0\0\0\x10code\0\x3b\0\0\0\0");
    for (asked, answer, name, verdict) in [
        (Asked::Redis, &b"+PONG\r\n"[..], Some("redis"), Some(true)),
        (
            Asked::Redis,
            b"-NOAUTH Authentication required.\r\n",
            Some("redis"),
            Some(false),
        ),
        (
            Asked::Redis,
            b"-DENIED Redis is running in protected mode\r\n",
            Some("redis"),
            Some(false),
        ),
        (Asked::Redis, b"+PONGO\r\n", None, None),
        (Asked::Redis, b"SSH-2.0-OpenSSH_9.6\r\n", Some("ssh"), None),
        (Asked::Redis, b"", None, None),
        (
            Asked::Memcached,
            b"VERSION 1.6.18\r\n",
            Some("memcached"),
            Some(true),
        ),
        (
            Asked::Memcached,
            b"CLIENT_ERROR unauthenticated\r\n",
            Some("memcached"),
            Some(false),
        ),
        (Asked::Memcached, b"ERROR\r\n", None, None),
        (Asked::Mongo, &databases, Some("mongod"), Some(true)),
        (Asked::Mongo, &refused, Some("mongod"), Some(false)),
        (Asked::Mongo, &other, Some("mongod"), None),
        (Asked::Mongo, b"HTTP/1.0 200 OK\r\n\r\n", None, None),
    ] {
        let expected = (name.map(ToOwned::to_owned), verdict);
        assert_eq!(said(asked, answer), expected, "{asked:?} {answer:?}");
    }
}

#[test]
fn a_version_is_kept_and_cleaned() {
    let access = read(Asked::Memcached, b"VERSION 1.6.18\x1b[31m\r\nmore");
    let version = access.service.unwrap().version.unwrap();
    assert_eq!(version, "1.6.18[31m");
}

#[test]
fn a_cut_or_strange_message_is_nothing_to_go_by() {
    let whole = mongo_says(b"\x02a\0\x02\0\0\0b\0\x04databases\0\x05\0\0\0\0\0");
    assert_eq!(said(Asked::Mongo, &whole).1, Some(true));
    for end in 0..whole.len() {
        let cut = read(Asked::Mongo, &whole[..end]);
        // The list's name is the first that can tell.
        assert!(end > 40 || cut.verdict.is_none(), "{end}");
        assert!(!mongo::is_whole(&whole[..end]));
    }
    assert!(mongo::is_whole(&whole));
    // Lengths that lead astray.
    for length in [-1_i32, i32::MAX, i32::MIN] {
        let mut fields = b"\x02a\0".to_vec();
        fields.extend(length.to_le_bytes());
        fields.extend(b"b\0");
        assert_eq!(read(Asked::Mongo, &mongo_says(&fields)).verdict, None);
    }
}
