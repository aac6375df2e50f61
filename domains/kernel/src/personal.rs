//! Personal data has a type of its own.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::wire::{Fault, Faults, Field, Wire};

/// A piece of personal data: a name, a phone, an e-mail. `Debug` and `Display` never show it, so it cannot slip into
/// logs; its wire form is a message of its own, which one place can encrypt per person.
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    /// Marks `value` as personal.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the place that has the right to show it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(…)")
    }
}

impl Wire for Personal<String> {
    type Proto = sceau_proto::common::v1::Personal;
    fn to_wire(&self) -> Self::Proto {
        Self::Proto { clear: self.0.clone() }
    }
    fn from_wire(proto: Self::Proto) -> Result<Self, Faults> {
        let clear = <String as Field<String>>::take(proto.clear)?;
        if clear.len() > 320 {
            return Err(Fault::here(format!("is {} bytes long: use at most 320", clear.len())).into());
        }
        Ok(Self(clear))
    }
}
crate::message_field!(Personal<String>);
