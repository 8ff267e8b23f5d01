//! What the scanner can ask, over REST.

use crate::world::World;
use domain::token::Scope;
use http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn the_status_tells_every_source_and_what_would_turn_it_on() {
    let world = World::new().await;
    let client = world.token(&[Scope::Scan]).await;
    let reply = client.get("/api/v1/scanner").await;
    assert_eq!(reply.status, StatusCode::OK);
    let status = reply.json();
    assert_eq!(status["can_detect_versions"], json!(false));
    let told: Vec<_> = status["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| {
            (
                source["name"].clone(),
                source["is_on"].clone(),
                source["how"].clone(),
            )
        })
        .collect();
    let off = |name, how| (json!(name), json!(false), json!(how));
    for expected in [
        off("local files", "MMDB_DIR=FOLDER"),
        off("ip-api.com", "IP_API_ENABLED=1"),
        off("RDAP", "RDAP_ENABLED=1"),
        off("reverse DNS", "PTR_LOOKUP_ENABLED=1"),
    ] {
        assert!(told.contains(&expected), "{told:?}");
    }
    let terms = reply.json()["sources"][1]["note"].to_string();
    assert!(terms.contains("non-commercial"), "{terms}");
    let reader = world.token(&[Scope::Read]).await;
    assert_eq!(
        reader.get("/api/v1/scanner").await.problem(),
        StatusCode::FORBIDDEN
    );
}
