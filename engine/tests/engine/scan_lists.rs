//! Lists of many scans.

use crate::harness::{Lab, console};
use domain::{
    scan::{ScanQuery, ScanStatus},
    token::Scope,
};
use engine::{Caller, CallerKind, Error, ops};
use sea_orm::{ConnectionTrait as _, Database};
use std::time::{Duration, Instant};

#[tokio::test]
async fn ten_thousand_scans_are_listed_and_searched_quickly() {
    let lab = Lab::new().await;
    let url = format!(
        "sqlite://{}",
        lab.folder.path().join("rollcall.db").display()
    );
    let db = Database::connect(url).await.unwrap();
    db.execute_unprepared(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
        INSERT INTO scan (id, token, owner, mode, request, status, total, done, created_at, finished_at)
        SELECT i, 'token' || i, iif(i % 2, 'console', 'token:7'), 'scan',
            json_object('ip_addresses', json_array('10.' || (i / 250) || '.' || (i % 250) || '.0/24'),
                'endpoints', json_array('https://Host' || i || '.example')),
            iif(i % 10, 'complete', 'failed'), 4, 4, i, i FROM n;
        WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 39999)
        INSERT INTO scan_target (scan_id, position, target, state, attempts, result)
        SELECT i / 4 + 1, i % 4, 't' || i, 'done', 1, json_object('risk_level', 'low', 'padding', hex(zeroblob(1000)),
            'ip_address', '172.' || (i / 62500) || '.' || (i / 250 % 250) || '.' || (i % 250)) FROM n;",
    )
    .await
    .unwrap();
    let list = async |query: ScanQuery| {
        let begun = Instant::now();
        let page = ops::scan::list(&lab.engine, &console(), &query)
            .await
            .unwrap();
        let took = begun.elapsed();
        eprintln!("{query:?}: {} in {took:?}", page.total);
        assert!(took < Duration::from_secs(2), "{query:?} took {took:?}");
        page
    };
    let first = list(ScanQuery::default()).await;
    assert_eq!((first.total, first.items.len()), (10_000, 100));
    assert_eq!(first.items[0].id, 10_000, "the newest first");
    let mut seen = 0;
    let mut query = ScanQuery {
        limit: Some(1_000),
        status: Some(ScanStatus::Failed),
        ..ScanQuery::default()
    };
    loop {
        let page = list(query.clone()).await;
        seen += page.items.len();
        assert!(
            page.items
                .is_sorted_by_key(|scan| std::cmp::Reverse(scan.id))
        );
        match page.next_cursor {
            Some(cursor) => query.cursor = Some(cursor),
            None => break,
        }
    }
    assert_eq!(seen, 1_000);
    for (text, total) in [
        ("host777.EXAMPLE", 1),
        ("10.3.27.", 1),
        ("10.3.27.0/24", 1),
        ("172.0.12.9", 1),
        ("172.0.12.", 0),
        ("endpoints", 0),
        ("%", 0),
        ("' OR 1 = 1", 0),
        ("  ", 10_000),
    ] {
        let query = ScanQuery {
            q: Some(text.into()),
            ..ScanQuery::default()
        };
        assert_eq!(list(query).await.total, total, "{text}");
    }
    let robot = Caller {
        kind: CallerKind::Token { id: 7 },
        scopes: vec![Scope::Scan],
        ..console()
    };
    let theirs = ops::scan::list(&lab.engine, &robot, &ScanQuery::default()).await;
    assert_eq!(theirs.unwrap().total, 5_000);
    let wrong = ScanQuery {
        cursor: Some("x".into()),
        ..ScanQuery::default()
    };
    let refused = ops::scan::list(&lab.engine, &robot, &wrong).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
    db.close().await.unwrap();
}
