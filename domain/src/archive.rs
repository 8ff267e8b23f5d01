//! Which hosts fade out of the lists: silent ones that nobody described. They can be restored.

use crate::status::{State, Status};
use std::time::Duration;

/// A host fades out after this much silence.
pub const FADES_AFTER: Duration = Duration::from_hours(30 * 24);

/// Whether a host fades out now: nobody `described` it, and it was Down for long enough while somebody looked, which is
/// `observed`. Time in which nobody looked proves no silence.
pub fn is_faded(described: bool, state: &State, observed: Duration) -> bool {
    !described && state.shown() == Status::Down && observed >= FADES_AFTER
}
