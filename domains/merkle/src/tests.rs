use std::convert::Infallible;

use ed25519_dalek::SigningKey;
use proptest::prelude::*;

use super::*;

/// RFC 6962 §2.1 as it is written: the root of these leaves.
fn defined_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let k = leaves.len().next_power_of_two() / 2;
            node_hash(&defined_root(&leaves[..k]), &defined_root(&leaves[k..]))
        }
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

/// The hash of a level, from the leaves themselves.
fn level(leaves: &[Hash]) -> impl FnMut(u8, u64) -> Result<Hash, Infallible> {
    |level, index| {
        let width = 256_usize.pow(level.into());
        Ok(defined_root(&leaves[index as usize * width..][..width]))
    }
}

#[test]
fn the_first_roots_are_those_that_everybody_knows() {
    // The test vectors of certificate transparency: leaves "", 00, 10, 2021.
    let mut tree = Frontier::default();
    assert_eq!(tree.root(), EMPTY_ROOT);
    let known = [
        (&b""[..], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (&[0x00][..], "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (&[0x10][..], "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (&[0x20, 0x21][..], "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ];
    for (leaf, root) in known {
        tree.push(leaf_hash(leaf));
        let found: String = tree.root().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, root);
    }
}

#[test]
fn tiles_have_the_names_that_the_specification_gives_as_examples() {
    let tile = |level, index, width| Tile { level, index, width };
    assert_eq!(tile(Some(0), 1_234_067, 256).path(), "tile/0/x001/x234/067");
    assert_eq!(tile(Some(1), 0, 17).path(), "tile/1/000.p/17");
    assert_eq!(tile(None, 273, 112).path(), "tile/entries/273.p/112");
    // The specification's own tree: 70 000 leaves.
    let tiles = tiles_of(70_000);
    let of = |level| tiles.iter().filter(|tile| tile.level == Some(level)).copied().collect::<Vec<_>>();
    assert_eq!(of(0).len(), 274);
    assert_eq!(of(0)[273], tile(Some(0), 273, 112));
    assert_eq!(of(1), [tile(Some(1), 0, 256), tile(Some(1), 1, 17)]);
    assert_eq!(of(2), [tile(Some(2), 0, 1)]);
    assert_eq!(of(3), []);
    for tile in tiles {
        assert_eq!(Tile::parse(&tile.path()), Ok(tile));
    }
}

#[test]
fn every_proof_of_small_trees_holds_and_no_other_does() {
    let all = leaves(70);
    for size in 1..=all.len() as u64 {
        let root = defined_root(&all[..size as usize]);
        assert_eq!(tree_hash(size, &mut level(&all)), Ok(root));
        for index in 0..size {
            let proof = prove_inclusion(index, size, &mut level(&all)).unwrap();
            let leaf = all[index as usize];
            assert_eq!(verify_inclusion(leaf, index, size, &root, &proof), Ok(()), "{index} in {size}");
            assert!(verify_inclusion(leaf, index ^ 1, size, &root, &proof).is_err() || size == 1);
            assert!(verify_inclusion(leaf_hash(b"other"), index, size, &root, &proof).is_err());
        }
        for old in 0..=size {
            let old_root = defined_root(&all[..old as usize]);
            let proof = prove_consistency(old, size, &mut level(&all)).unwrap();
            assert_eq!(verify_consistency((old, &old_root), (size, &root), &proof), Ok(()), "{old} to {size}");
            let other = leaf_hash(b"other");
            assert!(verify_consistency((old, &other), (size, &root), &proof).is_err());
            if old != size && old != 0 {
                assert!(verify_consistency((old, &old_root), (size, &other), &proof).is_err());
            }
        }
    }
    assert_eq!(verify_inclusion(all[0], 3, 3, &EMPTY_ROOT, &[]), Err(ProofError::Beyond));
}

#[test]
fn a_tree_of_three_levels_is_proved_by_its_tiles() {
    let size = 65_536 + 300;
    let all = leaves(size);
    let mut levels = vec![all.clone()];
    for _ in 0..2 {
        let below = &levels[levels.len() - 1];
        levels.push(below.chunks_exact(256).map(defined_root).collect());
    }
    let mut hash = |level: u8, index: u64| Ok::<Hash, Infallible>(levels[usize::from(level)][index as usize]);
    let root = tree_hash(size, &mut hash).unwrap();
    for index in [0, 255, 256, 65_535, 65_536, size - 1] {
        let proof = prove_inclusion(index, size, &mut hash).unwrap();
        assert_eq!(verify_inclusion(all[index as usize], index, size, &root, &proof), Ok(()), "{index}");
    }
    for old in [1, 256, 300, 65_536, 65_537, size] {
        let old_root = tree_hash(old, &mut hash).unwrap();
        let proof = prove_consistency(old, size, &mut hash).unwrap();
        assert_eq!(verify_consistency((old, &old_root), (size, &root), &proof), Ok(()), "{old}");
    }
}

fn signer() -> NoteSigner {
    NoteSigner::new("sceau.example/ci", SigningKey::from_bytes(&[7; 32])).unwrap()
}

#[test]
fn a_checkpoint_is_believed_only_from_its_log_and_its_key() {
    let checkpoint = Checkpoint { origin: "sceau.example/ci".to_owned(), size: 42, root: leaf_hash(b"x") };
    let signed = checkpoint.sign(&signer());
    let key = NoteKey::parse(&signer().key().to_string()).unwrap();
    assert_eq!(Checkpoint::open(&signed, "sceau.example/ci", &key), Ok(checkpoint));
    let elsewhere = Checkpoint::open(&signed, "sceau.example/sn", &key);
    assert_eq!(elsewhere, Err(CheckpointError::Origin { found: "sceau.example/ci".to_owned() }));
    let changed = signed.replacen("42", "43", 1);
    assert_eq!(Checkpoint::open(&changed, "sceau.example/ci", &key), Err(CheckpointError::Note(NoteError::Signature)));
    let other = NoteSigner::new("sceau.example/ci", SigningKey::from_bytes(&[8; 32])).unwrap();
    assert_eq!(
        Checkpoint::open(&signed, "sceau.example/ci", other.key()),
        Err(CheckpointError::Note(NoteError::NotSigned))
    );
    assert_eq!(NoteKey::new("a b", SigningKey::from_bytes(&[8; 32]).verifying_key()), Err(NoteError::Name));
}

proptest! {
    #[test]
    fn the_frontier_has_the_root_that_the_definition_gives(size in 0_u64..700) {
        let all = leaves(size);
        let mut tree = Frontier::default();
        for leaf in &all {
            tree.push(*leaf);
        }
        prop_assert_eq!(tree.root(), defined_root(&all));
        prop_assert_eq!(Frontier::of(size, tree.roots().to_vec()), Some(tree));
    }

    #[test]
    fn leaves_come_out_of_a_bundle_as_they_went_in(leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..20)) {
        let bytes = bundle(leaves.iter().map(Vec::as_slice)).unwrap();
        prop_assert_eq!(unbundle(&bytes).unwrap(), leaves.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }

    #[test]
    fn any_text_is_a_note_a_tile_a_bundle_or_refused(text in "\\PC{0,80}", bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = signer().key().open(&text);
        let _ = signer().key().open(&format!("{text}\n\n\u{2014} {text}\n"));
        let _ = NoteKey::parse(&text);
        let _ = unbundle(&bytes);
        if let Ok(tile) = Tile::parse(&text) {
            prop_assert_eq!(tile.path(), text);
        }
    }
}
