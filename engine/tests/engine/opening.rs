//! Opening the database: alone, with the right file, with a schema we know.

use crate::harness::{Lab, console, open_in, settings};
use domain::token::{NewToken, Scope};
use engine::{Engine, OpenError, ops};
use sea_orm::{ConnectionTrait as _, Database};
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
