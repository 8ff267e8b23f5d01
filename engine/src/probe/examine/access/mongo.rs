//! The one question to a `MongoDB` server, `listDatabases` with names only, and what its answer says (`OP_MSG`, BSON).

use super::Access;

/// The operation code of messages, since 3.6.
const OP_MSG: i32 = 2013;
/// Its header and flags, and the kind of the section that follows.
const HEADER: usize = 21;
/// "Unauthorized", and "command requires authentication" before 3.6 and by some that speak the same language.
const UNAUTHORIZED: i32 = 13;

/// `{listDatabases: 1, nameOnly: true, $db: "admin"}` as a message.
pub(super) fn list_databases() -> Vec<u8> {
    let mut fields = Vec::new();
    fields.extend(b"\x10listDatabases\0");
    fields.extend(1_i32.to_le_bytes());
    fields.extend(b"\x08nameOnly\0\x01");
    fields.extend(b"\x02$db\0");
    fields.extend(6_i32.to_le_bytes());
    fields.extend(b"admin\0");
    fields.push(0);
    message(&fields)
}

/// A message with one document of these fields.
pub(super) fn message(fields: &[u8]) -> Vec<u8> {
    let document = i32::try_from(fields.len() + 4).unwrap_or(i32::MAX);
    let length = i32::try_from(fields.len() + 4 + HEADER).unwrap_or(i32::MAX);
    let mut bytes = Vec::new();
    for word in [length, 1, 0, OP_MSG, 0] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.push(0);
    bytes.extend(document.to_le_bytes());
    bytes.extend(fields);
    bytes
}

fn number(bytes: &[u8], at: usize) -> Option<i32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(i32::from_le_bytes(four.try_into().ok()?))
}

/// Whether the message is there to its end, or is none.
pub(super) fn is_whole(answer: &[u8]) -> bool {
    let length = number(answer, 0).map(|length| usize::try_from(length).unwrap_or(0));
    length.is_some_and(|length| answer.len() >= length)
}

/// What the answer says.
pub(super) fn read(answer: &[u8]) -> Option<Access> {
    if number(answer, 12)? != OP_MSG || *answer.get(HEADER - 1)? != 0 {
        return None;
    }
    let mongo = Access::of("mongod", Some("MongoDB"), None);
    let mut at = HEADER + 4;
    loop {
        let kind = *answer.get(at)?;
        if kind == 0 {
            return Some(mongo);
        }
        let rest = answer.get(at + 1..)?;
        let name = rest.get(..rest.iter().position(|byte| *byte == 0)?)?;
        let value = at + 1 + name.len() + 1;
        match (name, kind) {
            (b"databases", 4) => return Some(mongo.open("it listed its databases")),
            (b"code", 0x10) if number(answer, value)? == UNAUTHORIZED => {
                return Some(mongo.closed("it asks for a password"));
            }
            _ => {}
        }
        let length = match kind {
            1 | 9 | 0x11 | 0x12 => 8,
            // A text has its length in front, which counts its zero.
            2 => usize::try_from(number(answer, value)?)
                .ok()?
                .checked_add(4)?,
            // A document counts itself.
            3 | 4 => usize::try_from(number(answer, value)?).ok()?,
            8 => 1,
            0x0a => 0,
            0x10 => 4,
            // Such answers have nothing else.
            _ => return None,
        };
        at = value.checked_add(length)?;
    }
}
