//! The OpenAPI document: locked, complete, with the page that shows it.

use crate::world::World;
use http::StatusCode;
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

/// `UPDATE_SNAPSHOTS=1 cargo test -p server` writes it anew.
const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");

#[test]
fn the_document_changes_only_on_purpose() {
    let document = server::http::document().to_pretty_json().unwrap() + "\n";
    if std::env::vars_os().any(|(name, _)| name == "UPDATE_SNAPSHOTS") {
        fs::create_dir_all(Path::new(SNAPSHOT).parent().unwrap()).unwrap();
        fs::write(SNAPSHOT, &document).unwrap();
    }
    let locked = fs::read_to_string(SNAPSHOT).unwrap_or_default();
    assert!(
        locked == document,
        "docs/openapi.json differs: run the tests with UPDATE_SNAPSHOTS=1 and look at the change"
    );
}

#[test]
fn every_operation_is_named_and_every_body_has_an_example() {
    let document = serde_json::to_value(server::http::document()).unwrap();
    let verbs = [
        "list", "find", "create", "update", "delete", "allocate", "sweep", "stream", "test",
        "rotate", "retry",
    ];
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} twice");
            assert!(
                id.split_once('_')
                    .is_some_and(|(verb, _)| verbs.contains(&verb)),
                "{id}"
            );
            assert!(
                operation["summary"].is_string() && operation["tags"][0].is_string(),
                "{id}"
            );
            assert_eq!(
                operation["responses"]["default"]["$ref"], "#/components/responses/Problem",
                "{id}"
            );
            let bodies = operation["responses"].as_object().unwrap().values();
            for body in bodies.chain([&operation["requestBody"]]) {
                for (media_type, content) in body["content"].as_object().into_iter().flatten() {
                    assert!(
                        !content["example"].is_null(),
                        "{method} {path} {media_type}"
                    );
                }
            }
        }
    }
    assert!(ids.len() >= 24, "{ids:?}");
}

/// Gathers every `$ref`.
fn walk(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                found.insert(reference.clone());
            }
            fields.values().for_each(|value| walk(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| walk(value, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = serde_json::to_value(server::http::document()).unwrap();
    let mut references = BTreeSet::new();
    walk(&document, &mut references);
    for reference in references {
        assert!(
            document
                .pointer(reference.trim_start_matches('#'))
                .is_some(),
            "{reference}"
        );
    }
}

#[tokio::test]
async fn the_document_and_its_page_are_served_without_a_foreign_host() {
    let world = World::new().await;
    let document = world.anonymous().get("/openapi.json").await.json();
    assert_eq!(document["info"]["title"], "Rollcall");
    let page = world.anonymous().get("/docs/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("https://"), "{}", page.text);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'self';"), "{policy}");
    for file in [
        "swagger-ui-bundle.js",
        "swagger-ui.css",
        "swagger-initializer.js",
    ] {
        assert_eq!(
            world.anonymous().get(&format!("/docs/{file}")).await.status,
            StatusCode::OK,
            "{file}"
        );
    }
}
