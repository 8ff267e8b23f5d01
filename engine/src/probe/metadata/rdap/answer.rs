//! What a registry says of a block (RFC 9083).

use domain::{scan::metadata::MetadataKind as Kind, time::Timestamp};
use ipnetwork::IpNetwork;
use serde_json::Value;
use std::{net::IpAddr, time::Duration};

/// Entities within entities.
const DEPTH: usize = 4;
/// How long an address' neighbours are spared the question.
const HOLDS: Duration = Duration::from_hours(1);

/// A block and whom it was given to.
#[derive(Clone, Debug)]
pub(super) struct Block {
    first: IpAddr,
    last: IpAddr,
    /// The address that was asked for.
    asked: IpAddr,
    /// Who said so.
    pub(super) registry: String,
    pub(super) facts: Vec<(Kind, String)>,
    /// When.
    pub(super) at: Timestamp,
}

impl Block {
    /// Whether this is the answer for another address too. A wide block may have smaller ones in it, so only the nearest
    /// neighbours of the address that was asked for are spared.
    pub(super) fn covers(&self, ip: IpAddr, now: Timestamp) -> bool {
        let is_inside = (self.first..=self.last).contains(&ip);
        is_inside && neighbourhood(ip) == neighbourhood(self.asked) && now.since(self.at) < HOLDS
    }
}

/// The /24 or /48 of an address.
fn neighbourhood(ip: IpAddr) -> Option<IpAddr> {
    let prefix = if ip.is_ipv4() { 24 } else { 48 };
    Some(IpNetwork::new(ip, prefix).ok()?.network())
}

/// Reads an answer about an address.
pub(super) fn read(
    body: &[u8],
    ip: IpAddr,
    registry: &str,
    at: Timestamp,
) -> Result<Block, &'static str> {
    const NONE: &str = "its answer is not what is documented";
    let answer: Value = serde_json::from_slice(body).map_err(|_| NONE)?;
    let text = |key: &str| answer[key].as_str().map(str::trim);
    let end = |key: &str| text(key).and_then(|text| text.parse::<IpAddr>().ok());
    let ends = end("startAddress").zip(end("endAddress"));
    let by_prefix = || cidr(&answer).map(|block| (block.network(), block.broadcast()));
    let (first, last) = ends.or_else(by_prefix).ok_or(NONE)?;
    if first.is_ipv4() != last.is_ipv4() || !(first..=last).contains(&ip) {
        return Err("it answers for another block");
    }
    let network = cidr(&answer)
        .filter(|block| block.contains(ip))
        .map_or_else(|| format!("{first} to {last}"), |block| block.to_string());
    let network = match text("name").filter(|name| !name.is_empty()) {
        Some(name) => format!("{network} {name}"),
        None => network,
    };
    let country = text("country").filter(|code| code.len() == 2);
    let entities = &answer["entities"];
    let facts = [
        (Kind::CountryCode, country.map(str::to_ascii_uppercase)),
        (Kind::Organisation, contact(entities, "registrant", "fn", 0)),
        (Kind::Network, Some(network)),
        (
            Kind::AbuseContact,
            contact(entities, "abuse", "email", 0).filter(|it| it.contains('@')),
        ),
    ];
    Ok(Block {
        first,
        last,
        asked: ip,
        registry: registry.into(),
        facts: facts
            .into_iter()
            .filter_map(|(kind, words)| Some((kind, words?)))
            .collect(),
        at,
    })
}

/// The block as a prefix, where the registry says it that way.
fn cidr(answer: &Value) -> Option<IpNetwork> {
    let one = &answer["cidr0_cidrs"][0];
    let prefix = one["v4prefix"].as_str().or(one["v6prefix"].as_str())?;
    let length = u8::try_from(one["length"].as_u64()?).ok()?;
    let block = IpNetwork::new(prefix.parse().ok()?, length).ok()?;
    IpNetwork::new(block.network(), length).ok()
}

/// A property of the first contact with a role, which may be within another.
fn contact(entities: &Value, role: &str, property: &str, depth: usize) -> Option<String> {
    if depth >= DEPTH {
        return None;
    }
    let entities = entities.as_array()?;
    let has_role = |entity: &&Value| {
        let mut roles = entity["roles"].as_array().into_iter().flatten();
        roles.any(|it| it.as_str() == Some(role))
    };
    let own = entities
        .iter()
        .filter(has_role)
        .find_map(|entity| card(&entity["vcardArray"], property));
    own.or_else(|| {
        let mut inner = entities.iter().map(|entity| &entity["entities"]);
        inner.find_map(|inner| contact(inner, role, property, depth + 1))
    })
}

