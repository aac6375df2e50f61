//! Decimal quantities with up to three places.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::wire::{Faults, Wire};

/// A quantity in thousandths of its unit: 1.5 kg is `Quantity(1500)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Quantity(pub i64);

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        if part == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{part:03}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl Wire for Quantity {
    type Proto = sceau_proto::common::v1::Quantity;
    fn to_wire(&self) -> Self::Proto {
        Self::Proto { thousandths: self.0 }
    }
    fn from_wire(proto: Self::Proto) -> Result<Self, Faults> {
        Ok(Self(proto.thousandths))
    }
}
crate::message_field!(Quantity);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_prints_without_trailing_zeros() {
        assert_eq!(Quantity(1500).to_string(), "1.5");
        assert_eq!(Quantity(-20).to_string(), "-0.02");
        assert_eq!(Quantity(3000).to_string(), "3");
    }
}
