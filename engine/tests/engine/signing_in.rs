//! Users, sessions and tokens.

use crate::harness::{Lab, console, open_in, settings};
use domain::{
    session::{Credentials, PasswordChange},
    time::Timestamp,
    token::{NewToken, Scope},
};
use engine::{Caller, EngineSettings, Error, SessionKey, StoredSession, ops};
use std::{net::IpAddr, os::unix::fs::PermissionsExt as _, sync::Arc, time::Duration};

const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 50));
const NEW: &str = "correct horse battery";

fn credentials(password: &str) -> Credentials {
    Credentials {
        username: "Admin".into(),
        password: password.into(),
    }
}

async fn session(lab: &Lab, key: u8, password: &str) -> Caller {
    let signed_in = ops::session::sign_in(&lab.engine, CLIENT, &credentials(password))
        .await
        .unwrap();
    let key = SessionKey([key; 32]);
    let stored = StoredSession {
        key,
        user_id: Some(signed_in.user_id),
        data: vec![1],
        expires_at: lab.engine.now().plus(Duration::from_hours(12)),
    };
    ops::session::remove(&lab.engine, key).await.unwrap();
    ops::session::begin(&lab.engine, stored).await.unwrap();
    ops::session::resume(&lab.engine, key, signed_in.user_id, lab.engine.now())
        .await
        .unwrap()
}

#[tokio::test]
async fn the_first_password_is_random_kept_in_a_private_file_and_must_be_changed() {
    let lab = Lab::new().await;
    let first = lab.opened.first_sign_in.clone().unwrap();
    let (password, file) = (first.password.unwrap(), first.file.unwrap());
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap().trim(), password);
    assert!(
        ops::session::sign_in(&lab.engine, CLIENT, &credentials("admin"))
            .await
            .is_err()
    );
    let caller = session(&lab, 1, &password).await;
    assert!(caller.must_change_password);
    assert!(matches!(
        ops::subnet::list(&lab.engine, &caller).await,
        Err(Error::Forbidden { .. })
    ));
    let weak = PasswordChange {
        current: password.clone(),
        new: "admin".into(),
    };
    assert_eq!(
        ops::session::change_password(&lab.engine, &caller, &weak)
            .await
            .unwrap_err()
            .problem()
            .errors[0]
            .pointer,
        "/new"
    );
    ops::session::change_password(
        &lab.engine,
        &caller,
        &PasswordChange {
            current: password.clone(),
            new: NEW.into(),
        },
    )
    .await
    .unwrap();
    assert!(!file.exists());
    assert!(
        ops::session::sign_in(&lab.engine, CLIENT, &credentials(&password))
            .await
            .is_err()
    );
    assert!(!session(&lab, 1, NEW).await.must_change_password);
    assert_eq!(lab.restart().await.opened.first_sign_in, None);
}

#[tokio::test]
async fn a_configured_password_counts_only_when_the_user_is_created() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let with = |password: &str| EngineSettings {
        admin_password: Some(password.into()),
        ..settings(&folder)
    };
    let lab = open_in(folder.clone(), with(NEW)).await.unwrap();
    assert!(!session(&lab, 1, NEW).await.must_change_password);
    lab.engine.close().await.unwrap();
    drop(lab);
    let lab = open_in(folder.clone(), with("another good one"))
        .await
        .unwrap();
    assert!(
        ops::session::sign_in(&lab.engine, CLIENT, &credentials("another good one"))
            .await
            .is_err()
    );
    session(&lab, 1, NEW).await;
}

