//! Credentials for SNMP of subnets and of single hosts: what is shown of them, and the sealed rest.

use super::sql;
use domain::{
    host::HostId,
    snmp::{Snmp, SnmpAuth, SnmpOf, SnmpPrivacy, SnmpVersion},
    subnet::SubnetId,
    time::Timestamp,
};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

/// A row: what is shown, and the box.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Whose they are.
    pub of: SnmpOf,
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

/// Whose credentials a table has.
#[derive(Clone, Copy)]
enum Table {
    Subnets,
    Hosts,
}

impl Table {
    /// Where credentials are, and under which number.
    fn of(of: SnmpOf) -> (Self, i64) {
        match of {
            SnmpOf::Subnet(id) => (Self::Subnets, id.0),
            SnmpOf::Host(id) => (Self::Hosts, id.0),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Subnets => "snmp",
            Self::Hosts => "host_snmp",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Subnets => "subnet_id",
            Self::Hosts => "host_id",
        }
    }
}

fn stored(table: Table, row: &QueryResult) -> Result<Stored, DbErr> {
    let id = row.try_get("", table.key())?;
    let (of, subnet_id, host_id) = match table {
        Table::Subnets => {
            let id = SubnetId(id);
            (id.into(), Some(id), None)
        }
        Table::Hosts => {
            let id = HostId(id);
            (id.into(), None, Some(id))
        }
    };
    let word = |column: &str| row.try_get::<Option<String>>("", column);
    let (version, auth, privacy) = (word("version")?, word("auth")?, word("privacy")?);
    let known_version = [SnmpVersion::V2c, SnmpVersion::V3].into_iter();
    let known_auth = [SnmpAuth::Sha1, SnmpAuth::Sha256].into_iter();
    Ok(Stored {
        of,
        shown: Snmp {
            subnet_id,
            host_id,
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

/// The credentials of a subnet, or a host's own.
pub async fn find(db: &impl ConnectionTrait, of: SnmpOf) -> Result<Option<Stored>, DbErr> {
    let (table, id) = Table::of(of);
    let text = format!("SELECT * FROM {} WHERE {} = ?", table.name(), table.key());
    let row = db.query_one_raw(sql(&text, [id.into()])).await?;
    row.map(|row| stored(table, &row)).transpose()
}

/// The credentials of every subnet that has some.
pub async fn of_subnets(db: &impl ConnectionTrait) -> Result<Vec<Stored>, DbErr> {
    let rows = db.query_all_raw(sql("SELECT * FROM snmp", [])).await?;
    rows.iter().map(|row| stored(Table::Subnets, row)).collect()
}

/// The own credentials of those of these hosts that have some.
pub async fn of_hosts(db: &impl ConnectionTrait, ids: &[HostId]) -> Result<Vec<Stored>, DbErr> {
    let json = serde_json::to_string(ids).map_err(|e| DbErr::Custom(e.to_string()))?;
    let text = "SELECT * FROM host_snmp WHERE host_id IN (SELECT value FROM json_each(?))";
    let rows = db.query_all_raw(sql(text, [json.into()])).await?;
    rows.iter().map(|row| stored(Table::Hosts, row)).collect()
}

/// Stores credentials in place of those that were there.
pub async fn put(db: &impl ConnectionTrait, row: &Stored) -> Result<(), DbErr> {
    let (table, id) = Table::of(row.of);
    let text = format!(
        "INSERT OR REPLACE INTO {} ({}, version, port, user, auth, privacy, sealed, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        table.name(),
        table.key()
    );
    let shown = &row.shown;
    let values = [
        id.into(),
        version_word(shown.version).into(),
        shown.port.into(),
        shown.user.clone().into(),
        shown.auth.map(auth_word).into(),
        shown.privacy.map(privacy_word).into(),
        row.sealed.clone().into(),
        shown.updated_at.0.into(),
    ];
    db.execute_raw(sql(&text, values)).await.map(drop)
}

/// Forgets credentials; whether there were any.
pub async fn delete(db: &impl ConnectionTrait, of: SnmpOf) -> Result<bool, DbErr> {
    let (table, id) = Table::of(of);
    let text = format!("DELETE FROM {} WHERE {} = ?", table.name(), table.key());
    let deleted = db.execute_raw(sql(&text, [id.into()])).await?;
    Ok(deleted.rows_affected() > 0)
}
