//! What handlers take from a request; whatever does not fit is a problem, never plain text.

mod actor;
mod client;
mod form;
mod if_match;
mod json;
mod path;
mod query;

pub(super) use actor::{Actor, MaybeActor, bearer};
pub(super) use client::Client;
pub use client::Peer;
pub(super) use form::Form;
pub(super) use if_match::{IfMatch, tagged};
pub(super) use json::Json;
pub(super) use path::{Id, Ids, Token, Tokens};
pub(super) use query::Query;

use super::failure::Failure;
use domain::problem::{FieldError, Problem};
use serde_path_to_error::Segment;

/// The input has the right syntax and the wrong shape.
fn misshapen(path: &serde_path_to_error::Path, words: &str) -> Failure {
    let words = words.split(" at line ").next().unwrap_or(words);
    let mut segments: Vec<String> = path
        .iter()
        .map(|segment| match segment {
            Segment::Seq { index } => index.to_string(),
            segment => escape(&segment.to_string()),
        })
        .collect();
    // serde names a missing or unknown field in its words, and not always in the path.
    if let Some(field) = ["missing field `", "unknown field `"]
        .iter()
        .find_map(|start| words.strip_prefix(start)?.split('`').next())
        && segments.last() != Some(&escape(field))
    {
        segments.push(escape(field));
    }
    let pointer = segments
        .iter()
        .fold(String::new(), |pointer, segment| pointer + "/" + segment);
    let mut problem = Problem::new(422, "Invalid input");
    problem.errors.push(FieldError::new(pointer, words));
    Failure(problem)
}

/// A segment of a JSON pointer (RFC 6901 §3).
fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}
