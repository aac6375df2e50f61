//! The audit of a log: from its leaves to the signed root, tile by tile.

use std::collections::HashMap;
use std::path::PathBuf;

use sceau_merkle::{
    Checkpoint, Frontier, Hash, NoteKey, Tile, hashes, leaf_hash, prove_consistency, prove_inclusion, tiles_of,
    tree_hash, unbundle, verify_consistency, verify_inclusion,
};

use super::files::Files;
use crate::client::CallError;

/// What was proved.
pub(super) struct Audited {
    /// How far the log has come.
    pub(super) checkpoint: Checkpoint,
    /// The same, signed.
    pub(super) signed: String,
    /// Whose signature it is.
    pub(super) key: NoteKey,
    /// How many leaves the earlier checkpoint had.
    pub(super) earlier: Option<u64>,
    /// The leaves that were asked about, each proved to be in the log.
    pub(super) leaves: Vec<(u64, String)>,
}

/// The log as it was read.
struct Read {
    checkpoint: Checkpoint,
    tiles: HashMap<(u8, u64), Vec<Hash>>,
    leaves: Vec<String>,
}

/// Reads the whole log and computes every hash anew.
pub(super) async fn audit(
    files: &Files,
    key: Option<&NoteKey>,
    earlier: Option<&str>,
    about: Option<&str>,
) -> Result<Audited, CallError> {
    let key = match key {
        Some(key) => key.clone(),
        None => NoteKey::parse(&files.text("key").await?).map_err(|error| unsound("key", &error))?,
    };
    let signed = files.text("checkpoint").await?;
    let checkpoint = Checkpoint::open(&signed, key.name(), &key).map_err(|error| unsound("checkpoint", &error))?;
    let read = Read::all(files, checkpoint).await?;
    read.check_tiles()?;
    let earlier = earlier.map(|earlier| read.check_earlier(earlier, &key)).transpose()?;
    let leaves = about.map_or_else(|| Ok(Vec::new()), |about| read.prove(about))?;
    Ok(Audited { checkpoint: read.checkpoint, signed, key, earlier, leaves })
}

impl Read {
    async fn all(files: &Files, checkpoint: Checkpoint) -> Result<Self, CallError> {
        let (mut tiles, mut leaves) = (HashMap::new(), Vec::new());
        for tile in tiles_of(checkpoint.size) {
            let path = tile.path();
            let bytes = files.get(&path).await?;
            if let Some(level) = tile.level {
                let found = hashes(&bytes).filter(|found| found.len() == usize::from(tile.width));
                let found = found.ok_or_else(|| unsound(&path, &"has not as many hashes as its name says"))?;
                tiles.insert((level, tile.index), found.to_vec());
            } else {
                let bundle = unbundle(&bytes).map_err(|error| unsound(&path, &error))?;
                if bundle.len() != usize::from(tile.width) {
                    return Err(unsound(&path, &"has not as many leaves as its name says"));
                }
                leaves.extend(bundle.into_iter().map(|leaf| String::from_utf8_lossy(leaf).into_owned()));
            }
        }
        Ok(Self { checkpoint, tiles, leaves })
    }

    /// The hash of a level, as the tiles say.
    fn hash(&self, level: u8, index: u64) -> Result<Hash, CallError> {
        let tile = self.tiles.get(&(level, index / 256));
        let hash = tile.and_then(|tile| tile.get((index % 256) as usize)).copied();
        hash.ok_or_else(|| {
            let tile = Tile::holding(level, index, self.checkpoint.size).map_or_else(String::new, |tile| tile.path());
            unsound(&tile, &"is not among the files")
        })
    }

    /// The leaves make the root that was signed, and so do the tiles.
    fn check_tiles(&self) -> Result<(), CallError> {
        let mut tree = Frontier::default();
        for (index, leaf) in (0..).zip(&self.leaves) {
            let hash = leaf_hash(leaf.as_bytes());
            if self.hash(0, index)? != hash {
                return Err(unsound(&format!("leaf {index}"), &"is not the one whose hash stands in its tile"));
            }
            tree.push(hash);
        }
        if tree.root() != self.checkpoint.root {
            return Err(unsound("checkpoint", &"signs another root than that of the leaves: the log was changed"));
        }
        let root = tree_hash(self.checkpoint.size, &mut |level, index| self.hash(level, index))?;
        if root != self.checkpoint.root {
            return Err(unsound("tile", &"the tiles above the leaves make another root than the signed one"));
        }
        Ok(())
    }

    /// The log begins with what it was at an earlier checkpoint; how many leaves that had.
    fn check_earlier(&self, signed: &str, key: &NoteKey) -> Result<u64, CallError> {
        let earlier = Checkpoint::open(signed, key.name(), key).map_err(|error| unsound("kept checkpoint", &error))?;
        let (size, now) = (earlier.size, &self.checkpoint);
        let proof = prove_consistency(size, now.size, &mut |level, index| self.hash(level, index))?;
        verify_consistency((size, &earlier.root), (now.size, &now.root), &proof)
            .map_err(|error| unsound("kept checkpoint", &error))?;
        Ok(size)
    }

    /// The leaves that name `about`, each with its proof verified.
    fn prove(&self, about: &str) -> Result<Vec<(u64, String)>, CallError> {
        let found: Vec<(u64, String)> = (0..)
            .zip(&self.leaves)
            .filter(|(_, leaf)| leaf.contains(about))
            .map(|(n, leaf)| (n, leaf.clone()))
            .collect();
        for (index, leaf) in &found {
            let Checkpoint { size, root, .. } = &self.checkpoint;
            let proof = prove_inclusion(*index, *size, &mut |level, index| self.hash(level, index))?;
            verify_inclusion(leaf_hash(leaf.as_bytes()), *index, *size, root, &proof)
                .map_err(|error| unsound(&format!("leaf {index}"), &error))?;
        }
        Ok(found)
    }
}

fn unsound(what: &str, fault: &dyn ToString) -> CallError {
    CallError::Unsound { path: PathBuf::from(what), faults: vec![fault.to_string()] }
}