#[tokio::test]
async fn a_new_password_ends_every_other_session_and_its_streams() {
    let lab = Lab::new().await;
    let password = lab.opened.first_sign_in.clone().unwrap().password.unwrap();
    let (mine, other) = (
        session(&lab, 1, &password).await,
        session(&lab, 2, &password).await,
    );
    let (mine_ended, other_ended) = (
        ops::session::ended(&lab.engine, &mine),
        ops::session::ended(&lab.engine, &other),
    );
    ops::session::change_password(
        &lab.engine,
        &mine,
        &PasswordChange {
            current: password,
            new: NEW.into(),
        },
    )
    .await
    .unwrap();
    tokio::time::timeout(Duration::from_secs(2), other_ended)
        .await
        .expect("the other session's stream ends");
    assert!(
        tokio::time::timeout(Duration::from_millis(50), mine_ended)
            .await
            .is_err(),
        "the own stream goes on"
    );
    assert!(
        ops::session::load(&lab.engine, SessionKey([1; 32]))
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        ops::session::load(&lab.engine, SessionKey([2; 32]))
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_session_ends_by_idleness_by_age_and_by_a_clock_stepped_back() {
    let lab = Lab::new().await;
    let password = lab.opened.first_sign_in.clone().unwrap().password.unwrap();
    session(&lab, 1, &password).await;
    let (key, login) = (SessionKey([1; 32]), lab.engine.now());
    lab.pass(Duration::from_hours(12));
    assert!(
        ops::session::load(&lab.engine, key)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        ops::session::resume(&lab.engine, key, 1, login)
            .await
            .is_ok()
    );
    lab.pass(Duration::from_hours(7 * 24));
    assert!(
        ops::session::resume(&lab.engine, key, 1, login)
            .await
            .is_err()
    );
    assert!(
        ops::session::resume(
            &lab.engine,
            key,
            1,
            Timestamp(lab.engine.now().0 + 3_600_000)
        )
        .await
        .is_err()
    );
}

#[tokio::test]
async fn guessing_is_slowed_down_and_the_right_password_still_works() {
    let lab = Lab::new().await;
    let password = lab.opened.first_sign_in.clone().unwrap().password.unwrap();
    let mut turned_away = 0;
    for _ in 0..30 {
        match ops::session::sign_in(&lab.engine, CLIENT, &credentials("wrong")).await {
            Err(Error::Busy { .. }) => turned_away += 1,
            Err(Error::Unauthenticated) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(turned_away >= 26, "{turned_away}");
    lab.pass(Duration::from_secs(2));
    let elsewhere = "198.51.100.1".parse().unwrap();
    assert!(
        ops::session::sign_in(&lab.engine, elsewhere, &credentials(&password))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_token_is_shown_once_has_scopes_and_ends() {
    let lab = Lab::new().await;
    let new = NewToken {
        name: "export".into(),
        scopes: vec![Scope::Read],
        expires_at: None,
    };
    let made = ops::token::create(&lab.engine, &console(), &new)
        .await
        .unwrap();
    assert!(made.token.starts_with("rc_") && made.token.len() == 46);
    let caller = ops::token::authenticate(&lab.engine, &made.token)
        .await
        .unwrap();
    assert!(ops::subnet::list(&lab.engine, &caller).await.is_ok());
    let write = ops::subnet::create(
        &lab.engine,
        &caller,
        &domain::subnet::NewSubnet {
            cidr: "10.0.0.0/24".into(),
            ..Default::default()
        },
    )
    .await;
    assert!(matches!(write, Err(Error::Forbidden { .. })));
    assert!(matches!(
        ops::token::list(&lab.engine, &caller).await,
        Err(Error::Forbidden { .. })
    ));
    let listed =
        serde_json::to_string(&ops::token::list(&lab.engine, &console()).await.unwrap()).unwrap();
    assert!(!listed.contains(&made.token));
    let ended = ops::session::ended(&lab.engine, &caller);
    ops::token::revoke(&lab.engine, &console(), made.details.id)
        .await
        .unwrap();
    tokio::time::timeout(Duration::from_secs(2), ended)
        .await
        .unwrap();
    assert!(
        ops::token::authenticate(&lab.engine, &made.token)
            .await
            .is_err()
    );
    let made = ops::token::create(&lab.engine, &console(), &new)
        .await
        .unwrap();
    lab.pass(Duration::from_hours(91 * 24));
    assert!(
        ops::token::authenticate(&lab.engine, &made.token)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn no_secret_is_in_the_database() {
    let lab = Lab::new().await;
    let password = lab.opened.first_sign_in.clone().unwrap().password.unwrap();
    let made = ops::token::create(
        &lab.engine,
        &console(),
        &NewToken {
            name: "t".into(),
            scopes: vec![Scope::Read],
            expires_at: None,
        },
    )
    .await
    .unwrap();
    lab.engine.close().await.unwrap();
    let bytes = std::fs::read(lab.folder.path().join("rollcall.db")).unwrap();
    for secret in [password.as_bytes(), made.token.as_bytes()] {
        assert!(!bytes.windows(secret.len()).any(|w| w == secret));
    }
}
