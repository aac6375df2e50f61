//! How to reach somebody.

use sceau_kernel::{Personal, Wire};
use serde::{Deserialize, Serialize};

/// How to reach a company or a stamper. All of it is personal data.
#[derive(Clone, Debug, PartialEq, Eq, Wire, Serialize, Deserialize)]
#[wire(sceau_proto::certification::v1::Contact)]
pub struct Contact {
    /// The person who answers.
    pub person: Personal<String>,
    /// Telephone number.
    pub phone: Personal<String>,
    /// E-mail address, when there is one.
    pub email: Option<Personal<String>>,
}
