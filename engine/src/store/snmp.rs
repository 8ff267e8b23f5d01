//! Credentials for SNMP by subnet: what is shown of them, and the sealed rest.

use super::sql;
use domain::{
    snmp::{Snmp, SnmpAuth, SnmpPrivacy, SnmpVersion},
    subnet::SubnetId,
    time::Timestamp,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

/// A row: what is shown, and the box.
#[derive(Clone, Debug)]
pub struct Stored {
    /// What is shown.
    pub shown: Snmp,
    /// The credentials as they were entered, sealed.
    pub sealed: Vec<u8>,
}

fn version_word(version: SnmpVersion) -> &'static str {
    match version {
        SnmpVersion::V2c => "v2c",
        SnmpVersion::V3 => "v3",
    }
}

fn auth_word(auth: SnmpAuth) -> &'static str {
    match auth {
        SnmpAuth::Sha1 => "sha1",
        SnmpAuth::Sha256 => "sha256",
    }
}

fn privacy_word(privacy: SnmpPrivacy) -> &'static str {
    match privacy {
        SnmpPrivacy::Aes128 => "aes128",
    }
}

fn stored(row: &QueryResult) -> Result<Stored, DbErr> {
    let word = |column: &str| row.try_get::<Option<String>>("", column);
    let (version, auth, privacy) = (word("version")?, word("auth")?, word("privacy")?);
    let known_version = [SnmpVersion::V2c, SnmpVersion::V3].into_iter();
    let known_auth = [SnmpAuth::Sha1, SnmpAuth::Sha256].into_iter();
    Ok(Stored {
        shown: Snmp {
            subnet_id: SubnetId(row.try_get("", "subnet_id")?),
            version: known_version
                .into_iter()
                .find(|v| version.as_deref() == Some(version_word(*v)))
                .unwrap_or_default(),
            port: row.try_get("", "port")?,
            user: word("user")?,
            auth: known_auth
                .into_iter()
                .find(|a| auth.as_deref() == Some(auth_word(*a))),
            privacy: privacy.map(|_| SnmpPrivacy::Aes128),
            has_secret: true,
            updated_at: Timestamp(row.try_get("", "updated_at")?),
        },
        sealed: row.try_get("", "sealed")?,
    })
}

/// The credentials of a subnet.
pub async fn find(db: &impl ConnectionTrait, id: SubnetId) -> Result<Option<Stored>, DbErr> {
    let text = "SELECT * FROM snmp WHERE subnet_id = ?";
    let row = db.query_one_raw(sql(text, [id.0.into()])).await?;
    row.as_ref().map(stored).transpose()
}

/// The credentials of every subnet that has some.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Stored>, DbErr> {
    let rows = db.query_all_raw(sql("SELECT * FROM snmp", [])).await?;
    rows.iter().map(stored).collect()
}

/// Stores credentials in place of those that were there.
pub async fn put(db: &impl ConnectionTrait, row: &Stored) -> Result<(), DbErr> {
    let text = "INSERT OR REPLACE INTO snmp
        (subnet_id, version, port, user, auth, privacy, sealed, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let shown = &row.shown;
    let values = [
        shown.subnet_id.0.into(),
        version_word(shown.version).into(),
        shown.port.into(),
        shown.user.clone().into(),
        shown.auth.map(auth_word).into(),
        shown.privacy.map(privacy_word).into(),
        row.sealed.clone().into(),
        shown.updated_at.0.into(),
    ];
    db.execute_raw(sql(text, values)).await.map(drop)
}

/// Forgets the credentials of a subnet; whether there were any.
pub async fn delete(db: &impl ConnectionTrait, id: SubnetId) -> Result<bool, DbErr> {
    let text = "DELETE FROM snmp WHERE subnet_id = ?";
    let deleted = db.execute_raw(sql(text, [id.0.into()])).await?;
    Ok(deleted.rows_affected() > 0)
}
