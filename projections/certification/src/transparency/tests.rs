use std::collections::HashMap;

use proptest::prelude::*;
use sceau_certification::CertificationEvent;
use sceau_certification::transparency::SourcePlace;
use sceau_kernel::{Domain, Source, StreamId, Tenant};
use sceau_merkle::{Tile, hashes, leaf_hash, tiles_of, tree_hash};
use sceau_projection::Cells;

use super::*;

/// Folds events of these many leaves each, through cells and back, as the runtime does.
fn rows<P: Projection<Event = LeavesLogged>>(counts: &[u64]) -> HashMap<P::Key, P::Row> {
    let tenant: Tenant = "ci".parse().unwrap();
    let stream = sceau_certification::transparency::transparency_stream(&tenant);
    let mut rows = HashMap::new();
    let mut size = 0;
    for (offset, count) in (0..).zip(counts) {
        let event = LeavesLogged {
            first_index: size,
            leaves: (size..size + count).map(text).collect(),
            source: "sceau.stamp".to_owned(),
            partition: 1,
            place: SourcePlace { next: offset + 1, epoch: Some(0), seq: offset },
        };
        size += count;
        fold::<P>(&mut rows, &stream, offset, event);
    }
    rows
}

fn fold<P: Projection<Event = LeavesLogged>>(
    rows: &mut HashMap<P::Key, P::Row>,
    stream: &StreamId,
    offset: u64,
    event: LeavesLogged,
) {
    let encoded =
        sceau_certification::Certification::encode(&CertificationEvent::Transparency(TransparencyEvent::Logged(event)));
    let record = Recorded {
        source: &Source { topic: TOPICS[0], partition: 0 },
        offset,
        index: 0,
        stream,
        version: offset + 1,
        time: sceau_kernel::Timestamp(0),
        actor: "platform",
        type_name: encoded.type_name,
        payload: &encoded.payload,
    };
    let event = P::interpret(&record).unwrap().unwrap();
    for key in P::route(&event, &record) {
        let row = rows.remove(&key).unwrap_or_default();
        let mut row = P::Row::from_cells(row.to_cells()).unwrap();
        P::apply(&mut row, &key, &event, &record);
        rows.insert(key, row);
    }
}

fn text(index: u64) -> String {
    format!(r#"{{"leaf":{index}}}"#)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn the_tiles_hold_the_tree_of_the_leaves_however_they_came(counts in prop::collection::vec(0_u64..700, 1..8)) {
        let size = counts.iter().sum();
        let key = TransparencyHeadKey { tenant: "ci".to_owned() };
        let heads = rows::<TransparencyHead>(&counts);
        let head = &heads[&key];
        prop_assert_eq!(head.size, size);
        prop_assert_eq!(head.place("sceau.stamp", 1).next, counts.len() as u64);

        let tiles = rows::<TransparencyTile>(&counts);
        let mut hash = |level: u8, index: u64| {
            let tile = Tile::holding(level, index, size).ok_or(())?;
            let key = TransparencyTileKey { tenant: "ci".to_owned(), level: level.into(), tile: tile.index };
            let found = hashes(&tiles[&key].hashes).ok_or(())?;
            assert_eq!(found.len(), usize::from(tile.width), "{tile:?}");
            Ok::<Hash, ()>(found[(index % 256) as usize])
        };
        prop_assert_eq!(tree_hash(size, &mut hash), Ok(head.frontier().root()));

        let bundles = rows::<TransparencyLeaves>(&counts);
        for tile in tiles_of(size).into_iter().filter(|tile| tile.level.is_none()) {
            let key = TransparencyLeavesKey { tenant: "ci".to_owned(), bundle: tile.index };
            let leaves = &bundles[&key].leaves.0;
            prop_assert_eq!(leaves.len(), usize::from(tile.width));
            for (index, leaf) in (tile.index * 256..).zip(leaves) {
                prop_assert_eq!(leaf, &text(index));
                prop_assert_eq!(hash(0, index), Ok(leaf_hash(leaf.as_bytes())));
            }
        }
    }
}
