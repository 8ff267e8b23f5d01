//! Opening the database: alone, with the right file, with a schema we know.

use crate::harness::{Lab, console, open_in, settings};
use domain::{
    time::Timestamp,
    token::{NewToken, Scope},
};
use engine::{Engine, OpenError, ops};
use migration::{Migrator, MigratorTrait as _};
use sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};
use std::sync::Arc;

#[tokio::test]
async fn a_second_server_on_the_same_file_is_refused() {
    let lab = Lab::new().await;
    let second = open_in(lab.folder.clone(), settings(&lab.folder))
        .await
        .err()
        .unwrap();
    assert!(matches!(second, OpenError::Locked(_)));
    assert_eq!(second.exit_code(), 75);
}

#[tokio::test]
async fn the_console_works_beside_a_running_server() {
    let lab = Lab::new().await;
    let engine = Engine::open_console(settings(&lab.folder), lab.ping.clone())
        .await
        .unwrap();
    let made = ops::token::create(
        &engine,
        &console(),
        &NewToken {
            name: "cli".into(),
            scopes: vec![Scope::Read],
            expires_at: None,
        },
    )
    .await
    .unwrap();
    assert_eq!(
        ops::token::authenticate(&lab.engine, &made.token)
            .await
            .unwrap()
            .name,
        "cli"
    );
}

#[tokio::test]
async fn an_emptied_database_is_not_taken_for_a_fresh_install() {
    let lab = Lab::new().await;
    lab.engine.close().await.unwrap();
    let folder = lab.folder.clone();
    drop(lab);
    let file = folder.path().join("rollcall.db");
    std::fs::write(&file, b"").unwrap();
    let error = open_in(folder.clone(), settings(&folder))
        .await
        .err()
        .unwrap();
    assert!(matches!(error, OpenError::Emptied { .. }), "{error}");
    assert_eq!(
        std::fs::metadata(&file).unwrap().len(),
        0,
        "nothing was written"
    );
    std::fs::remove_file(&file).unwrap();
    assert!(matches!(
        open_in(folder.clone(), settings(&folder))
            .await
            .err()
            .unwrap(),
        OpenError::Emptied { .. }
    ));
    assert!(!file.exists());
    std::fs::remove_file(folder.path().join("rollcall.db.instance.id")).unwrap();
    open_in(folder.clone(), settings(&folder)).await.unwrap();
}

#[tokio::test]
async fn a_newer_schema_is_refused_untouched() {
    let lab = Lab::new().await;
    lab.engine.close().await.unwrap();
    let (folder, url) = (lab.folder.clone(), settings(&lab.folder).database_url);
    drop(lab);
    let db = Database::connect(&url).await.unwrap();
    db.execute_unprepared(
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29991231_000001_future', 0)",
    )
    .await
    .unwrap();
    db.close().await.unwrap();
    let before = std::fs::read(folder.path().join("rollcall.db")).unwrap();
    let error = open_in(folder.clone(), settings(&folder))
        .await
        .err()
        .unwrap();
    assert!(matches!(error, OpenError::Newer(_)), "{error}");
    assert_eq!(
        std::fs::read(folder.path().join("rollcall.db")).unwrap(),
        before
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_kept() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let file = folder.path().join("rollcall.db");
    std::fs::write(&file, "not a database, and longer than a header of one hundred bytes, so that it can't be mistaken for an empty file".repeat(9)).unwrap();
    let error = open_in(folder.clone(), settings(&folder))
        .await
        .err()
        .unwrap();
    assert_eq!(error.exit_code(), 78);
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .starts_with("not a database")
    );
}

#[tokio::test]
async fn sqlite_is_new_enough_and_set_up_as_promised() {
    let lab = Lab::new().await;
    let db = Database::connect(settings(&lab.folder).database_url)
        .await
        .unwrap();
    let ask = async |sql: &str| -> String {
        let row = db
            .query_one_raw(sea_orm::Statement::from_string(
                sea_orm::DbBackend::Sqlite,
                sql,
            ))
            .await
            .unwrap()
            .unwrap();
        row.try_get_by_index::<String>(0)
            .or_else(|_| row.try_get_by_index::<i64>(0).map(|n| n.to_string()))
            .unwrap()
    };
    let version: Vec<u32> = ask("SELECT sqlite_version()")
        .await
        .split('.')
        .map(|n| n.parse().unwrap())
        .collect();
    assert!(
        version >= vec![3, 51, 3],
        "older WAL mode has a corruption race: {version:?}"
    );
    assert_eq!(ask("PRAGMA journal_mode").await, "wal");
    assert_eq!(ask("PRAGMA auto_vacuum").await, "2", "incremental");
}

#[tokio::test]
async fn the_schema_goes_up_and_down() {
    use migration::{Migrator, MigratorTrait as _};
    let folder = tempfile::tempdir().unwrap();
    let db = Database::connect(settings(&folder).database_url)
        .await
        .unwrap();
    Migrator::up(&db, None).await.unwrap();
    Migrator::down(&db, None).await.unwrap();
    let left = db.query_all_raw(sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE 'seaql_%'")).await.unwrap();
    assert!(left.is_empty());
    Migrator::up(&db, None).await.unwrap();
}

#[tokio::test]
async fn an_older_file_keeps_when_its_hosts_were_seen_last() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let db = Database::connect(settings(&folder).database_url)
        .await
        .unwrap();
    Migrator::up(&db, Some(1)).await.unwrap();
    let rows = "INSERT INTO subnet VALUES (1, '10.0.0.0/29', '', NULL, '[]', 1, 1, 1, NULL, NULL, NULL, 0, 1);
        INSERT INTO host (id, addr, subnet_id, tags, reserved, created_at, version) VALUES
            (7, x'040000000000000000000000000a000001', 1, '[]', 0, 0, 1);";
    db.execute_unprepared(rows).await.unwrap();
    let (seen, asked) = (1_799_999_000_000_i64, 1_799_999_990_000_i64);
    // One row of a host that is gone, too.
    let blob: Vec<u8> = [7_i64, 9]
        .iter()
        .flat_map(|id| [id.to_le_bytes().as_slice(), &[0; 4], &seen.to_le_bytes()].concat())
        .collect();
    let insert = "INSERT INTO last_round VALUES (1, ?, ?)";
    let values = [asked.into(), blob.into()];
    db.execute_raw(Statement::from_sql_and_values(
        DbBackend::Sqlite,
        insert,
        values,
    ))
    .await
    .unwrap();
    db.close().await.unwrap();
    let lab = open_in(folder.clone(), settings(&folder)).await.unwrap();
    let host = lab.host_at("10.0.0.1").await;
    assert_eq!(host.last_seen_at, Some(Timestamp(seen)));
}
