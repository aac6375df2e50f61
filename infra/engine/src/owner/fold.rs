//! Taking a commit of the log into a stream, as every owner before did.

use sceau_commit::decode_commit;
use sceau_kernel::Domain;

use crate::memory::Remembered;
use crate::snapshot::Stream;

/// A commit that this version of the program cannot take in: it does not decode, or does not go on where the stream
/// ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unfoldable;

/// Folds the commit at `offset` into `stream`; false when the stream includes it already. A commit that cannot be taken
/// in leaves the stream as it was.
pub(super) fn fold<D: Domain>(
    stream: &mut Stream<D::State>,
    offset: u64,
    payload: &[u8],
    watermark: bool,
) -> Result<bool, Unfoldable> {
    if watermark && stream.offset >= Some(offset) {
        return Ok(false);
    }
    let commit = decode_commit(payload).map_err(|_| Unfoldable)?;
    if watermark && commit.first_version != stream.version {
        return Err(Unfoldable);
    }
    let id = commit.command_id().map_err(|_| Unfoldable)?;
    let events: Vec<D::Event> = commit
        .events()
        .map(|event| D::decode(event.type_name, event.payload))
        .collect::<Result<_, _>>()
        .map_err(|_| Unfoldable)?;
    for event in &events {
        D::evolve(&mut stream.state, event);
    }
    stream.version = commit.version();
    stream.offset = Some(offset);
    let outcome = Remembered { offset, version: stream.version, events: commit.event_count, time: commit.time };
    stream.memory.remember(&id, commit.digest(), outcome);
    Ok(true)
}
