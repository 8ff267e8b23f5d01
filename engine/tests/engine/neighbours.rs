//! The kernel's neighbour table, in a network namespace of the test's own. Without root or `ip` there is none.

use engine::probe::names::{KernelTable, NeighbourTable};
use std::process::{Command, Output, Stdio};

/// What the child prints before each neighbour.
const MARK: &str = "neighbour: ";

/// Prints what the kernel says, inside the namespace.
#[test]
#[ignore = "started by the test below"]
fn inside() {
    for neighbour in KernelTable.read().unwrap().unwrap() {
        println!("{MARK}{} {}", neighbour.ip, neighbour.mac);
    }
}

/// A namespace with one interface, removed when it is dropped.
struct Namespace(String);

impl Drop for Namespace {
    fn drop(&mut self) {
        ip(&format!("netns delete {}", self.0));
    }
}

fn ip(arguments: &str) -> Option<Output> {
    let output = Command::new("ip")
        .args(arguments.split(' '))
        .stdin(Stdio::null())
        .output();
    output.ok().filter(|output| output.status.success())
}

impl Namespace {
    fn make() -> Option<Self> {
        let name = format!("rc-neighbours-{}", std::process::id());
        ip(&format!("netns add {name}"))?;
        Some(Self(name))
    }

    fn ip(&self, arguments: &str) {
        let done = ip(&format!("-n {} {arguments}", self.0));
        assert!(done.is_some(), "ip {arguments}");
    }

    fn told(&self) -> Vec<String> {
        let output = Command::new("ip")
            .args(["netns", "exec", &self.0])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "neighbours::inside", "--ignored", "--nocapture"])
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{text}");
        let lines = text.lines().filter_map(|line| line.split_once(MARK));
        lines.map(|(_, neighbour)| neighbour.to_owned()).collect()
    }
}

#[test]
fn the_kernel_tells_neighbours_of_both_families() {
    let Some(namespace) = Namespace::make() else {
        println!("skipped: network namespaces need root and iproute2");
        return;
    };
    namespace.ip("link add veth0 type veth peer name veth1");
    namespace.ip("link set veth0 up");
    namespace.ip("link set veth1 up");
    assert_eq!(namespace.told(), [""; 0], "nobody yet");
    for (address, state) in [
        ("10.79.0.9 lladdr 00:1b:21:3c:4d:5e", "reachable"),
        ("10.79.0.10 lladdr 02:42:ac:11:00:02", "stale"),
        ("fd79::9 lladdr 00:1b:21:3c:4d:5e", "permanent"),
        ("fe80::9 lladdr 00:1b:21:3c:4d:5e", "permanent"),
        ("10.79.0.11 lladdr 01:00:5e:00:00:01", "permanent"),
        ("10.79.0.12 lladdr 00:1b:21:3c:4d:5f", "noarp"),
        ("10.79.0.13", "failed"),
    ] {
        namespace.ip(&format!("neighbour add {address} dev veth0 nud {state}"));
    }
    assert_eq!(
        namespace.told(),
        [
            "10.79.0.9 00:1b:21:3c:4d:5e",
            "10.79.0.10 02:42:ac:11:00:02",
            "fd79::9 00:1b:21:3c:4d:5e",
        ]
    );
    // More than one message of the kernel's.
    for last in 0..600 {
        let address = format!("fd79::1:{last:x} lladdr 00:1b:21:00:00:01");
        namespace.ip(&format!("neighbour add {address} dev veth0 nud permanent"));
    }
    assert_eq!(namespace.told().len(), 603);
}
