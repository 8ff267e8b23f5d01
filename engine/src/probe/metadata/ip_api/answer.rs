//! What the service's answers say. Keys that are missing, null or of another type are no facts.

use domain::scan::metadata::{MetadataKind as Kind, clean};
use serde_json::Value;
use std::net::IpAddr;

/// The facts of one address, or why there are none.
pub(super) type Told = Result<Vec<(Kind, String)>, String>;

/// The answer to a batch, address by address.
pub(super) fn batch(body: &[u8]) -> Result<Vec<(IpAddr, Told)>, String> {
    let Ok(Value::Array(items)) = serde_json::from_slice(body) else {
        return Err("its answer is not what is documented".into());
    };
    let told = |item: &Value| {
        let ip: IpAddr = item["query"].as_str()?.parse().ok()?;
        Some((ip.to_canonical(), one(item)))
    };
    Ok(items.iter().filter_map(told).collect())
}

/// What is said of one address. Without a status nothing of it is believed: the service leaves out what was not asked for.
fn one(item: &Value) -> Told {
    match item["status"].as_str() {
        Some("success") => Ok(facts(item)),
        // These never change: the address is none that anybody could know of.
        Some("fail") => Ok(Vec::new()),
        _ => Err("its answer has no status".into()),
    }
}

fn facts(item: &Value) -> Vec<(Kind, String)> {
    let text = |key: &str| {
        let words = item[key].as_str()?.trim();
        (!words.is_empty()).then(|| words.to_owned())
    };
    let (number, name) = system(item["as"].as_str().unwrap_or_default());
    let flag = |key: &str| (item[key].as_bool() == Some(true)).then(|| "yes".to_owned());
    [
        (Kind::Country, text("country")),
        (Kind::CountryCode, text("countryCode")),
        (Kind::Region, text("regionName")),
        (Kind::City, text("city")),
        (Kind::Isp, text("isp")),
        (Kind::Organisation, text("org")),
        (Kind::Asn, number),
        (Kind::AsName, name.or_else(|| text("asname"))),
        (Kind::Hosting, flag("hosting")),
        (Kind::Proxy, flag("proxy")),
        (Kind::Mobile, flag("mobile")),
    ]
    .into_iter()
    .filter_map(|(kind, words)| Some((kind, words?)))
    .collect()
}

/// `AS15169 Google LLC` in its parts.
fn system(text: &str) -> (Option<String>, Option<String>) {
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    let digits = first.strip_prefix("AS").unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return (None, None);
    }
    let name = rest.trim();
    (
        Some(first.to_owned()),
        (!name.is_empty()).then(|| name.to_owned()),
    )
}

/// The service's words with a refusal.
pub(super) fn refusal(body: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let words = clean(answer["message"].as_str()?);
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn drift_of_the_answers_is_borne() {
        let body = json!([
            {"status": "success", "query": "8.8.8.8", "lat": "39.03", "city": null, "country": "United States",
                "as": "", "org": 7, "novel": {"x": []}, "hosting": true, "proxy": "true"},
            {"query": "24.48.0.1", "country": "Canada"},
            {"status": "fail", "message": "reserved range", "query": "1.1.1.1"},
            {"status": "success", "query": "not an address", "country": "Nowhere"},
            "text", null,
        ]);
        let told = batch(body.to_string().as_bytes()).unwrap();
        let yes = || "yes".to_owned();
        assert_eq!(
            told,
            [
                (
                    [8, 8, 8, 8].into(),
                    Ok(vec![
                        (Kind::Country, "United States".into()),
                        (Kind::Hosting, yes())
                    ])
                ),
                (
                    [24, 48, 0, 1].into(),
                    Err("its answer has no status".into())
                ),
                ([1, 1, 1, 1].into(), Ok(Vec::new())),
            ]
        );
        for other in ["", "{}", "[", "<html>", "null", "{\"status\":\"fail\"}"] {
            assert!(batch(other.as_bytes()).is_err(), "{other}");
        }
    }

    #[test]
    fn a_system_has_a_number_and_perhaps_a_name() {
        for (text, number, name) in [
            ("AS15169 Google LLC", Some("AS15169"), Some("Google LLC")),
            ("AS1", Some("AS1"), None),
            ("Google", None, None),
            ("ASx y", None, None),
            ("", None, None),
        ] {
            let found = system(text);
            assert_eq!((found.0.as_deref(), found.1.as_deref()), (number, name));
        }
    }
}
