//! Reads a scan profile from a command line as nmap has it: an exact list of what is permitted, and nothing else.
//!
//! A list of what is forbidden would not do: nmap takes long options with one dash and any unambiguous beginning of them.

use super::{Ports, ScanProfile, Technique};
use crate::port::set::PortSet;
use std::str::FromStr;

/// The longest a list of ports may be, canonically written: it has to fit into one argument of a command line.
const LONGEST_LIST: usize = 16 << 10;

/// Why a text is no scan profile. The words are for the operator who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanProfileError {
    /// Not one of the permitted arguments.
    #[error("\"{token}\" is not permitted{}", hint(.meant.as_deref()))]
    Unknown {
        /// What stands there.
        token: String,
        /// What was probably meant.
        meant: Option<String>,
    },
    /// An argument that needs a value, and a wrong one or none.
    #[error("\"{token}\": expected {expected}")]
    Value {
        /// The argument and its value.
        token: String,
        /// What would have been right.
        expected: &'static str,
    },
    /// Said before.
    #[error("\"{0}\" is given twice")]
    Twice(String),
    /// Two that exclude each other.
    #[error("\"{0}\" contradicts \"{1}\"")]
    Contradiction(String, String),
}

fn hint(meant: Option<&str>) -> String {
    meant.map_or(String::new(), |meant| format!(", did you mean {meant}?"))
}

/// What is permitted as it stands, for suggestions.
const FLAGS: [&str; 5] = ["-Pn", "-sT", "-sS", "-sV", "-p"];

/// What has been said so far, by the token that said it.
#[derive(Default)]
struct Said {
    quiet: Option<String>,
    technique: Option<(String, Technique)>,
    ports: Option<(String, Ports)>,
    timing: Option<(String, u8)>,
    versions: Option<String>,
}

impl FromStr for ScanProfile {
    type Err = ScanProfileError;

    /// `-Pn`, `-T0` to `-T5`, `--top-ports N`, `-p LIST`, `-sT`, `-sS`, `-sV`, each at most once.
    ///
    /// What is left out is as nmap has it, but for the technique: `-sT`, and `-Pn` always holds.
    fn from_str(text: &str) -> Result<Self, ScanProfileError> {
        let mut said = Said::default();
        let mut tokens = text.split_whitespace();
        while let Some(token) = tokens.next() {
            match token {
                "-Pn" => once(&mut said.quiet, token)?,
                "-sV" => once(&mut said.versions, token)?,
                "-sT" => say(&mut said.technique, token, Technique::Connect)?,
                "-sS" => say(&mut said.technique, token, Technique::Syn)?,
                "--top-ports" => {
                    let count = top(tokens.next())?;
                    say(&mut said.ports, token, Ports::Top(count))?;
                }
                "-p" => {
                    let list = list(tokens.next().unwrap_or_default())?;
                    say(&mut said.ports, token, Ports::List(list))?;
                }
                _ => glued(token, &mut said)?,
            }
        }
        Ok(Self {
            technique: said.technique.map_or(Technique::Connect, |(_, how)| how),
            ports: said.ports.map_or(Ports::Top(1000), |(_, ports)| ports),
            timing: said.timing.map_or(3, |(_, timing)| timing),
            versions: said.versions.is_some(),
        })
    }
}

/// Arguments whose value is glued to them.
fn glued(token: &str, said: &mut Said) -> Result<(), ScanProfileError> {
    if let Some(ports) = token.strip_prefix("-p").filter(|rest| is_list(rest)) {
        return say(&mut said.ports, token, Ports::List(list(ports)?));
    }
    if let Some(level) = token.strip_prefix("-T") {
        let level = match level.as_bytes() {
            [digit @ b'0'..=b'5'] => digit - b'0',
            _ => return Err(value(token, "-T and a digit from 0 to 5, such as -T3")),
        };
        return say(&mut said.timing, token, level);
    }
    if let Some(count) = token.strip_prefix("--top-ports=") {
        let count = top(Some(count))?;
        return say(&mut said.ports, "--top-ports", Ports::Top(count));
    }
    Err(ScanProfileError::Unknown {
        token: token.to_owned(),
        meant: suggestion(token),
    })
}

fn once(slot: &mut Option<String>, token: &str) -> Result<(), ScanProfileError> {
    if slot.replace(token.to_owned()).is_some() {
        return Err(ScanProfileError::Twice(token.to_owned()));
    }
    Ok(())
}

fn say<T: PartialEq>(
    slot: &mut Option<(String, T)>,
    token: &str,
    value: T,
) -> Result<(), ScanProfileError> {
    match slot {
        None => {
            *slot = Some((token.to_owned(), value));
            Ok(())
        }
        Some((before, _)) if before == token => Err(ScanProfileError::Twice(token.to_owned())),
        Some((before, _)) => Err(ScanProfileError::Contradiction(
            token.to_owned(),
            before.clone(),
        )),
    }
}

fn value(token: &str, expected: &'static str) -> ScanProfileError {
    ScanProfileError::Value {
        token: token.to_owned(),
        expected,
    }
}

fn top(count: Option<&str>) -> Result<u16, ScanProfileError> {
    let text = count.unwrap_or_default();
    let count = text.parse().ok().filter(|count| *count > 0);
    count
        .filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
        .ok_or_else(|| {
            let token = format!("--top-ports {text}");
            value(token.trim_end(), "a whole number from 1 to 65535")
        })
}

fn is_list(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit() || first == '-')
}

/// TCP ports only; `-` is all of them, as for nmap.
fn list(text: &str) -> Result<PortSet, ScanProfileError> {
    let wrong = |expected| Err(value(format!("-p {text}").trim_end(), expected));
    let given = if text == "-" { "1-65535" } else { text };
    match given.parse::<PortSet>() {
        Ok(ports) if ports.is_empty() => wrong("TCP ports such as 22,80,8000-8010"),
        Ok(ports) if ports.to_string().len() > LONGEST_LIST => wrong("fewer ranges of ports"),
        Ok(ports) => Ok(ports),
        Err(_) => wrong("TCP ports such as 22,80,8000-8010, each 1 to 65535"),
    }
}

/// What was probably meant by a token that is not permitted.
fn suggestion(token: &str) -> Option<String> {
    let bare = token.trim_start_matches('-').to_ascii_lowercase();
    let digits: String = bare.chars().filter(char::is_ascii_digit).collect();
    if bare.starts_with("top") {
        let count = digits.parse::<u16>().ok().filter(|count| *count > 0);
        return Some(format!("--top-ports {}", count.unwrap_or(1000)));
    }
    if let Some(Ok(level @ 0..=5)) = bare.strip_prefix('t').map(str::parse::<u8>) {
        return Some(format!("-T{level}"));
    }
    // A dash too many or too few, a letter in the wrong case, the names of other tools and of former times.
    let known = FLAGS
        .into_iter()
        .find(|flag| flag[1..].eq_ignore_ascii_case(&bare));
    known
        .or(match bare.as_str() {
            "ports" | "port" => Some("-p"),
            "p0" | "skip-ping" => Some("-Pn"),
            _ => None,
        })
        .map(ToOwned::to_owned)
}
