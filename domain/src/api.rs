//! The REST contract's small change: paths, and bodies that belong to no noun.

pub mod path;

use serde::{Deserialize, Deserializer};

/// For `Option<Option<T>>` in a patch: a field that is present, even as `null`, is `Some`.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}
