//! A Merkle tree over an append-only list of leaves, in the form in which anyone can check it from outside.
//!
//! The hashes are those of RFC 6962 §2.1. What is published are static files as C2SP `tlog-tiles` lays them out: a
//! signed checkpoint (`tlog-checkpoint`, a `signed-note`), [tiles](Tile) of 256 hashes, and bundles of leaves. Whoever
//! keeps a checkpoint can prove later that nothing before it was changed ([`prove_consistency`]) and that a leaf is in
//! it ([`prove_inclusion`]), without trusting who serves the files.
//!
//! Sources: RFC 6962, RFC 9162 §2.1.3 to §2.1.4, <https://c2sp.org/tlog-tiles>, <https://c2sp.org/tlog-checkpoint>,
//! <https://c2sp.org/signed-note>.

mod checkpoint;
mod frontier;
mod hash;
mod note;
mod proof;
mod tile;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use frontier::Frontier;
pub use hash::{EMPTY_ROOT, Hash, leaf_hash, node_hash};
pub use note::{Note, NoteError, NoteKey, NoteSigner};
pub use proof::{ProofError, prove_consistency, prove_inclusion, tree_hash, verify_consistency, verify_inclusion};
pub use tile::{Tile, TileError, bundle, hashes, tiles_of, unbundle};

#[cfg(test)]
mod tests;
