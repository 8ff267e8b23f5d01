//! Running other programs, saying what happens.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

/// Prints one line at once, also when the output is a pipe.
pub(crate) fn say(line: impl Display) {
    println!("{line}");
    // A closed pipe is the reader's business.
    let _ = std::io::stdout().flush();
}

/// Announces the next thing to be done, before it is done.
pub(crate) fn step(what: impl Display) {
    say(format_args!("==> {what}"));
}

/// Runs a command with the terminal as its output; an unsuccessful end is an error that names the command.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("failed to start {}", shown(command)))?;
    succeeded(command, status)
}

/// Runs a command silently and returns what it wrote to its standard output.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("failed to start {}", shown(command)))?;
    succeeded(command, output.status)?;
    String::from_utf8(output.stdout)
        .with_context(|| format!("failed to read the output of {}", shown(command)))
}

/// Runs a command, showing each line of its standard output as it comes and handing it to `on_line`.
pub(crate) fn watch(command: &mut Command, mut on_line: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("failed to start {}", shown(command)))?;
    if let Some(output) = child.stdout.take() {
        // Tests may print any bytes; a line that is not UTF-8 is no reason to stop reading.
        for line in BufReader::new(output).split(b'\n') {
            let line = line.with_context(|| format!("failed to read from {}", shown(command)))?;
            let line = String::from_utf8_lossy(&line);
            say(&line);
            on_line(&line);
        }
    }
    child
        .wait()
        .with_context(|| format!("failed to wait for {}", shown(command)))
}

/// Whether the command can be started and ends well; its output is thrown away.
pub(crate) fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Where a program is, searched like the shell does.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let path = environment("PATH")?;
    std::env::split_paths(&path)
        // Debian keeps `ip` there, and `su` without a dash drops it from the path.
        .chain([PathBuf::from("/usr/sbin")])
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}

/// A variable of the environment.
#[expect(
    clippy::disallowed_methods,
    reason = "the rule is for the product; a build tool lives by its environment"
)]
pub(crate) fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// Cargo, in the given folder, without the variables that `cargo run` sets for its child.
///
/// Build scripts that watch `CARGO_PKG_*` (ring's does) would otherwise run again whenever a build
/// by hand and a build by xtask alternate.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || matches!(
                text.as_ref(),
                "CARGO_BIN_NAME" | "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE"
            )
        {
            command.env_remove(&name);
        }
    }
    command
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("{} failed ({status})", shown(command));
    }
    Ok(())
}

/// The command as somebody would type it.
fn shown(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}
