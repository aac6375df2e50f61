//! Rows as bytes: `timestamp: i64 little-endian`, then a byte that says whether the row is there, then its cells.
//!
//! A deleted row stays as a tombstone with its timestamp, so that a late write below it loses. A cell is its tag byte
//! and 0, 1, 8 or 16 bytes, or a `u32` length and as many bytes; nothing is escaped, since nothing is compared.

use sceau_projection::Cell;

const DELETED: u8 = 0;
const THERE: u8 = 1;

const NULL: u8 = 0;
const NO: u8 = 1;
const YES: u8 = 2;
const INT: u8 = 3;
const TIME: u8 = 4;
const UUID: u8 = 5;
const TEXT: u8 = 6;
const BYTES: u8 = 7;

/// Bytes that are not a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Undecodable;

/// The bytes of a row, or of a tombstone.
pub(super) fn encode(timestamp: i64, cells: Option<&[Cell]>) -> Vec<u8> {
    let mut out = Vec::with_capacity(16 + cells.map_or(0, |cells| cells.len() * 12));
    out.extend(timestamp.to_le_bytes());
    out.push(if cells.is_some() { THERE } else { DELETED });
    for cell in cells.unwrap_or_default() {
        match cell {
            Cell::Null => out.push(NULL),
            Cell::Bool(value) => out.push(if *value { YES } else { NO }),
            Cell::Int(value) => put(&mut out, INT, &value.to_le_bytes()),
            Cell::Time(value) => put(&mut out, TIME, &value.to_le_bytes()),
            Cell::Uuid(value) => put(&mut out, UUID, &value.to_le_bytes()),
            Cell::Text(value) => put_sized(&mut out, TEXT, value.as_bytes()),
            Cell::Bytes(value) => put_sized(&mut out, BYTES, value),
        }
    }
    out
}

/// The timestamp of a stored row.
pub(super) fn timestamp(bytes: &[u8]) -> Result<i64, Undecodable> {
    bytes.first_chunk().map(|bytes| i64::from_le_bytes(*bytes)).ok_or(Undecodable)
}

/// The cells of a stored row; `None` when it was deleted.
pub(super) fn cells(bytes: &[u8]) -> Result<Option<Vec<Cell>>, Undecodable> {
    let mut cells = Vec::new();
    let mut rest = match bytes.get(8..).and_then(<[u8]>::split_first) {
        Some((&THERE, rest)) => rest,
        Some((&DELETED, [])) => return Ok(None),
        _ => return Err(Undecodable),
    };
    while !rest.is_empty() {
        let (cell, after) = cell(rest).ok_or(Undecodable)?;
        cells.push(cell);
        rest = after;
    }
    Ok(Some(cells))
}

fn cell(bytes: &[u8]) -> Option<(Cell, &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    Some(match *tag {
        NULL => (Cell::Null, rest),
        NO => (Cell::Bool(false), rest),
        YES => (Cell::Bool(true), rest),
        INT => rest.split_first_chunk().map(|(value, rest)| (Cell::Int(i64::from_le_bytes(*value)), rest))?,
        TIME => rest.split_first_chunk().map(|(value, rest)| (Cell::Time(i64::from_le_bytes(*value)), rest))?,
        UUID => rest.split_first_chunk().map(|(value, rest)| (Cell::Uuid(u128::from_le_bytes(*value)), rest))?,
        TEXT => {
            let (value, rest) = sized(rest)?;
            (Cell::Text(std::str::from_utf8(value).ok()?.into()), rest)
        }
        BYTES => {
            let (value, rest) = sized(rest)?;
            (Cell::Bytes(value.into()), rest)
        }
        _ => return None,
    })
}

fn put(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    out.push(tag);
    out.extend_from_slice(bytes);
}

fn put_sized(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    put(out, tag, &(bytes.len() as u32).to_le_bytes());
    out.extend_from_slice(bytes);
}

fn sized(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;

    use super::*;

    fn cell() -> impl Strategy<Value = Cell> {
        prop_oneof![
            Just(Cell::Null),
            any::<bool>().prop_map(Cell::Bool),
            any::<i64>().prop_map(Cell::Int),
            any::<i64>().prop_map(Cell::Time),
            any::<u128>().prop_map(Cell::Uuid),
            ".{0,20}".prop_map(Cell::Text),
            vec(any::<u8>(), 0..20).prop_map(Cell::Bytes),
        ]
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(at in any::<i64>(), row in option::of(vec(cell(), 0..9))) {
            let bytes = encode(at, row.as_deref());
            prop_assert_eq!(timestamp(&bytes), Ok(at));
            prop_assert_eq!(cells(&bytes), Ok(row));
        }

        #[test]
        fn no_bytes_make_it_fall_over(bytes in vec(prop_oneof![0..9_u8, any::<u8>()], 0..60)) {
            let _ = cells(&bytes);
        }
    }
}
