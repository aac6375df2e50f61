//! The bytes in which a command goes to the node that owns its partition, and its outcome comes back: a line that says
//! in what form and by which version they were written, then postcard.
//!
//! Postcard names no fields, so the bytes of another version could be read as something else than they say. A node
//! reads its own version's only; what differs is answered `Unavailable`, and a rolling upgrade passes.

use bytes::Bytes;
use sceau_kernel::Domain;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::command::{Accepted, Envelope, Outcome};
use crate::refused::{Refused, Retold};

/// How every header begins, of whatever form and version.
const MAGIC: &[u8] = b"sceau-command ";
/// The header of form 1, in the version of this program.
const HEADER: &[u8] = concat!("sceau-command 1 ", env!("CARGO_PKG_VERSION"), "\n").as_bytes();

/// An outcome on its way back.
type Told = Result<Accepted, Refused<Retold>>;

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

/// The bytes of an outcome; none, which nobody can read, if it had no encoding.
pub(crate) fn write_outcome<D: Domain>(outcome: Outcome<D>) -> Bytes {
    let told: Told = outcome.map_err(|refused| refused.retell(|refusal| Refused::Rejected(Retold::of(&refusal))));
    write(&told).unwrap_or_default()
}

pub(crate) fn read_outcome<D: Domain>(bytes: &[u8]) -> Result<Outcome<D>, Unread> {
    let told: Told = read(bytes)?;
    Ok(match told {
        Ok(accepted) => Ok(Accepted { topic: D::TOPIC, ..accepted }),
        Err(refused) => Err(refused.retell(|retold| Refused::RejectedElsewhere(Box::new(retold)))),
    })
}

fn write<T: Serialize>(value: &T) -> Result<Bytes, Unread> {
    postcard::to_extend(value, HEADER.to_vec()).map(Bytes::from).map_err(malformed)
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unread> {
    let Some(body) = bytes.strip_prefix(HEADER) else {
        let reason = "they do not begin with the header of a command".to_owned();
        return Err(if bytes.starts_with(MAGIC) { Unread::OtherVersion } else { Unread::Malformed { reason } });
    };
    match postcard::take_from_bytes(body).map_err(malformed)? {
        (value, []) => Ok(value),
        (_, rest) => Err(Unread::Malformed { reason: format!("{} bytes follow", rest.len()) }),
    }
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn malformed(error: postcard::Error) -> Unread {
    Unread::Malformed { reason: error.to_string() }
}