/// A text property of a contact's card (RFC 7095).
fn card(card: &Value, property: &str) -> Option<String> {
    let properties = card[1].as_array()?;
    let found = properties
        .iter()
        .find(|it| it[0].as_str() == Some(property))?;
    let words = found[3].as_str()?.trim();
    (!words.is_empty()).then(|| words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(answer: &Value, ip: &str) -> Result<String, &'static str> {
        let block = read(
            answer.to_string().as_bytes(),
            ip.parse().unwrap(),
            "r",
            Timestamp(0),
        )?;
        let words: Vec<String> = block
            .facts
            .iter()
            .map(|(kind, words)| format!("{kind:?}={words}"))
            .collect();
        Ok(words.join(" "))
    }

    fn person(roles: &[&str], properties: &[[&str; 2]]) -> Value {
        let properties: Vec<Value> = properties
            .iter()
            .map(|[name, words]| json!([name, {}, "text", words]))
            .collect();
        json!({"objectClassName": "entity", "roles": roles, "vcardArray": ["vcard", properties]})
    }

    #[test]
    fn a_block_is_told_with_whom_it_was_given_to() {
        let mut holder = person(
            &["registrant"],
            &[["version", "4.0"], ["fn", "Telstra Corporation Ltd"]],
        );
        holder["entities"] = json!([person(
            &["technical", "abuse"],
            &[["fn", "x"], ["email", "abuse@telstra.net"]]
        )]);
        let answer = json!({
            "objectClassName": "ip network", "startAddress": "1.128.0.0", "endAddress": "1.159.255.255",
            "name": "TELSTRAINTERNET51-AU", "country": "au", "entities": [holder],
            "cidr0_cidrs": [{"v4prefix": "1.128.0.0", "length": 11}],
        });
        assert_eq!(
            told(&answer, "1.128.0.1").unwrap(),
            "CountryCode=AU Organisation=Telstra Corporation Ltd Network=1.128.0.0/11 TELSTRAINTERNET51-AU \
             AbuseContact=abuse@telstra.net"
        );
        let bare = json!({"startAddress": "2001:4860::", "endAddress": "2001:4860:ffff:ffff:ffff:ffff:ffff:ffff"});
        assert_eq!(
            told(&bare, "2001:4860:4860::8888").unwrap(),
            "Network=2001:4860:: to 2001:4860:ffff:ffff:ffff:ffff:ffff:ffff"
        );
    }

    #[test]
    fn what_is_of_another_shape_is_no_answer() {
        for answer in [
            json!(null),
            json!([]),
            json!({"startAddress": "1.1.1.0"}),
            json!({"startAddress": "1.1.1.0", "endAddress": "1.1.1.255", "entities": 7}),
            json!({"startAddress": "9.0.0.0", "endAddress": "2001::"}),
            json!({"cidr0_cidrs": [{"v4prefix": "9.0.0.0", "length": 99}]}),
        ] {
            assert!(told(&answer, "9.9.9.9").is_err(), "{answer}");
        }
        let mut nested = person(&["abuse"], &[["email", "deep@example.org"]]);
        for _ in 0..9 {
            nested = json!({"entities": [nested]});
        }
        nested["startAddress"] = json!("9.0.0.0");
        nested["endAddress"] = json!("9.255.255.255");
        assert_eq!(
            told(&nested, "9.9.9.9").unwrap(),
            "Network=9.0.0.0 to 9.255.255.255"
        );
    }

    #[test]
    fn only_near_neighbours_share_an_answer() {
        let answer = json!({"startAddress": "8.0.0.0", "endAddress": "8.127.255.255"});
        let block = read(
            answer.to_string().as_bytes(),
            [8, 1, 1, 1].into(),
            "r",
            Timestamp(0),
        )
        .unwrap();
        let now = Timestamp(0);
        assert!(block.covers([8, 1, 1, 255].into(), now));
        assert!(!block.covers([8, 8, 8, 8].into(), now));
        assert!(!block.covers([8, 1, 1, 2].into(), now.plus(HOLDS)));
    }
}
