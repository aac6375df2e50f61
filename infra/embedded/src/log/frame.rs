//! Records as bytes.
//!
//! A chunk is a run of records of one partition, kept as one entry of the engine: `count: u32`, then `count` frames.
//! A frame is `kind: u8, key: u32 length, body: u32 length, key, body`, all integers little-endian. The body of a
//! commit is `epoch: u64, seq: u64, payload`; that of a fence `node: u32 length, node, address`. Chunks make the engine
//! insert once for a few hundred records, and reading cuts records out of a chunk without copying.

use std::ops::Range;

use bytes::{Buf, Bytes};
use sceau_log::{Body, NewRecord, Record};

const FENCE: u8 = 1;
const COMMIT: u8 = 2;
const FOREIGN: u8 = 3;
const HEADER: usize = 9;
/// A chunk is closed when it has reached this size.
pub(super) const CHUNK_BYTES: usize = 64 << 10;
/// The largest record taken.
pub(super) const RECORD_BYTES: usize = 16 << 20;
const COUNT_BYTES: usize = 4;

/// A run of records of one partition.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    /// Offset of the first.
    pub(super) first: u64,
    /// The bytes described above.
    pub(super) bytes: Bytes,
    count: u32,
}

/// Bytes that are not a chunk, or a frame that is not a record.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Undecodable {
    pub(super) offset: u64,
}

impl Chunk {
    /// The chunk that was stored under the offset of its last record.
    pub(super) fn stored(last: u64, bytes: Bytes) -> Result<Self, Undecodable> {
        let wrong = Undecodable { offset: last };
        let count = bytes.first_chunk().map(|count| u32::from_le_bytes(*count)).filter(|count| *count > 0);
        let Some(count) = count else { return Err(wrong) };
        let Some(first) = (last + 1).checked_sub(u64::from(count)) else {
            return Err(wrong);
        };
        Ok(Self { first, bytes, count })
    }

    /// Offset of the last record.
    pub(super) fn last(&self) -> u64 {
        self.first + u64::from(self.count) - 1
    }

    /// Adds its records from offset `from` on to `records`, as long as `room` bytes are left.
    pub(super) fn records(&self, from: u64, room: &mut usize, records: &mut Vec<Record>) -> Result<(), Undecodable> {
        let mut at = COUNT_BYTES;
        for offset in self.first..=self.last() {
            let frame = self.frame(at).ok_or(Undecodable { offset })?;
            let length = frame.body.end - at;
            if offset >= from {
                if *room < length && !records.is_empty() {
                    *room = 0;
                    return Ok(());
                }
                *room = room.saturating_sub(length);
                let body = self.body(frame.kind, &frame.body).ok_or(Undecodable { offset })?;
                records.push(Record { offset, key: self.bytes.slice(frame.key), body });
            }
            at += length;
        }
        Ok(())
    }

    fn frame(&self, at: usize) -> Option<Frame> {
        let header: &[u8; HEADER] = self.bytes.get(at..)?.first_chunk()?;
        let [kind, lengths @ ..] = header;
        let (key, body) = lengths.split_first_chunk()?;
        let key_end = (at + HEADER).checked_add(u32::from_le_bytes(*key) as usize)?;
        let end = key_end.checked_add(u32::from_le_bytes(*body.first_chunk()?) as usize)?;
        (end <= self.bytes.len()).then_some(Frame { kind: *kind, key: at + HEADER..key_end, body: key_end..end })
    }

    fn body(&self, kind: u8, range: &Range<usize>) -> Option<Body> {
        let mut bytes = self.bytes.slice(range.clone());
        match kind {
            FENCE => {
                let length = bytes.try_get_u32_le().ok()? as usize;
                let (node, address) = bytes.split_at_checked(length)?;
                let text = |bytes| std::str::from_utf8(bytes).ok().map(Into::into);
                Some(Body::Fence { node: text(node)?, address: text(address)? })
            }
            COMMIT => {
                let (epoch, seq) = (bytes.try_get_u64_le().ok()?, bytes.try_get_u64_le().ok()?);
                Some(Body::Commit { epoch, seq, payload: bytes })
            }
            FOREIGN => Some(Body::Foreign),
            _ => None,
        }
    }
}

struct Frame {
    kind: u8,
    key: Range<usize>,
    body: Range<usize>,
}

/// A chunk in the making.
#[derive(Debug)]
pub(super) struct Builder {
    bytes: Vec<u8>,
    count: u32,
}

impl Builder {
    fn new() -> Self {
        Self { bytes: vec![0; COUNT_BYTES], count: 0 }
    }

    /// Encodes records that belong after one another. `None` when one of them is too large.
    pub(super) fn encode(records: &[NewRecord]) -> Option<Vec<Self>> {
        let mut builders = Vec::with_capacity(1);
        let mut builder = Self::new();
        for record in records {
            builder.push(record)?;
            if builder.bytes.len() >= CHUNK_BYTES {
                builders.push(std::mem::replace(&mut builder, Self::new()));
            }
        }
        if builder.count > 0 {
            builders.push(builder);
        }
        Some(builders)
    }

