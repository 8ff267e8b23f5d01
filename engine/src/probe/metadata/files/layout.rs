//! What a record says, whoever made the file: the nested layout of MaxMind and DB-IP and the flat one of IPinfo are told
//! apart by what is in the record.

use domain::scan::metadata::MetadataKind as Kind;
use serde_json::Value;

/// The facts of one record.
pub(super) fn read(record: &Value) -> Vec<(Kind, String)> {
    let mut facts = Vec::new();
    let mut tell = |kind, words: Option<String>| {
        if let Some(words) = words.filter(|words| !words.trim().is_empty()) {
            facts.push((kind, words));
        }
    };
    tell(Kind::CountryCode, country_code(record));
    tell(Kind::Country, country(record));
    tell(
        Kind::Region,
        named(&record["subdivisions"][0]).or_else(|| named(&record["region"])),
    );
    tell(Kind::City, named(&record["city"]));
    let traits = &record["traits"];
    let either = |key: &str| text(&record[key]).or_else(|| text(&traits[key]));
    tell(Kind::Isp, either("isp").or_else(|| carrier(record)));
    tell(Kind::Organisation, either("organization"));
    tell(Kind::Asn, as_number(record));
    tell(
        Kind::AsName,
        either("autonomous_system_organization").or_else(|| {
            let name = text(&record["as_name"]);
            // `name` alone could be anything.
            name.or_else(|| text(&record["name"]).filter(|_| is_flat_system(record)))
        }),
    );
    let has = |keys: &[&str]| {
        keys.iter()
            .any(|key| yes(&record[*key]) || yes(&traits[*key]))
    };
    let is_user = |word: &str| either("user_type").as_deref() == Some(word);
    let flags = [
        (
            Kind::Hosting,
            has(&["is_hosting_provider", "hosting"]) || is_user("hosting"),
        ),
        (
            Kind::Proxy,
            has(&[
                "is_anonymous_vpn",
                "is_public_proxy",
                "is_residential_proxy",
                "is_tor_exit_node",
                "proxy",
                "vpn",
                "tor",
            ]),
        ),
        (
            Kind::Mobile,
            either("connection_type").as_deref() == Some("Cellular")
                || is_user("cellular")
                || carrier(record).is_some(),
        ),
    ];
    for (kind, is_so) in flags {
        tell(kind, is_so.then(|| "yes".into()));
    }
    facts
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(ToOwned::to_owned)
}

/// `yes` as files write it.
fn yes(value: &Value) -> bool {
    value.as_bool() == Some(true) || value.as_str() == Some("true")
}

/// A name: the text itself, or the English one of several, or any.
fn named(value: &Value) -> Option<String> {
    let names = value["names"].as_object();
    let any = || names?.values().find_map(text);
    text(value)
        .or_else(|| text(&value["names"]["en"]))
        .or_else(any)
}

fn is_code(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|b| b.is_ascii_alphabetic())
}

fn country_code(record: &Value) -> Option<String> {
    let country = &record["country"];
    [&country["iso_code"], &record["country_code"], country]
        .into_iter()
        .find_map(|value| value.as_str().filter(|word| is_code(word)))
        .map(str::to_ascii_uppercase)
}

fn country(record: &Value) -> Option<String> {
    let flat = || text(&record["country_name"]);
    named(&record["country"])
        .filter(|word| !is_code(word))
        .or_else(flat)
}

/// `AS1221`, from a number or from text with or without the letters.
fn as_number(record: &Value) -> Option<String> {
    let system = "autonomous_system_number";
    let values = [&record[system], &record["traits"][system], &record["asn"]];
    let number = values.into_iter().find_map(|value| {
        let written = || {
            let word = value.as_str()?;
            let digits = word
                .strip_prefix("AS")
                .or_else(|| word.strip_prefix("as"))
                .unwrap_or(word);
            digits.parse().ok()
        };
        value.as_u64().or_else(written)
    })?;
    u32::try_from(number)
        .ok()
        .filter(|number| *number > 0)
        .map(|number| format!("AS{number}"))
}

fn is_flat_system(record: &Value) -> bool {
    record["asn"].is_string()
}

/// The operator of a mobile network, in files that list those.
fn carrier(record: &Value) -> Option<String> {
    text(&record["carrier"]).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(record: &Value) -> String {
        let facts = read(record);
        let words: Vec<String> = facts
            .iter()
            .map(|(kind, value)| format!("{kind:?}={value}"))
            .collect();
        words.join(" ")
    }

    #[test]
    fn every_makers_layout_is_understood() {
        for (record, expected) in [
            (
                json!({"country": {"iso_code": "SE", "names": {"de": "Schweden", "en": "Sweden"}},
                    "subdivisions": [{"iso_code": "E", "names": {"en": "Östergötland County"}}],
                    "city": {"names": {"en": "Linköping"}}}),
                "CountryCode=SE Country=Sweden Region=Östergötland County City=Linköping",
            ),
            (
                json!({"autonomous_system_number": 1221, "autonomous_system_organization": "Telstra"}),
                "Asn=AS1221 AsName=Telstra",
            ),
            (
                json!({"country": "Australia", "country_code": "AU", "continent": "Oceania", "asn": "AS1221",
                    "as_name": "Telstra Limited", "as_domain": "telstra.com.au"}),
                "CountryCode=AU Country=Australia Asn=AS1221 AsName=Telstra Limited",
            ),
            (
                json!({"country": "AU", "region": "Victoria", "city": "Melbourne"}),
                "CountryCode=AU Region=Victoria City=Melbourne",
            ),
            (
                json!({"asn": "AS1221", "domain": "telstra.com.au", "name": "Telstra Limited", "type": "isp"}),
                "Asn=AS1221 AsName=Telstra Limited",
            ),
            (
                json!({"is_anonymous": true, "is_tor_exit_node": true}),
                "Proxy=yes",
            ),
            (
                json!({"is_anonymous": true, "is_hosting_provider": true}),
                "Hosting=yes",
            ),
            (
                json!({"hosting": "true", "vpn": "false", "carrier": "Telstra"}),
                "Isp=Telstra Hosting=yes Mobile=yes",
            ),
            (json!({"traits": {"user_type": "cellular"}}), "Mobile=yes"),
        ] {
            assert_eq!(told(&record), expected, "{record}");
        }
    }

    #[test]
    fn what_is_of_no_known_layout_tells_nothing() {
        for record in [
            json!(null),
            json!("x"),
            json!([1, 2]),
            json!({"country": 7, "city": [], "subdivisions": {}, "asn": "ASx"}),
            json!({"name": "a thing", "asn": 0}),
            json!({"country": {"names": "x", "iso_code": "GBR"}}),
            json!({"autonomous_system_number": 99_999_999_999_u64}),
        ] {
            assert_eq!(told(&record), "", "{record}");
        }
    }
}
