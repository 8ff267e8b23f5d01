//! A number of addresses: up to 2^128, so wider than any integer that JSON readers agree on.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A number of addresses, written as a JSON integer. A reader that knows only 64 bits may round it:
/// the exact value always follows from the range beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = f64, minimum = 0, example = 254))]
pub struct Count(pub u128);

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match u64::try_from(self.0) {
            Ok(small) => serializer.serialize_u64(small),
            Err(_) => serializer.serialize_u128(self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Count;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a number of addresses")
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Count, E> {
                Ok(Count(value.into()))
            }
            fn visit_u128<E: de::Error>(self, value: u128) -> Result<Count, E> {
                Ok(Count(value))
            }
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "`as` saturates; negative is refused before"
            )]
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Count, E> {
                if value < 0.0 {
                    return Err(E::custom("a number of addresses is not negative"));
                }
                Ok(Count(value as u128))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl fmt::Display for Count {
    /// Digits in groups of three up to a million million, then a power of two as network people write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 >= 1_000_000_000_000 {
            return write!(f, "≈2^{}", self.0.saturating_add(self.0 / 2).ilog2());
        }
        let digits = self.0.to_string();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_groups_digits_and_names_powers() {
        assert_eq!(Count(7).to_string(), "7");
        assert_eq!(Count(16_777_214).to_string(), "16,777,214");
        assert_eq!(Count((1 << 64) - 3).to_string(), "≈2^64");
        assert_eq!(Count(1 << 80).to_string(), "≈2^80");
    }

    #[test]
    fn json_is_an_integer_and_reads_back() {
        for value in [0, 254, u128::from(u64::MAX)] {
            let json = serde_json::to_string(&Count(value)).unwrap();
            assert_eq!(json, value.to_string());
            assert_eq!(serde_json::from_str::<Count>(&json).unwrap(), Count(value));
        }
        assert_eq!(
            serde_json::to_string(&Count(1 << 64)).unwrap(),
            "18446744073709551616"
        );
        assert_eq!(
            serde_json::from_str::<Count>("18446744073709551616").unwrap(),
            Count(1 << 64)
        );
    }
}
