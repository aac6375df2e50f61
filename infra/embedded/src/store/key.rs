//! Keys as bytes whose order is the order of the cells.
//!
//! Each cell is a tag byte, the position of its kind in [`Cell`], and then: integers and times 8 bytes big-endian with
//! the sign bit flipped; UUIDs 16 bytes big-endian; text and bytes with every 0 written as `00 FF`, ended by `00 00`. No
//! encoded cell is the beginning of another, so the encoding of some leading cells is a prefix of exactly those keys
//! that begin with them.

use sceau_projection::Cell;

const NULL: u8 = 0;
const BOOL: u8 = 1;
const INT: u8 = 2;
const TIME: u8 = 3;
const UUID: u8 = 4;
const TEXT: u8 = 5;
const BYTES: u8 = 6;

const SIGN: u64 = 1 << 63;
const ESCAPED: u8 = 0xFF;

/// The bytes of these cells.
pub(super) fn encode(cells: &[Cell]) -> Vec<u8> {
    let mut out = Vec::with_capacity(cells.len() * 20);
    for cell in cells {
        match cell {
            Cell::Null => out.push(NULL),
            Cell::Bool(value) => out.extend([BOOL, u8::from(*value)]),
            Cell::Int(value) => put(&mut out, INT, &sortable(*value)),
            Cell::Time(value) => put(&mut out, TIME, &sortable(*value)),
            Cell::Uuid(value) => put(&mut out, UUID, &value.to_be_bytes()),
            Cell::Text(value) => put_escaped(&mut out, TEXT, value.as_bytes()),
            Cell::Bytes(value) => put_escaped(&mut out, BYTES, value),
        }
    }
    out
}

/// The cells of these bytes; `None` when they are not the encoding of any.
pub(super) fn decode(mut bytes: &[u8]) -> Option<Vec<Cell>> {
    let mut cells = Vec::new();
    while let Some((tag, rest)) = bytes.split_first() {
        let (cell, rest) = match *tag {
            NULL => (Cell::Null, rest),
            BOOL => {
                let (value, rest) = rest.split_first()?;
                (Cell::Bool(flag(*value)?), rest)
            }
            INT => {
                let (value, rest) = rest.split_first_chunk()?;
                (Cell::Int(unsortable(*value)), rest)
            }
            TIME => {
                let (value, rest) = rest.split_first_chunk()?;
                (Cell::Time(unsortable(*value)), rest)
            }
            UUID => {
                let (value, rest) = rest.split_first_chunk()?;
                (Cell::Uuid(u128::from_be_bytes(*value)), rest)
            }
            TEXT => {
                let (value, rest) = unescape(rest)?;
                (Cell::Text(String::from_utf8(value).ok()?), rest)
            }
            BYTES => {
                let (value, rest) = unescape(rest)?;
                (Cell::Bytes(value), rest)
            }
            _ => return None,
        };
        cells.push(cell);
        bytes = rest;
    }
    Some(cells)
}

/// The least bytes above all that begin with `prefix`; `None` when there are none.
pub(super) fn above(mut prefix: Vec<u8>) -> Option<Vec<u8>> {
    while let Some(last) = prefix.pop() {
        if let Some(next) = last.checked_add(1) {
            prefix.push(next);
            return Some(prefix);
        }
    }
    None
}

fn put(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    out.push(tag);
    out.extend_from_slice(bytes);
}

fn sortable(value: i64) -> [u8; 8] {
    (value.cast_unsigned() ^ SIGN).to_be_bytes()
}

fn unsortable(bytes: [u8; 8]) -> i64 {
    (u64::from_be_bytes(bytes) ^ SIGN).cast_signed()
}

const fn flag(value: u8) -> Option<bool> {
    match value {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

fn put_escaped(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    out.push(tag);
    for byte in bytes {
        out.push(*byte);
        if *byte == 0 {
            out.push(ESCAPED);
        }
    }
    out.extend([0, 0]);
}

fn unescape(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut value = Vec::new();
    let mut rest = bytes;
    loop {
        let zero = rest.iter().position(|byte| *byte == 0)?;
        value.extend_from_slice(&rest[..zero]);
        let after = rest.get(zero + 1)?;
        rest = &rest[zero + 2..];
        match *after {
            0 => return Some((value, rest)),
            ESCAPED => value.push(0),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Cells that often share beginnings, so that the interesting orders are met.
    fn cell() -> impl Strategy<Value = Cell> {
        let few_bytes = || vec(prop_oneof![Just(0), Just(1), Just(0xFE), Just(0xFF), any::<u8>()], 0..4);
        prop_oneof![
            Just(Cell::Null),
            any::<bool>().prop_map(Cell::Bool),
            prop_oneof![any::<i64>(), -2..3_i64].prop_map(Cell::Int),
            prop_oneof![any::<i64>(), -2..3_i64].prop_map(Cell::Time),
            prop_oneof![any::<u128>(), 0..3_u128].prop_map(Cell::Uuid),
            "[\0ab\u{7f}\u{80}\u{10ffff}]{0,4}".prop_map(Cell::Text),
            few_bytes().prop_map(Cell::Bytes),
        ]
    }

    proptest! {
        #[test]
        fn the_order_of_keys_is_the_order_of_cells(a in vec(cell(), 0..4), b in vec(cell(), 0..4)) {
            prop_assert_eq!(encode(&a).cmp(&encode(&b)), a.cmp(&b));
        }

        #[test]
        fn what_is_encoded_is_decoded(cells in vec(cell(), 0..6)) {
            prop_assert_eq!(decode(&encode(&cells)), Some(cells));
        }

        #[test]
        fn no_bytes_make_it_fall_over(bytes in vec(prop_oneof![0..8_u8, any::<u8>()], 0..60)) {
            if let Some(cells) = decode(&bytes) {
                prop_assert_eq!(encode(&cells), bytes);
            }
        }

        #[test]
        fn a_key_lies_between_its_prefix_and_above_it(key in vec(cell(), 1..4), other in vec(cell(), 1..4)) {
            let prefix = encode(&key[..1]);
            let within = |key: &[Cell]| {
                let key = encode(key);
                key >= prefix && above(prefix.clone()).is_none_or(|above| key < above)
            };
            prop_assert!(within(&key));
            prop_assert_eq!(within(&other), other[0] == key[0]);
        }
    }
}
