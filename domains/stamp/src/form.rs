//! What a stamp looks like.

use sceau_kernel::Wire;
use serde::{Deserialize, Serialize};

/// The form in which the codes of a batch are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Wire)]
#[wire(enumeration = sceau_proto::stamp::v1::StampForm)]
pub enum StampForm {
    /// A QR code that carries a number and its signature; can be checked offline.
    SignedQr,
    /// A smaller QR code for small packs; can be checked online only.
    SmallQr,
    /// Sixteen digits, for USSD, SMS and human eyes.
    Digits,
}
