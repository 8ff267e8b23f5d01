//! Reads nmap's XML as it comes: each host is told when it is complete, and whatever comes afterwards takes nothing back.
//!
//! The document has a DOCTYPE that names no file and declares nothing; entities are never resolved but the five of XML.

pub(super) mod chunks;
mod host;
mod meter;
pub(super) mod progress;

use std::io::{self, BufRead};

use domain::port::{Proto, set::PortSet};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

pub(super) use host::Host;
use host::Hosts;
use meter::{Meter, TooLong};

/// Elements inside each other.
const DEEPEST: usize = 32;
/// Attributes of one tag.
const MOST_ATTRIBUTES: usize = 64;
/// The longest value of an attribute, in bytes.
const LONGEST_VALUE: usize = 64 << 10;

/// One thing that nmap tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Its version.
    Version(String),
    /// Which ports it asks.
    Asked(Proto, PortSet),
    /// How far a task is, in percent.
    Progress(String, u8),
    /// A task is done.
    TaskEnd(String),
    /// A target that it did not scan, and why.
    Skipped(String),
    /// A host, complete.
    Host(Box<Host>),
    /// The end of the run.
    Finished(Finished),
}

/// How nmap says that a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finished {
    /// Well.
    Success,
    /// Not well, and why.
    Failure(String),
}

/// Why the rest of a document can't be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum XmlError {
    /// It is not XML.
    #[error("it is not well-formed: {0}")]
    Malformed(#[source] quick_xml::Error),
    /// It ends in the middle.
    #[error("it ends in the middle")]
    Truncated,
    /// It is XML, but not of nmap.
    #[error("it is not nmap's")]
    Stranger,
    /// Bytes that are no UTF-8.
    #[error("it is not UTF-8")]
    Utf8,
    /// More than nmap ever writes.
    #[error("it has {0}")]
    Excess(&'static str),
}

impl From<quick_xml::Error> for XmlError {
    fn from(error: quick_xml::Error) -> Self {
        match error {
            quick_xml::Error::Io(io) if is_too_long(&io) => {
                Self::Excess("a tag or text that is too long")
            }
            quick_xml::Error::Encoding(_) => Self::Utf8,
            error => Self::Malformed(error),
        }
    }
}

fn is_too_long(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(<dyn std::error::Error + Send + Sync>::is::<TooLong>)
}

/// What an element is, as far as it matters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    Run,
    Host,
    Hostnames,
    Ports,
    Port,
    Other,
}

/// Reads a document; `tell` is told what it says, in its order.
///
/// # Errors
/// The rest can't be read. What was told before that holds.
pub(super) fn read(input: impl BufRead, mut tell: impl FnMut(Told)) -> Result<(), XmlError> {
    let mut reader = Reader::from_reader(Meter::new(input));
    let mut buffer = Vec::new();
    let mut stack: Vec<Tag> = Vec::new();
    let mut hosts = Hosts::default();
    let mut has_begun = false;
    loop {
        buffer.clear();
        reader.get_mut().begin();
        match reader.read_event_into(&mut buffer)? {
            Event::Start(start) => {
                let tag = enter(&start, stack.last().copied(), &mut hosts, &mut tell)?;
                has_begun = true;
                stack.push(tag);
                if stack.len() > DEEPEST {
                    return Err(XmlError::Excess("too many elements inside each other"));
                }
            }
            Event::Empty(start) => {
                let tag = enter(&start, stack.last().copied(), &mut hosts, &mut tell)?;
                has_begun = true;
                leave(tag, &mut hosts, &mut tell);
            }
            Event::End(_) => {
                if let Some(tag) = stack.pop() {
                    leave(tag, &mut hosts, &mut tell);
                }
            }
            Event::DocType(doctype) if doctype.contains('[') => {
                return Err(XmlError::Excess("declarations of its own"));
            }
            Event::Eof if stack.is_empty() && has_begun => return Ok(()),
            Event::Eof => return Err(XmlError::Truncated),
            _ => {}
        }
    }
}

