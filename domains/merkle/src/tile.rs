//! Tiles and bundles: the tree as static files (C2SP `tlog-tiles`).
//!
//! A tile holds up to 256 hashes of one level, where level *l* is every eighth height of the tree: the hash at index *i*
//! of level *l* covers the leaves from `i · 256^l` on, `256^l` of them. A full tile never changes; the last one of a
//! level is partial, and its name says how wide it is. A bundle is the leaves of a tile of level 0.

use std::fmt;

use crate::Hash;

/// Hashes of a full tile.
const WIDTH: u64 = 256;

/// The name of a tile, or of the bundle of leaves under one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    /// The level, 0 to 7; `None` for the leaves themselves.
    pub level: Option<u8>,
    /// Its place among the tiles of its level.
    pub index: u64,
    /// How many hashes or leaves it holds, 1 to 256.
    pub width: u16,
}

/// Why a path names no tile, or bytes are no bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TileError {
    /// The path is not one of a tile.
    Path,
    /// The bundle ends within a leaf.
    Truncated,
    /// A leaf longer than a bundle can say: 65 535 bytes.
    LeafTooLong {
        /// How many bytes it has.
        found: usize,
    },
}

impl fmt::Display for TileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path => f.write_str("this is no tile: ask for tile/<level>/<index>[.p/<width>] or tile/entries/…"),
            Self::Truncated => f.write_str("the bundle ends within a leaf: fetch it again"),
            Self::LeafTooLong { found } => write!(f, "a leaf of {found} bytes is too long: at most 65535"),
        }
    }
}

impl std::error::Error for TileError {}

impl Tile {
    /// The path under the log's prefix: `tile/0/x001/x234/067`, or `tile/entries/000.p/5`.
    pub fn path(&self) -> String {
        let level = self.level.map_or_else(|| "entries".to_owned(), |level| level.to_string());
        let mut place = format!("{:03}", self.index % 1000);
        let mut rest = self.index / 1000;
        while rest > 0 {
            place = format!("x{:03}/{place}", rest % 1000);
            rest /= 1000;
        }
        let partial = if u64::from(self.width) == WIDTH { String::new() } else { format!(".p/{}", self.width) };
        format!("tile/{level}/{place}{partial}")
    }

    /// The tile that a path names; only the one way of writing it counts.
    pub fn parse(path: &str) -> Result<Self, TileError> {
        let rest = path.strip_prefix("tile/").ok_or(TileError::Path)?;
        let (level, rest) = rest.split_once('/').ok_or(TileError::Path)?;
        let level = if level == "entries" { None } else { Some(level.parse().map_err(|_| TileError::Path)?) };
        let (place, width) = match rest.split_once(".p/") {
            Some((place, width)) => (place, width.parse().map_err(|_| TileError::Path)?),
            None => (rest, WIDTH as u16),
        };
        let index = place.split('/').try_fold(0_u64, |index, group| {
            let digits = group.strip_prefix('x').unwrap_or(group);
            let group: u64 = digits.parse().ok()?;
            index.checked_mul(1000)?.checked_add(group)
        });
        let tile = Self { level, index: index.ok_or(TileError::Path)?, width };
        let known = level.is_none_or(|level| level < 8) && (1..=WIDTH as u16).contains(&width);
        if known && tile.path() == path { Ok(tile) } else { Err(TileError::Path) }
    }

    /// The tile in which the hash at `index` of `level` stands, in a tree of `size` leaves; `None` when it has none.
    pub fn holding(level: u8, index: u64, size: u64) -> Option<Self> {
        let hashes = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        let tile = index / WIDTH;
        let width = hashes.checked_sub(tile * WIDTH)?.min(WIDTH) as u16;
        (index < hashes).then_some(Self { level: Some(level), index: tile, width })
    }
}

/// Every tile and bundle of a tree of `size` leaves, bundles first.
pub fn tiles_of(size: u64) -> Vec<Tile> {
    let row = |level: Option<u8>, hashes: u64| {
        (0..hashes.div_ceil(WIDTH)).map(move |index| {
            let width = (hashes - index * WIDTH).min(WIDTH) as u16;
            Tile { level, index, width }
        })
    };
    let levels = (0..8_u8).flat_map(|level| row(Some(level), size.checked_shr(8 * u32::from(level)).unwrap_or(0)));
    row(None, size).chain(levels).collect()
}

/// Leaves as a bundle: each after its length in two bytes, big-endian.
pub fn bundle<'a>(leaves: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, TileError> {
    let mut bytes = Vec::new();
    for leaf in leaves {
        let length = u16::try_from(leaf.len()).map_err(|_| TileError::LeafTooLong { found: leaf.len() })?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(leaf);
    }
    Ok(bytes)
}

/// The leaves of a bundle.
pub fn unbundle(mut bytes: &[u8]) -> Result<Vec<&[u8]>, TileError> {
    let mut leaves = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<2>().ok_or(TileError::Truncated)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (leaf, rest) = rest.split_at_checked(length).ok_or(TileError::Truncated)?;
        leaves.push(leaf);
        bytes = rest;
    }
    Ok(leaves)
}

/// The hashes of a tile's bytes; `None` when they are not whole hashes.
pub fn hashes(bytes: &[u8]) -> Option<&[Hash]> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    rest.is_empty().then_some(hashes)
}
