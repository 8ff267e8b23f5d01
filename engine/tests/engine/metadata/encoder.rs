//! Writes small files of the MaxMind format (version 2.0): IPv4 networks and a record for each.

use serde_json::{Value, json};
use std::net::Ipv4Addr;

/// What a record of the tree leads to.
#[derive(Clone, Copy)]
enum Leads {
    Nowhere,
    ToNode(u32),
    ToData(u32),
}

/// A file that says `records` of networks such as `1.2.3.0/24`.
pub(crate) fn encode(kind: &str, built_at: u64, records: &[(&str, Value)]) -> Vec<u8> {
    let mut nodes = vec![[Leads::Nowhere; 2]];
    let mut data = Vec::new();
    for (network, record) in records {
        let (ip, prefix) = network.split_once('/').unwrap();
        let bits = u32::from(ip.parse::<Ipv4Addr>().unwrap());
        let prefix: u32 = prefix.parse().unwrap();
        let mut at = 0;
        for depth in 0..prefix {
            let side = (bits >> (31 - depth) & 1) as usize;
            if depth + 1 == prefix {
                nodes[at][side] = Leads::ToData(u32::try_from(data.len()).unwrap());
                break;
            }
            at = if let Leads::ToNode(next) = nodes[at][side] {
                next as usize
            } else {
                nodes.push([Leads::Nowhere; 2]);
                let next = nodes.len() - 1;
                nodes[at][side] = Leads::ToNode(u32::try_from(next).unwrap());
                next
            };
        }
        value(&mut data, "", record);
    }
    let count = u32::try_from(nodes.len()).unwrap();
    let mut file = Vec::new();
    for lead in nodes.iter().flatten() {
        let number = match lead {
            Leads::Nowhere => count,
            Leads::ToNode(node) => *node,
            Leads::ToData(offset) => count + 16 + offset,
        };
        file.extend(&number.to_be_bytes()[1..]);
    }
    file.extend([0; 16]);
    file.extend(data);
    file.extend(b"\xab\xcd\xefMaxMind.com");
    let metadata = json!({
        "binary_format_major_version": 2, "binary_format_minor_version": 0, "build_epoch": built_at,
        "database_type": kind, "description": {"en": "made by a test"}, "ip_version": 4, "languages": ["en"],
        "node_count": count, "record_size": 24,
    });
    value(&mut file, "", &metadata);
    file
}

fn control(out: &mut Vec<u8>, kind: u8, size: usize) {
    let (short, rest) = if size < 29 {
        (u8::try_from(size).unwrap(), None)
    } else {
        (29, Some(u8::try_from(size - 29).unwrap()))
    };
    if kind < 8 {
        out.push(kind << 5 | short);
    } else {
        out.extend([short, kind - 7]);
    }
    out.extend(rest);
}

fn unsigned(out: &mut Vec<u8>, number: u64, kind: u8) {
    let bytes = number.to_be_bytes();
    let bytes: Vec<u8> = bytes.into_iter().skip_while(|byte| *byte == 0).collect();
    let kind = match (kind, bytes.len()) {
        (0, 0..=2) => 5,
        (0, _) => 6,
        (kind, _) => kind,
    };
    control(out, kind, bytes.len());
    out.extend(bytes);
}

fn value(out: &mut Vec<u8>, key: &str, given: &Value) {
    match given {
        Value::String(text) => {
            control(out, 2, text.len());
            out.extend(text.as_bytes());
        }
        Value::Number(number) => {
            // Of the metadata readers expect uint64 and uint32 here.
            let kind = match key {
                "build_epoch" => 9,
                "node_count" => 6,
                _ => 0,
            };
            unsigned(out, number.as_u64().unwrap(), kind);
        }
        Value::Object(map) => {
            control(out, 7, map.len());
            for (key, inner) in map {
                value(out, "", &Value::String(key.clone()));
                value(out, key, inner);
            }
        }
        Value::Array(list) => {
            control(out, 11, list.len());
            for inner in list {
                value(out, key, inner);
            }
        }
        Value::Bool(is_so) => control(out, 14, usize::from(*is_so)),
        Value::Null => unreachable!("the format has none"),
    }
}
