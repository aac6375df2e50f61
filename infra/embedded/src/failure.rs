//! What an error of fjall means to the person who runs the platform.

use std::io::ErrorKind;

/// What went wrong, and what to do, for a person.
pub(crate) fn reason(error: &fjall::Error) -> String {
    let cause = match error {
        fjall::Error::Io(cause) | fjall::Error::Storage(fjall::LsmError::Io(cause)) => cause,
        fjall::Error::Poisoned => return "an earlier write to its disk failed: see to the disk and start again".into(),
        other => return format!("{other:?}"),
    };
    match cause.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            format!("its disk is full ({cause}): free some space and start again")
        }
        _ => format!("its disk fails ({cause}): see to the disk and start again"),
    }
}
