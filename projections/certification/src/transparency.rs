//! The transparency log as rows: its head, the tiles of its Merkle tree, and its leaves in bundles (C2SP tlog-tiles).

use std::collections::{BTreeMap, BTreeSet};

use sceau_certification::transparency::{LeavesLogged, TransparencyEvent};
use sceau_kernel::{DecodeError, Recorded};
use sceau_merkle::{Frontier, Hash, leaf_hash};
use sceau_projection::row::Json;
use sceau_projection::{Projection, Row};
use serde::{Deserialize, Serialize};

use crate::TOPICS;

/// Levels of tiles that are kept: with four, tiles reach over 2^40 leaves.
pub const LEVELS: u32 = 4;
/// Hashes of a tile, leaves of a bundle.
const WIDTH: u64 = 256;

fn logged(record: &Recorded<'_>) -> Option<Result<LeavesLogged, DecodeError>> {
    let event = TransparencyEvent::decode_event(record.type_name, record.payload)?;
    Some(event.map(|TransparencyEvent::Logged(event)| event))
}

/// The leaves of an event that lie in the `index`-th stretch of `width` leaves.
fn within(event: &LeavesLogged, index: u64, width: u64) -> impl Iterator<Item = &str> {
    let first = index.saturating_mul(width);
    let numbered = (event.first_index..).zip(&event.leaves);
    let inside = numbered.filter(move |(leaf, _)| *leaf >= first && leaf - first < width);
    inside.map(|(_, leaf)| leaf.as_str())
}

/// The stretches of `width` leaves that an event touches.
fn touched(event: &LeavesLogged, width: u64) -> impl Iterator<Item = u64> + use<> {
    let end = event.first_index + event.leaves.len() as u64;
    event.first_index / width..end.div_ceil(width)
}

/// Key of a head.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct TransparencyHeadKey {
    /// Its tenant.
    pub tenant: String,
}

/// How far a transparency log has come.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct TransparencyHeadRow {
    /// Leaves.
    pub size: u64,
    /// The roots of the perfect subtrees that they make, the largest first, 32 bytes each.
    pub roots: Vec<u8>,
    /// Where reading goes on in each source, by `source/partition`.
    pub places: Json<BTreeMap<String, Place>>,
}

/// A place in a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Offset of the next record.
    pub next: u64,
    /// Offset of the last fence before it.
    pub epoch: Option<u64>,
    /// Valid commits between the two.
    pub seq: u64,
}

impl TransparencyHeadRow {
    /// The tree's right edge, from which its root follows.
    pub fn frontier(&self) -> Frontier {
        frontier(self.size, &self.roots)
    }

    /// Where reading goes on in a source.
    pub fn place(&self, source: &str, partition: u32) -> Place {
        self.places.0.get(&format!("{source}/{partition}")).copied().unwrap_or_default()
    }
}

/// A frontier from a row of ours; rows hold as many roots as their size has.
fn frontier(size: u64, roots: &[u8]) -> Frontier {
    let roots: Vec<Hash> = sceau_merkle::hashes(roots).unwrap_or_default().to_vec();
    Frontier::of(size, roots).unwrap_or_default()
}

/// The head of each tenant's transparency log.
pub struct TransparencyHead;

impl Projection for TransparencyHead {
    const NAME: &'static str = "transparency_head";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 1;
    type Event = LeavesLogged;
    type Key = TransparencyHeadKey;
    type Row = TransparencyHeadRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<LeavesLogged, DecodeError>> {
        logged(record)
    }

    fn route(_: &LeavesLogged, record: &Recorded<'_>) -> Vec<TransparencyHeadKey> {
        vec![TransparencyHeadKey { tenant: record.stream.tenant().to_owned() }]
    }

    fn apply(row: &mut TransparencyHeadRow, _: &TransparencyHeadKey, event: &LeavesLogged, _: &Recorded<'_>) {
        let mut tree = row.frontier();
        for leaf in &event.leaves {
            tree.push(leaf_hash(leaf.as_bytes()));
        }
        row.size = tree.size();
        row.roots = tree.roots().concat();
        let place = Place { next: event.place.next, epoch: event.place.epoch, seq: event.place.seq };
        row.places.0.insert(format!("{}/{}", event.source, event.partition), place);
    }
}