/// An element begins.
fn enter(
    start: &BytesStart,
    parent: Option<Tag>,
    hosts: &mut Hosts,
    tell: &mut impl FnMut(Told),
) -> Result<Tag, XmlError> {
    let attributes = Attributes::read(start)?;
    let name = start.local_name();
    let name = name.as_ref();
    Ok(match (parent, name) {
        (None, "nmaprun") => {
            if let Some(version) = attributes.get("version").and_then(host::clean) {
                tell(Told::Version(version));
            }
            Tag::Run
        }
        (None, _) => return Err(XmlError::Stranger),
        (Some(Tag::Run), "host") => {
            hosts.begin(&attributes);
            Tag::Host
        }
        (Some(Tag::Run), _) => {
            if let Some(told) = of_run(name, &attributes) {
                tell(told);
            }
            Tag::Other
        }
        (Some(Tag::Host), "hostnames") => Tag::Hostnames,
        (Some(Tag::Host), "ports") => {
            hosts.ports();
            Tag::Ports
        }
        (Some(Tag::Ports), "port") => {
            hosts.port(&attributes);
            Tag::Port
        }
        (Some(Tag::Host | Tag::Hostnames | Tag::Ports | Tag::Port), _) => {
            hosts.fact(name, &attributes);
            Tag::Other
        }
        // The end is told inside of `runstats`.
        (Some(Tag::Other), "finished") => {
            tell(Told::Finished(finished(&attributes)));
            Tag::Other
        }
        (Some(Tag::Other), _) => Tag::Other,
    })
}

/// An element ends.
fn leave(tag: Tag, hosts: &mut Hosts, tell: &mut impl FnMut(Told)) {
    match tag {
        Tag::Port => hosts.end_port(),
        Tag::Host => {
            if let Some(host) = hosts.end() {
                tell(Told::Host(Box::new(host)));
            }
        }
        Tag::Run | Tag::Hostnames | Tag::Ports | Tag::Other => {}
    }
}

/// What stands beside the hosts.
fn of_run(name: &str, attributes: &Attributes) -> Option<Told> {
    let task = || attributes.get("task").and_then(host::clean);
    Some(match name {
        "scaninfo" => {
            let proto = host::proto(attributes.get("protocol")?)?;
            Told::Asked(proto, attributes.get("services")?.parse().ok()?)
        }
        "taskprogress" => {
            let whole = attributes.get("percent")?.split('.').next()?;
            Told::Progress(
                task()?,
                whole.parse().ok().filter(|percent| *percent <= 100)?,
            )
        }
        "taskend" => Told::TaskEnd(task()?),
        "target" if attributes.get("status") == Some("skipped") => {
            let reason = attributes.get("reason").and_then(host::clean);
            Told::Skipped(reason.unwrap_or_default())
        }
        _ => return None,
    })
}

fn finished(attributes: &Attributes) -> Finished {
    if attributes.get("exit") == Some("success") {
        return Finished::Success;
    }
    let words = attributes.get("errormsg").and_then(host::clean);
    Finished::Failure(words.unwrap_or_default())
}

/// The attributes of one tag, within the limits.
struct Attributes(Vec<(String, String)>);

impl Attributes {
    fn read(start: &BytesStart) -> Result<Self, XmlError> {
        let mut all = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(quick_xml::Error::from)?;
            if all.len() == MOST_ATTRIBUTES {
                return Err(XmlError::Excess("a tag with too many attributes"));
            }
            if attribute.value.len() > LONGEST_VALUE {
                return Err(XmlError::Excess("an attribute that is too long"));
            }
            let key = attribute.key.as_ref().to_owned();
            let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
            all.push((key, value.into_owned()));
        }
        Ok(Self(all))
    }

    fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.0.iter();
        all.find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod verdicts;
