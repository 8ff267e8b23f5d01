//! The database's schema, as a list of changes. A change that has landed never changes again.

mod m20261123_000001_first;
mod m20261124_000002_history;
mod m20261124_000003_archive;
mod m20261124_000004_demo;
mod m20261124_000005_port;
mod m20261124_000006_name;
mod m20261124_000007_webhook;
mod m20261124_000008_scan;
mod m20261124_000009_metadata;
mod m20261124_000010_scan_schedule;
mod m20261124_000011_host_snmp;
mod m20261124_000014_scan_queue;

pub use sea_orm_migration::{MigratorTrait, sea_orm::DatabaseConnection};

/// Every change, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn sea_orm_migration::MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_first::Migration),
            Box::new(m20261124_000002_history::Migration),
            Box::new(m20261124_000003_archive::Migration),
            Box::new(m20261124_000004_demo::Migration),
            Box::new(m20261124_000005_port::Migration),
            Box::new(m20261124_000006_name::Migration),
            Box::new(m20261124_000007_webhook::Migration),
            Box::new(m20261124_000008_scan::Migration),
            Box::new(m20261124_000009_metadata::Migration),
            Box::new(m20261124_000010_scan_schedule::Migration),
            Box::new(m20261124_000011_host_snmp::Migration),
            Box::new(m20261124_000014_scan_queue::Migration),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_runs_in_a_transaction() {
        for migration in Migrator::migrations() {
            assert_eq!(
                migration.use_transaction(),
                Some(true),
                "{}",
                migration.name()
            );
        }
    }
}
