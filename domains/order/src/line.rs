//! What a line of an order is for.

use std::fmt;

use sceau_kernel::Wire;
use serde::{Deserialize, Serialize};

/// The form in which a stamp's code is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Wire)]
#[wire(enumeration = sceau_proto::order::v1::StampForm)]
pub enum StampForm {
    /// A QR code that holds the number and a signature: verifiable offline.
    SignedQr,
    /// A smaller QR code with a keyed tag: verifiable online only.
    SmallQr,
    /// 16 digits, for USSD, SMS and human eyes.
    Digits,
}

impl fmt::Display for StampForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignedQr => "signed QR",
            Self::SmallQr => "small QR",
            Self::Digits => "digits",
        })
    }
}
