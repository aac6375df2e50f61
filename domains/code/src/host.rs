//! Where signed codes point to.

use crate::CodeError;

/// The longest host for which the URL fits a QR code of version 6 at level M, 154 alphanumeric characters (ISO/IEC
/// 18004, table 7): 154 less `HTTPS://`, `/` and the 124 characters of the code.
pub(crate) const MAX_HOST: usize = 21;

/// The host whose URLs are codes. It is no part of what is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    printed: String,
    normalised: String,
}

impl Host {
    /// The host of this name, in either case, with a port after a colon if need be.
    pub fn new(name: &str) -> Result<Self, CodeError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
        if name.is_empty() || name.len() > MAX_HOST || !name.bytes().all(allowed) {
            return Err(CodeError::Host { found: name.to_owned() });
        }
        let printed = format!("HTTPS://{}/", name.to_ascii_uppercase());
        Ok(Self { normalised: printed.to_ascii_lowercase(), printed })
    }

    /// The host itself, in upper case.
    pub fn name(&self) -> &str {
        self.printed.trim_start_matches("HTTPS://").trim_end_matches('/')
    }

    /// What stands before the base32 in a printed code: `HTTPS://<HOST>/`.
    pub fn prefix(&self) -> &str {
        &self.printed
    }

    /// The URL of the host's root as links have it, in lower case.
    pub(crate) fn link(&self) -> &str {
        &self.normalised
    }

    /// What follows the host in a URL: as it was printed, or as a browser rewrites scheme and host.
    pub(crate) fn strip<'a>(&self, text: &'a str) -> Option<&'a str> {
        text.strip_prefix(&self.printed).or_else(|| text.strip_prefix(&self.normalised))
    }
}
