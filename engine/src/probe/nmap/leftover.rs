//! Children that a killed server left behind: found by a mark in their environment, and killed at the next start.
//!
//! Usually there are none: a child asks the kernel to be killed with its parent. It can't where `setpriv` is missing,
//! and the kernel forgets it when the program has privileges of its own (file capabilities).

use std::fs;

use rustix::process::{Pid, PidfdFlags, Signal, getpid, pidfd_open, pidfd_send_signal};

/// The name of the mark; its value is the parent's number and the moment it began, in the kernel's ticks.
pub(super) const MARK: &str = "ROLLCALL_CHILD_OF";

/// The mark of this process's children.
pub(super) fn mark() -> String {
    let own = getpid().as_raw_nonzero().get();
    format!("{own}-{}", began(own).unwrap_or_default())
}

/// Kills the children whose parent is gone; how many there were.
pub(super) fn kill() -> usize {
    let Ok(processes) = fs::read_dir("/proc") else {
        return 0;
    };
    let numbers = processes
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter(|id| kill_one(*id).is_some()).count()
}

fn kill_one(id: i32) -> Option<()> {
    is_orphan(id).then_some(())?;
    // The number may be another process's by now; not any more once the descriptor is held.
    let process = pidfd_open(Pid::from_raw(id)?, PidfdFlags::empty()).ok()?;
    is_orphan(id).then_some(())?;
    pidfd_send_signal(process, Signal::KILL).ok()
}

fn is_orphan(id: i32) -> bool {
    // In another space of process numbers, those in the mark mean others.
    let space = |of: &str| fs::read_link(format!("/proc/{of}/ns/pid")).ok();
    let own = space("self");
    if own.is_none() || space(&id.to_string()) != own {
        return false;
    }
    // Others' environments can't be read, and are none of ours.
    let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
    let mark = environment.split(|byte| *byte == 0).find_map(|variable| {
        let value = variable.strip_prefix(MARK.as_bytes())?;
        str::from_utf8(value.strip_prefix(b"=")?).ok()
    });
    let parent = mark.and_then(|mark| {
        let (parent, began) = mark.split_once('-')?;
        Some((parent.parse::<i32>().ok()?, began.parse::<u64>().ok()?))
    });
    parent.is_some_and(|(parent, moment)| began(parent) != Some(moment))
}

/// When a process began, in the kernel's ticks since the machine did: with its number, a name that is never used twice.
fn began(id: i32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The program's name comes second, in parentheses, and may hold anything; proc_pid_stat(5) counts from 1.
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(22 - 3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn only_children_of_the_dead_are_orphans() {
        let mut children = [
            mark(),
            // More than the kernel's limit, 2^22; and this process, had it begun at another time.
            "8388608-1".to_owned(),
            format!("{}-1", getpid().as_raw_nonzero()),
            "nonsense".to_owned(),
        ]
        .map(|mark| {
            let mut sleep = Command::new("sleep");
            sleep.arg("60").env_clear().env(MARK, mark);
            sleep.stdin(Stdio::null()).spawn().unwrap()
        });
        let ids = children
            .each_ref()
            .map(|child| i32::try_from(child.id()).unwrap());
        assert_eq!(ids.map(is_orphan), [false, true, true, false]);
        assert_eq!(
            ids.map(|id| kill_one(id).is_some()),
            [false, true, true, false]
        );
        for (child, dies) in children.iter_mut().zip([false, true, true, false]) {
            if !dies {
                assert_eq!(child.try_wait().unwrap(), None);
                child.kill().unwrap();
            }
            assert!(!child.wait().unwrap().success());
        }
    }
}