    fn push(&mut self, record: &NewRecord) -> Option<()> {
        let (kind, body) = match &record.body {
            Body::Fence { node, address } => (FENCE, 4 + node.len() + address.len()),
            Body::Commit { payload, .. } => (COMMIT, 16 + payload.len()),
            Body::Foreign => (FOREIGN, 0),
        };
        if record.key.len() + body > RECORD_BYTES {
            return None;
        }
        self.bytes.reserve(HEADER + record.key.len() + body);
        self.bytes.push(kind);
        self.bytes.extend_from_slice(&(record.key.len() as u32).to_le_bytes());
        self.bytes.extend_from_slice(&(body as u32).to_le_bytes());
        self.bytes.extend_from_slice(&record.key);
        match &record.body {
            Body::Fence { node, address } => {
                self.bytes.extend_from_slice(&(node.len() as u32).to_le_bytes());
                self.bytes.extend_from_slice(node.as_bytes());
                self.bytes.extend_from_slice(address.as_bytes());
            }
            Body::Commit { epoch, seq, payload } => {
                self.bytes.extend_from_slice(&epoch.to_le_bytes());
                self.bytes.extend_from_slice(&seq.to_le_bytes());
                self.bytes.extend_from_slice(payload);
            }
            Body::Foreign => {}
        }
        self.count += 1;
        Some(())
    }

    pub(super) const fn count(&self) -> u32 {
        self.count
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Takes the records of `next` behind its own if both together are no more than a chunk.
    pub(super) fn join(&mut self, next: Self) -> Option<Self> {
        if self.bytes.len() + next.bytes.len() > CHUNK_BYTES {
            return Some(next);
        }
        self.bytes.extend_from_slice(&next.bytes[COUNT_BYTES..]);
        self.count += next.count;
        None
    }

    /// Its records are at `first` and after.
    pub(super) fn finish(mut self, first: u64) -> Chunk {
        self.bytes[..COUNT_BYTES].copy_from_slice(&self.count.to_le_bytes());
        Chunk { first, bytes: self.bytes.into(), count: self.count }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn records() -> impl Strategy<Value = Vec<NewRecord>> {
        let body = prop_oneof![
            (".{0,9}", ".{0,9}").prop_map(|(node, address)| Body::Fence { node: node.into(), address: address.into() }),
            (any::<u64>(), any::<u64>(), vec(any::<u8>(), 0..300)).prop_map(|(epoch, seq, payload)| Body::Commit {
                epoch,
                seq,
                payload: payload.into(),
            }),
            Just(Body::Foreign),
        ];
        let record = (vec(any::<u8>(), 0..40), body).prop_map(|(key, body)| NewRecord { key: key.into(), body });
        vec(record, 1..40)
    }

    fn one_chunk(records: &[NewRecord], first: u64) -> Chunk {
        let mut builders = Builder::encode(records).unwrap().into_iter();
        let mut whole = builders.next().unwrap();
        for builder in builders {
            assert!(whole.join(builder).is_none());
        }
        whole.finish(first)
    }

    fn read(chunk: &Chunk, from: u64, mut room: usize) -> Result<Vec<Record>, Undecodable> {
        let mut found = Vec::new();
        chunk.records(from, &mut room, &mut found).map(|()| found)
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(records in records(), first in 0..u64::MAX / 2, skipped in 0..50_u64) {
            let chunk = one_chunk(&records, first);
            let chunk = Chunk::stored(chunk.last(), chunk.bytes).unwrap();
            let found = read(&chunk, first + skipped, usize::MAX).unwrap();
            let expected: Vec<_> = records
                .into_iter()
                .enumerate()
                .skip(skipped as usize)
                .map(|(n, NewRecord { key, body })| Record { offset: first + n as u64, key, body })
                .collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn no_bytes_make_it_fall_over(bytes in vec(any::<u8>(), 0..200), last in 0..300_u64) {
            if let Ok(chunk) = Chunk::stored(last, bytes.into()) {
                let _ = read(&chunk, 0, usize::MAX);
            }
        }

        #[test]
        fn a_cut_chunk_is_refused(records in records()) {
            let chunk = one_chunk(&records, 0);
            let cut = Chunk::stored(chunk.last(), chunk.bytes.slice(..chunk.bytes.len() - 1));
            prop_assert!(cut.and_then(|chunk| read(&chunk, 0, usize::MAX)).is_err());
        }
    }

    #[test]
    fn reading_stops_when_there_is_no_more_room_but_gives_one_record_at_least() {
        let record =
            NewRecord { key: Bytes::new(), body: Body::Commit { epoch: 0, seq: 0, payload: vec![7; 75].into() } };
        let chunk = one_chunk(&vec![record; 10], 0);
        assert_eq!(read(&chunk, 2, 1).unwrap().len(), 1);
        assert_eq!(read(&chunk, 2, 350).unwrap().len(), 3);
    }

    #[test]
    fn a_record_over_the_limit_is_refused() {
        let payload = Bytes::from(vec![0; RECORD_BYTES]);
        let record = NewRecord { key: Bytes::new(), body: Body::Commit { epoch: 0, seq: 0, payload } };
        assert!(Builder::encode(&[record]).is_none());
    }
}
