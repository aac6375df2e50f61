//! What can be wrong with a configuration.

use std::fmt;
use std::path::PathBuf;

/// One fault of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigFault {
    /// The file cannot be read, or is not TOML.
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// There is no such setting.
    UnknownKey {
        /// The key or variable found.
        key: String,
        /// Where it stands.
        origin: String,
    },
    /// The value does not fit the setting.
    Value {
        /// The setting.
        key: &'static str,
        /// The value found.
        value: String,
        /// Where it comes from.
        origin: String,
        /// What to give instead.
        expected: String,
    },
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, reason } => write!(f, "{}: {reason}", path.display()),
            Self::UnknownKey { key, origin } => {
                write!(f, "`{key}` in {origin} is no setting: `sceau config` lists them all")
            }
            Self::Value { key, value, origin, expected } => write!(f, "{key} = `{value}` ({origin}): use {expected}"),
        }
    }
}

/// All faults of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFaults(pub Vec<ConfigFault>);

impl fmt::Display for ConfigFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration has {} fault{}:", self.0.len(), if self.0.len() == 1 { "" } else { "s" })?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl std::error::Error for ConfigFaults {}
