//! Jobs take turns, and nobody waits for what does not come.

use super::{Counting, at_work};
use domain::scan::ScanStatus;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn a_short_job_does_not_wait_for_the_end_of_a_long_one() {
    let folder = tempfile::tempdir().unwrap();
    let eyes = Counting::new(0);
    let world = at_work(&folder, &eyes).await;
    let long = world.ask(&["8.8.8.0/26"], &[]).await;
    world
        .until(&long, |scan| scan.status == ScanStatus::Running)
        .await;
    let short = world.ask(&["8.8.4.1", "8.8.4.2"], &[]).await;
    eyes.leave.add_permits(20);
    world
        .until(&short, |scan| scan.status == ScanStatus::Complete)
        .await;
    assert_eq!(world.find(&long).await.status, ScanStatus::Running);
    eyes.leave.add_permits(100);
    world
        .until(&long, |scan| scan.status == ScanStatus::Complete)
        .await;
    world.end().await;
}

#[tokio::test]
async fn an_end_waits_for_no_name_server() {
    let folder = tempfile::tempdir().unwrap();
    let world = at_work(&folder, &Counting::new(0)).await;
    let token = world.ask(&[], &["slow.example"]).await;
    world
        .until(&token, |scan| scan.status == ScanStatus::Running)
        .await;
    timeout(Duration::from_secs(3), world.end()).await.unwrap();
}
