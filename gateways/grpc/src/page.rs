//! Page tokens: the key of the last row of a page, in hexadecimal, bound to the query it belongs to.
//!
//! A token is no secret and needs no signature: what it can name lies within what the query may read anyway. The check
//! sum and the prefix tell a caller who mixes tokens up that he did, instead of giving him another list's rows.

use sceau_projection::{Cell, Cells};
use sceau_proto::common::v1::{PageInfo, PageRequest};
use tonic::Status;

use crate::failure;

/// Items of a page when the caller does not say.
const SIZE_DEFAULT: u32 = 50;
/// The most items of a page.
const SIZE_MAX: u32 = 500;

/// The page a caller asks for.
pub(crate) struct Page<K> {
    /// At most this many items.
    pub(crate) size: usize,
    /// Begin after this key.
    pub(crate) after: Option<K>,
    query: u64,
}

impl<K: Cells> Page<K> {
    /// Reads the page request of a query whose rows begin with `prefix`.
    pub(crate) fn of(request: Option<&PageRequest>, query: &str, prefix: &[Cell]) -> Result<Self, Status> {
        let (size, token) = request.map_or((0, ""), |request| (request.size, request.token.as_str()));
        if size > SIZE_MAX {
            return Err(failure::bad_field("page.size", format!("is {size}: use at most {SIZE_MAX}")));
        }
        let size = if size == 0 { SIZE_DEFAULT } else { size };
        let query = digest(query.bytes().chain(encode(prefix)));
        let after = match token {
            "" => None,
            token => Some(key(token, query, prefix).ok_or_else(|| {
                failure::bad_field("page.token", "is not a token of this list: use the previous answer's next_token")
            })?),
        };
        Ok(Self { size: size as usize, after, query })
    }

    /// How many rows to ask for: one more than the page holds, which tells whether it is the last.
    pub(crate) const fn limit(&self) -> usize {
        self.size + 1
    }

    /// Cuts the rows read with [`limit`](Self::limit) to the page and says where the list goes on.
    pub(crate) fn cut<R>(&self, rows: &mut Vec<(K, R)>) -> PageInfo {
        let more = rows.len() > self.size;
        rows.truncate(self.size);
        let last = rows.last().filter(|_| more);
        PageInfo { next_token: last.map_or_else(String::new, |(key, _)| self.token(key)) }
    }

    /// The token of the page that begins after `key`.
    pub(crate) fn token(&self, key: &K) -> String {
        let mut bytes = encode(&key.to_cells());
        let sum = digest(bytes.iter().copied().chain(self.query.to_le_bytes()));
        bytes.extend_from_slice(&sum.to_le_bytes());
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
    }
}

fn key<K: Cells>(token: &str, query: u64, prefix: &[Cell]) -> Option<K> {
    let (pairs, []) = token.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let bytes: Vec<u8> =
        pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect::<Option<_>>()?;
    let (cells, sum) = bytes.split_last_chunk::<8>()?;
    if digest(cells.iter().copied().chain(query.to_le_bytes())).to_le_bytes() != *sum {
        return None;
    }
    let cells = decode(cells)?;
    (cells.starts_with(prefix) && cells.len() == K::columns().len()).then(|| K::from_cells(cells).ok()).flatten()
}

/// FNV-1a, 64 bits (draft-eastlake-fnv).
fn digest(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum: u64, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Each cell as a tag, the length of its bytes (two bytes, little-endian), and its bytes.
fn encode(cells: &[Cell]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for cell in cells {
        let (tag, content) = match cell {
            Cell::Null => (0, Vec::new()),
            Cell::Bool(value) => (1, vec![u8::from(*value)]),
            Cell::Int(value) => (2, value.to_le_bytes().to_vec()),
            Cell::Time(value) => (3, value.to_le_bytes().to_vec()),
            Cell::Uuid(value) => (4, value.to_le_bytes().to_vec()),
            Cell::Text(value) => (5, value.clone().into_bytes()),
            Cell::Bytes(value) => (6, value.clone()),
        };
        bytes.push(tag);
        bytes.extend_from_slice(&(content.len() as u16).to_le_bytes());
        bytes.extend_from_slice(&content);
    }
    bytes
}

fn decode(mut bytes: &[u8]) -> Option<Vec<Cell>> {
    let mut cells = Vec::new();
    while let Some((&[tag, low, high], rest)) = bytes.split_first_chunk::<3>() {
        let (content, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes([low, high])))?;
        bytes = rest;
        cells.push(match tag {
            0 => Cell::Null,
            1 => Cell::Bool(content == [1]),
            2 => Cell::Int(i64::from_le_bytes(content.try_into().ok()?)),
            3 => Cell::Time(i64::from_le_bytes(content.try_into().ok()?)),
            4 => Cell::Uuid(u128::from_le_bytes(content.try_into().ok()?)),
            5 => Cell::Text(String::from_utf8(content.to_vec()).ok()?),
            6 => Cell::Bytes(content.to_vec()),
            _ => return None,
        });
    }
    bytes.is_empty().then_some(cells)
}

#[cfg(test)]
mod tests {
    use sceau_kernel::Timestamp;
    use sceau_projection::Row;

    use super::*;

    #[derive(Clone, Debug, PartialEq, Row)]
    struct Key {
        tenant: String,
        at: Timestamp,
        number: u64,
    }

    fn prefix(tenant: &str) -> Vec<Cell> {
        vec![Cell::Text(tenant.to_owned())]
    }

    fn next_of_three() -> String {
        let key = |number| (Key { tenant: "ci".into(), at: Timestamp(7), number }, ());
        let request = PageRequest { size: 2, token: String::new() };
        let page = Page::<Key>::of(Some(&request), "orders", &prefix("ci")).unwrap();
        let mut rows = vec![key(1), key(2), key(3)];
        let token = page.cut(&mut rows).next_token;
        assert_eq!(rows.len(), 2);
        token
    }

    fn read(token: &str, query: &str, tenant: &str) -> Option<Key> {
        let request = PageRequest { size: 2, token: token.to_owned() };
        Page::<Key>::of(Some(&request), query, &prefix(tenant)).ok()?.after
    }

    #[test]
    fn a_list_goes_on_after_the_last_row_of_the_page() {
        let after = read(&next_of_three(), "orders", "ci");
        assert_eq!(after, Some(Key { tenant: "ci".into(), at: Timestamp(7), number: 2 }));
    }

    #[test]
    fn a_token_of_another_list_or_tenant_or_with_any_digit_changed_is_refused() {
        let token = next_of_three();
        assert_eq!(read(&token, "batches", "ci"), None);
        assert_eq!(read(&token, "orders", "sn"), None);
        for place in 0..token.len() {
            let mut other = token.clone().into_bytes();
            other[place] = if other[place] == b'0' { b'1' } else { b'0' };
            assert_eq!(read(&String::from_utf8(other).unwrap(), "orders", "ci"), None, "place {place}");
            assert!(place == 0 || read(&token[..place], "orders", "ci").is_none(), "cut at {place}");
        }
    }

    #[test]
    fn the_last_page_has_no_next_and_a_page_too_large_is_refused() {
        let page = Page::<Key>::of(None, "orders", &prefix("ci")).unwrap();
        assert_eq!((page.size, page.cut::<()>(&mut Vec::new()).next_token), (50, String::new()));
        let request = PageRequest { size: 501, token: String::new() };
        assert!(Page::<Key>::of(Some(&request), "orders", &prefix("ci")).is_err());
    }
}
