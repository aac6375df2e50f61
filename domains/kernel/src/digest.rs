//! Telling a repeated command from another command under the same id.

/// The digest of an encoded command message: 8 bytes over the whole, then for each top-level field its number and
/// 3 bytes over its content. Two digests with different heads are different commands, and the fields that differ can be
/// named without keeping the command itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct CommandDigest(Vec<u8>);

impl CommandDigest {
    /// The digest of a command's protobuf encoding, leaving out field `skip` (the command's meta, which holds what may
    /// differ between repeats).
    pub fn of(encoded: &[u8], skip: u32) -> Self {
        let mut whole = Fnv::new();
        let mut fields: Vec<(u8, Fnv)> = Vec::new();
        let mut rest = encoded;
        while let Some((number, content, after)) = next_field(rest) {
            rest = after;
            if number == skip {
                continue;
            }
            let number = u8::try_from(number).unwrap_or(u8::MAX);
            let place = fields.iter().position(|(known, _)| *known == number).unwrap_or_else(|| {
                fields.push((number, Fnv::new()));
                fields.len() - 1
            });
            let field = &mut fields[place].1;
            for hash in [&mut whole, field] {
                hash.write(&[number]);
                hash.write(&(content.len() as u64).to_le_bytes());
                hash.write(content);
            }
        }
        let mut bytes = whole.finish().to_le_bytes().to_vec();
        for (number, hash) in fields {
            bytes.push(number);
            bytes.extend_from_slice(&hash.finish().to_le_bytes()[..3]);
        }
        Self(bytes)
    }

    /// The digest as the log keeps it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The digest that the log kept.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// True when both are digests of the same command.
    pub fn same_command(&self, other: &Self) -> bool {
        self.0.get(..8) == other.0.get(..8)
    }

    /// Numbers of the top-level fields in which the two commands differ, ascending.
    pub fn differing_fields(&self, other: &Self) -> Vec<u32> {
        let fields =
            |digest: &Self| -> Vec<[u8; 4]> { digest.0.get(8..).unwrap_or_default().as_chunks::<4>().0.to_vec() };
        let (ours, theirs) = (fields(self), fields(other));
        let mut differing: Vec<u32> = ours
            .iter()
            .filter(|field| !theirs.contains(field))
            .chain(theirs.iter().filter(|field| !ours.contains(field)))
            .map(|field| u32::from(field[0]))
            .collect();
        differing.sort_unstable();
        differing.dedup();
        differing
    }
}

/// The first field of a protobuf encoding: its number, its content bytes, and what follows it. `None` at the end, and
/// where the bytes are not an encoding.
fn next_field(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let (tag, rest) = varint(bytes)?;
    let (start, length) = match tag & 7 {
        0 => (0, rest.len() - varint(rest)?.1.len()),
        1 => (0, 8),
        2 => {
            let (length, after) = varint(rest)?;
            (rest.len() - after.len(), usize::try_from(length).ok()?)
        }
        5 => (0, 4),
        _ => return None,
    };
    let end = start.checked_add(length)?;
    Some((u32::try_from(tag >> 3).ok()?, rest.get(start..end)?, rest.get(end..)?))
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (n, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * n);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[n + 1..]));
        }
    }
    None
}

/// FNV-1a, 64 bits (draft-eastlake-fnv). A digest guards against mistakes, not against an attacker: the caller who
/// would collide his own command id harms only himself.
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    const fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;
    use sceau_proto::common::v1::{Actor, CommandMeta};

    fn digest(subject: &str, role: &str) -> CommandDigest {
        let actor = Actor { subject: subject.into(), role: role.into(), party_id: String::new() };
        CommandDigest::of(&actor.encode_to_vec(), 0)
    }

    #[test]
    fn the_same_command_has_the_same_digest() {
        assert!(digest("awa", "company").same_command(&digest("awa", "company")));
    }

    #[test]
    fn the_fields_that_differ_are_named() {
        let (first, other) = (digest("awa", "company"), digest("awa", "auditor"));
        assert!(!first.same_command(&other));
        assert_eq!(first.differing_fields(&other), [2]);
        assert_eq!(first.differing_fields(&digest("", "company")), [1]);
    }

    #[test]
    fn the_skipped_field_does_not_count() {
        let meta = |id: &str| CommandMeta { command_id: id.into(), ..CommandMeta::default() }.encode_to_vec();
        assert!(CommandDigest::of(&meta("a"), 1).same_command(&CommandDigest::of(&meta("b"), 1)));
    }
}
