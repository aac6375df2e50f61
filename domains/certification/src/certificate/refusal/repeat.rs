//! What was done already, with other content.

use std::fmt;

use sceau_kernel::Timestamp;

use crate::Remark;

/// What was done already, and with which content. The same content again is no refusal: it gives no events.
#[derive(Clone, Debug, PartialEq)]
pub enum Repeat {
    /// Changes were requested, in these words.
    ChangesRequested(Remark),
    /// The certificate was granted until then.
    Granted(Timestamp),
    /// The application was refused for this reason.
    Refused(Remark),
    /// The certificate was suspended for this reason.
    Suspended(Remark),
    /// The certificate was revoked for this reason.
    Revoked(Remark),
}

impl Repeat {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::ChangesRequested(_) => "CERTIFICATE_CHANGES_ALREADY_REQUESTED",
            Self::Granted(_) => "CERTIFICATE_ALREADY_GRANTED",
            Self::Refused(_) => "CERTIFICATE_ALREADY_REFUSED",
            Self::Suspended(_) => "CERTIFICATE_ALREADY_SUSPENDED",
            Self::Revoked(_) => "CERTIFICATE_ALREADY_REVOKED",
        }
    }

    pub(super) fn value(&self) -> (&'static str, String) {
        match self {
            Self::ChangesRequested(notes) => ("notes", notes.to_string()),
            Self::Granted(valid_until) => ("valid_until", valid_until.to_string()),
            Self::Refused(reason) | Self::Suspended(reason) | Self::Revoked(reason) => ("reason", reason.to_string()),
        }
    }
}

impl fmt::Display for Repeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (done, remedy) = match self {
            Self::ChangesRequested(_) => ("changes were requested", "wait for the company's answer"),
            Self::Granted(_) => ("the certificate was granted", "renew it to prolong it"),
            Self::Refused(_) => ("the application was refused", "the company may apply anew"),
            Self::Suspended(_) => ("the certificate was suspended", "resume it first to give another reason"),
            Self::Revoked(_) => ("the certificate was revoked", "that is final, the company may apply anew"),
        };
        let (name, value) = self.value();
        write!(f, "{done} already with {name} `{value}`: {remedy}")
    }
}