/// Key of a tile.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct TransparencyTileKey {
    /// Its tenant.
    pub tenant: String,
    /// Its level, from 0 to [`LEVELS`].
    pub level: u32,
    /// Its place among the tiles of its level.
    pub tile: u64,
}

/// A tile: hashes of one level, and the one that is still growing.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct TransparencyTileRow {
    /// Whole hashes, 32 bytes each.
    pub hashes: Vec<u8>,
    /// Leaves under the next hash, so far.
    pub growing: u64,
    /// The roots of the perfect subtrees that those make.
    pub roots: Vec<u8>,
}

/// The tiles of each tenant's transparency log.
pub struct TransparencyTile;

impl Projection for TransparencyTile {
    const NAME: &'static str = "transparency_tile";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 2;
    type Event = LeavesLogged;
    type Key = TransparencyTileKey;
    type Row = TransparencyTileRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<LeavesLogged, DecodeError>> {
        logged(record)
    }

    fn route(event: &LeavesLogged, record: &Recorded<'_>) -> Vec<TransparencyTileKey> {
        let tenant = record.stream.tenant();
        let tiles = |level| touched(event, WIDTH.pow(level + 1)).map(move |tile| (level, tile));
        let tiles: BTreeSet<(u32, u64)> = (0..LEVELS).flat_map(tiles).collect();
        tiles.into_iter().map(|(level, tile)| TransparencyTileKey { tenant: tenant.to_owned(), level, tile }).collect()
    }

    fn apply(row: &mut TransparencyTileRow, key: &TransparencyTileKey, event: &LeavesLogged, _: &Recorded<'_>) {
        let covered = WIDTH.pow(key.level);
        let mut growing = frontier(row.growing, &row.roots);
        for leaf in within(event, key.tile, covered * WIDTH) {
            growing.push(leaf_hash(leaf.as_bytes()));
            if growing.size() == covered {
                row.hashes.extend_from_slice(&growing.root());
                growing = Frontier::default();
            }
        }
        row.growing = growing.size();
        row.roots = growing.roots().concat();
    }
}

/// Key of a bundle of leaves.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Row)]
pub struct TransparencyLeavesKey {
    /// Its tenant.
    pub tenant: String,
    /// Its place among the bundles: leaves from 256 times that on.
    pub bundle: u64,
}

/// A bundle of leaves.
#[derive(Clone, Debug, Default, PartialEq, Row)]
pub struct TransparencyLeavesRow {
    /// The leaves, each a JSON object.
    pub leaves: Json<Vec<String>>,
}

/// The leaves of each tenant's transparency log.
pub struct TransparencyLeaves;

impl Projection for TransparencyLeaves {
    const NAME: &'static str = "transparency_leaves";
    const VERSION: u32 = 1;
    const TOPICS: &'static [&'static str] = TOPICS;
    const PARTITION_COLUMNS: usize = 1;
    type Event = LeavesLogged;
    type Key = TransparencyLeavesKey;
    type Row = TransparencyLeavesRow;

    fn interpret(record: &Recorded<'_>) -> Option<Result<LeavesLogged, DecodeError>> {
        logged(record)
    }

    fn route(event: &LeavesLogged, record: &Recorded<'_>) -> Vec<TransparencyLeavesKey> {
        let tenant = record.stream.tenant();
        let key = |bundle| TransparencyLeavesKey { tenant: tenant.to_owned(), bundle };
        touched(event, WIDTH).map(key).collect()
    }

    fn apply(row: &mut TransparencyLeavesRow, key: &TransparencyLeavesKey, event: &LeavesLogged, _: &Recorded<'_>) {
        row.leaves.0.extend(within(event, key.bundle, WIDTH).map(ToOwned::to_owned));
    }
}

#[cfg(test)]
mod tests;
