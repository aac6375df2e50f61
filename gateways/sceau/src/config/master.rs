//! Where the master key comes from, which seals the keys of codes.

use std::fmt;
use std::path::PathBuf;

use sceau_security::MasterKey;

use super::value::Reader;

/// Where the master key comes from.
#[derive(Clone, PartialEq, Eq)]
pub enum Master {
    /// The file `master.key` in the folder of keys, made when it is not there.
    InFolder,
    /// A file.
    File(PathBuf),
    /// The configuration itself: its 32 secret bytes.
    Given([u8; 32]),
}

impl fmt::Debug for Master {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InFolder => f.write_str("InFolder"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Given(_) => f.write_str("Given(…)"),
        }
    }
}

/// What the settings say.
pub(super) fn read(read: &mut Reader<'_>) -> Master {
    let given = read.value("master.key", "64 hexadecimal digits", None, |text| match text {
        "" => Some(None),
        text => MasterKey::secret(text).map(Some),
    });
    match (given, read.optional("master.file")) {
        (Some(secret), _) => Master::Given(secret),
        (None, Some(file)) => Master::File(PathBuf::from(file)),
        (None, None) => Master::InFolder,
    }
}
