//! A server that is killed leaves no scan running: the kernel ends it, or the next start does.

use std::process::{Command, Stdio};

use domain::port::profile::Technique;

use super::stub::Stub;
use super::{LONG, scan};
use crate::probe::nmap::{Nmap, leftover};

/// Names the folder of the stub, for the process that is to be killed.
const FOLDER: &str = "ROLLCALL_TEST_STUB";
/// Whether its children are on the leash.
const LEASHED: &str = "ROLLCALL_TEST_LEASHED";

fn environment(name: &str) -> Option<std::ffi::OsString> {
    let mut all = std::env::vars_os();
    all.find_map(|(key, value)| (key == name).then_some(value))
}

/// No test of its own: the process that is killed.
#[tokio::test(flavor = "multi_thread")]
async fn scan_until_killed() {
    let Some(folder) = environment(FOLDER) else {
        return;
    };
    let mut nmap = Nmap::new(&folder).unwrap();
    if environment(LEASHED).is_none() {
        nmap.leash = None;
    }
    nmap.look(Technique::Connect).await;
    let _ = scan(&nmap, LONG).await;
}

fn child_of_a_killed_process(is_leashed: bool) -> (Stub, u32) {
    let mut stub = Stub::hanging("case \"$*\" in *-sV*) exec sleep 1000;; esac");
    stub.hangs();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "probe::nmap::tests::orphans::scan_until_killed"])
        .env(FOLDER, stub.folder())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if is_leashed {
        command.env(LEASHED, "1");
    }
    let mut server = command.spawn().unwrap();
    let (looked, scans) = (stub.pid(), stub.pid());
    assert_ne!(looked, scans);
    server.kill().unwrap();
    server.wait().unwrap();
    (stub, scans)
}

/// One after the other: the next start would do the kernel's part too.
#[tokio::test(flavor = "multi_thread")]
async fn the_scans_of_a_killed_server_are_ended_by_the_kernel_or_by_the_next_start() {
    let (stub, scans) = child_of_a_killed_process(true);
    if stub.nmap().leash.is_some() {
        assert!(stub.is_gone(scans).await, "by the kernel");
    } else {
        println!("skipped: no setpriv of util-linux");
    }
    let (stub, scans) = child_of_a_killed_process(false);
    leftover::kill();
    assert!(stub.is_gone(scans).await, "by the next start");
}
