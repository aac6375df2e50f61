//! The bytes in which a command goes to the node that owns its partition, and its answer comes back: a line that says
//! in what form and by which version they were written, then postcard.
//!
//! Postcard names no fields, so the bytes of another version could be read as something else than they say. A node
//! reads its own version's only; what differs is answered `Unavailable`, and a rolling upgrade passes.

use bytes::Bytes;
use sceau_kernel::Domain;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::command::{Accepted, Envelope, Outcome};
use crate::refused::{Refused, Retold};

/// How every header begins, of whatever form and version.
const MAGIC: &[u8] = b"sceau-command ";
/// The header of form 1, in the version of this program.
const HEADER: &[u8] = concat!("sceau-command 1 ", env!("CARGO_PKG_VERSION"), "\n").as_bytes();

/// An answer on its way back.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Told {
    Outcome(Result<Accepted, Refused<Retold>>),
    NotOwner,
}

/// What a node makes of a command that another one sent on.
pub(crate) enum Answer<D: Domain> {
    /// It was decided, or refused.
    Outcome(Outcome<D>),
    /// The partition is not owned there. Nothing was done.
    NotOwner,
}

/// Why bytes were not read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// They were written in another form or by another version.
    OtherVersion,
    /// They are not what they should be.
    Malformed {
        /// Where reading them ended.
        reason: String,
    },
}

pub(crate) fn write_envelope<D: Domain>(envelope: &Envelope<D>) -> Result<Bytes, Unread> {
    write(envelope)
}

pub(crate) fn read_envelope<D: Domain>(bytes: &[u8]) -> Result<Envelope<D>, Unread> {
    read(bytes)
}

/// The bytes of an answer; none, which nobody can read, if it had no encoding.
pub(crate) fn write_answer<D: Domain>(answer: Answer<D>) -> Bytes {
    let retell = |refused: Refused<D::Refusal>| refused.retell(|refusal| Refused::Rejected(Retold::of(&refusal)));
    let told = match answer {
        Answer::Outcome(outcome) => Told::Outcome(outcome.map_err(retell)),
        Answer::NotOwner => Told::NotOwner,
    };
    write(&told).unwrap_or_default()
}

pub(crate) fn read_answer<D: Domain>(bytes: &[u8]) -> Result<Answer<D>, Unread> {
    Ok(match read(bytes)? {
        Told::Outcome(Ok(accepted)) => Answer::Outcome(Ok(Accepted { topic: D::TOPIC, ..accepted })),
        Told::Outcome(Err(refused)) => {
            Answer::Outcome(Err(refused.retell(|retold| Refused::RejectedElsewhere(Box::new(retold)))))
        }
        Told::NotOwner => Answer::NotOwner,
    })
}

fn write<T: Serialize>(value: &T) -> Result<Bytes, Unread> {
    Ok(postcard::to_extend(value, HEADER.to_vec())?.into())
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unread> {
    let Some(body) = bytes.strip_prefix(HEADER) else {
        let reason = "they do not begin with the header of a command".to_owned();
        return Err(if bytes.starts_with(MAGIC) { Unread::OtherVersion } else { Unread::Malformed { reason } });
    };
    match postcard::take_from_bytes(body)? {
        (value, []) => Ok(value),
        (_, rest) => Err(Unread::Malformed { reason: format!("{} bytes follow", rest.len()) }),
    }
}

impl From<postcard::Error> for Unread {
    fn from(error: postcard::Error) -> Self {
        Self::Malformed { reason: error.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sceau_kernel::{RefusalKind, Timestamp};

    use super::*;

    #[test]
    fn every_answer_comes_back_as_it_was() {
        let retold = |kind| Retold {
            code: "TOO_HIGH".to_owned(),
            kind,
            values: vec![("count".to_owned(), "60".to_owned())],
            text: "the count is 60: add less".to_owned(),
        };
        let retry_after = Duration::from_millis(200);
        let time = Timestamp(1_795_000_000_000_000);
        let outcomes = [
            Ok(Accepted { topic: "", partition: 3, offset: 1 << 40, version: 9, events: 2, repeated: true, time }),
            Err(Refused::Rejected(retold(RefusalKind::Precondition))),
            Err(Refused::RejectedElsewhere(Box::new(retold(RefusalKind::NotFound)))),
            Err(Refused::VersionMismatch { expected: 7, actual: 9 }),
            Err(Refused::IdReused { fields: vec![2, 300] }),
            Err(Refused::Unavailable { retry_after }),
            Err(Refused::Overloaded { retry_after }),
            Err(Refused::TooLarge { size: 2 << 20, limit: 1 << 20 }),
            Err(Refused::UnknownKind),
            Err(Refused::Unreadable { offset: Some(5) }),
            Err(Refused::Unreadable { offset: None }),
            Err(Refused::Malformed { size: 3, reason: "1 bytes follow".to_owned() }),
        ];
        for told in outcomes.map(Told::Outcome).into_iter().chain([Told::NotOwner]) {
            assert_eq!(write(&told).and_then(|bytes| read::<Told>(&bytes)), Ok(told));
        }
    }

    #[test]
    fn bytes_say_by_which_version_they_were_written() {
        let ours = write(&1_u32).unwrap();
        assert!(ours.starts_with(format!("sceau-command 1 {}\n", env!("CARGO_PKG_VERSION")).as_bytes()));
        for theirs in [b"sceau-command 1 99.0.0\n\x01".as_slice(), b"sceau-command 2 ", b"sceau-command "] {
            assert_eq!(read::<u32>(theirs), Err(Unread::OtherVersion));
        }
        for none in [b"".as_slice(), b"sceau-comman", b"\x01", &ours[..ours.len() - 1], &[&ours, &b"!"[..]].concat()] {
            assert!(matches!(read::<u32>(none), Err(Unread::Malformed { .. })), "{none:?}");
        }
    }
}
