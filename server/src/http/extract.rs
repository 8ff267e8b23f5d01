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
pub(super) use path::Id;
pub(super) use query::Query;

use super::failure::Failure;
use domain::problem::{FieldError, Problem};

/// The input has the right syntax and the wrong shape.
fn misshapen(path: &serde_path_to_error::Path, words: &str) -> Failure {
    let words = words.split(" at line ").next().unwrap_or(words);
    let mut pointer: String = path
        .iter()
        .map(|segment| {
            format!(
                "/{}",
                segment.to_string().replace('~', "~0").replace('/', "~1")
            )
        })
        .collect();
    if path.iter().next().is_none() {
        pointer.clear();
    }
    // serde names a missing or unknown field in its words only, and points at what surrounds it.
    if let Some(field) = ["missing field `", "unknown field `"]
        .iter()
        .find_map(|start| words.strip_prefix(start)?.split('`').next())
        && !pointer.ends_with(&format!("/{field}"))
    {
        pointer.push_str(&format!("/{field}"));
    }
    let mut problem = Problem::new(422, "Invalid input");
    problem.errors.push(FieldError::new(pointer, words));
    Failure(problem)
}
